"""Remittances (835): list, show with each claim payment, import."""

from dataclasses import asdict
from typing import Any

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.imports import wrong_kind
from revcycle.api.people import MASK
from revcycle.db.mail import quarantine
from revcycle.db.remittances import deposits, remittances
from revcycle.db.remittances.remittances import PaymentRow, RemittanceState
from revcycle.edi.wire.envelope import NotX12
from revcycle.effects.remittances.remittance import intake_835


def list_remittances(call: Call) -> dict[str, Any]:
    """Return remittances in id order; ``after`` pages on."""
    with call.office.db.read() as tx:
        rows = remittances.find(
            tx,
            state=call.choice("state", RemittanceState),
            trace_number=call.query.get("trace", ""),
            limit=call.number("limit", 100, 1_000),
            after=call.query.get("after", ""),
        )
    if call.query.get("trace") and not rows and not call.query.get("after"):
        raise Refusal(
            404,
            "not_found",
            "no remittance has this trace number",
            remedy="list them with `revcycle remittance list`",
        )
    return {"remittances": rows}


def show_remittance(call: Call) -> dict[str, Any]:
    """Return one remittance, its claim payments, and the bank's deposits for it."""
    remittance_id = call.path["remittance_id"]
    with call.office.db.read() as tx:
        row = remittances.load(tx, remittance_id)
        payments = [_payment(call, payment) for payment in remittances.rows(tx, remittance_id=remittance_id)]
        paid_in = deposits.of_remittance(tx, remittance_id)
    return asdict(row) | {"payments": payments, "deposits": paid_in}


def _payment(call: Call, payment: PaymentRow) -> dict[str, Any]:
    if call.sees_persons():
        return asdict(payment)
    return asdict(payment) | {"patient_control_number": MASK, "payer_claim_control_number": MASK}


def import_remittances(call: Call) -> dict[str, Any]:
    """Take in an 835 file; a remittance that is here already changes nothing."""
    if not call.body:
        raise bad_input("the file is empty", "file", "send the bytes of an 835 file")
    try:
        with call.office.db.write() as tx:
            taken = intake_835(tx, call.body, "upload", call.at)
            if not (taken.remittance_ids or taken.repeated or taken.quarantined):
                raise wrong_kind(call.body, "remittance (835)")
            aside = quarantine.list_(tx, open_only=False, document_id=taken.document_id)
    except NotX12 as error:
        found = error.finding
        raise Refusal(422, "not_x12", found.message, where=found.where, remedy=found.remedy) from error
    return {
        "document_id": taken.document_id,
        "already_imported": not taken.remittance_ids and taken.repeated > 0,
        "remittances": taken.remittance_ids,
        "repeated": taken.repeated,
        "quarantined": [
            {"quarantine_id": part.quarantine_id, "position": part.position, "findings": part.findings}
            for part in aside
            if part.quarantine_id in taken.quarantined
        ],
        "findings": taken.findings,
    }


ENDPOINTS = (
    Endpoint(
        "GET", "/remittances", list_remittances, Permission.REMITTANCE_READ, "remittance.list", "remittances"
    ),
    Endpoint(
        "POST",
        "/remittances/import",
        import_remittances,
        Permission.REMITTANCE_IMPORT,
        "remittance.import",
        "remittances",
    ),
    Endpoint(
        "GET",
        "/remittances/{remittance_id}",
        show_remittance,
        Permission.REMITTANCE_READ,
        "remittance.show",
        "remittance/{remittance_id}",
    ),
)
