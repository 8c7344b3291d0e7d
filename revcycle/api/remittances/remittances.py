"""Remittances (835): list, show with each claim payment, import."""

from dataclasses import dataclass, replace

from revcycle.access.roles import Permission
from revcycle.api.asked import After, PageLimit
from revcycle.api.call import Call
from revcycle.api.claims.facts import MASK
from revcycle.api.claims.imports import wrong_kind
from revcycle.api.errors import Refusal, RefusalCode, bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.replies import parts
from revcycle.db.mail import quarantine
from revcycle.db.remittances import deposits, remittances
from revcycle.db.remittances.deposits import DepositRow
from revcycle.db.remittances.remittances import PaymentRow, RemittanceRow, RemittanceState
from revcycle.domain.finding import Finding
from revcycle.edi.wire.envelope import NotX12
from revcycle.effects.remittances.remittance import intake_835


@dataclass(frozen=True, slots=True)
class RemittanceQuery:
    """Which remittances: in a state, or with a trace number."""

    state: RemittanceState | None = None
    trace: str = ""
    limit: PageLimit = 100
    after: After = ""


@dataclass(frozen=True, slots=True)
class Remittances:
    """Remittances, in id order."""

    remittances: tuple[RemittanceRow, ...]


@dataclass(frozen=True, slots=True)
class RemittanceShown(RemittanceRow):
    """A remittance with its claim payments and the bank's deposits for it."""

    payments: tuple[PaymentRow, ...]
    deposits: tuple[DepositRow, ...]


@dataclass(frozen=True, slots=True)
class PaymentPutAside:
    """A part of an 835 in quarantine, by its number there, and why."""

    quarantine_id: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class RemittancesImported:
    """What became of an 835 file: the remittances taken in, and how many were here already."""

    document_id: str
    already_imported: bool
    remittances: tuple[str, ...]
    repeated: int
    quarantined: tuple[PaymentPutAside, ...]
    findings: tuple[Finding, ...]


def list_remittances(call: Call, query: RemittanceQuery) -> Remittances:
    """Return remittances in id order; ``after`` pages on."""
    with call.office.db.read() as tx:
        rows = remittances.find(
            tx, state=query.state, trace_number=query.trace, limit=query.limit, after=query.after
        )
    if query.trace and not rows and not query.after:
        message = "no remittance has this trace number"
        raise Refusal(RefusalCode.NOT_FOUND, message, remedy="list them with `revcycle remittance list`")
    return Remittances(rows)


def show_remittance(call: Call) -> RemittanceShown:
    """Return one remittance, its claim payments, and the bank's deposits for it."""
    remittance_id = call.path["remittance_id"]
    with call.office.db.read() as tx:
        row = remittances.load(tx, remittance_id)
        payments = tuple(_payment(call, one) for one in remittances.rows(tx, remittance_id=remittance_id))
        paid_in = deposits.of_remittance(tx, remittance_id)
    return RemittanceShown(**parts(row), payments=payments, deposits=paid_in)


def _payment(call: Call, payment: PaymentRow) -> PaymentRow:
    if call.sees_persons():
        return payment
    return replace(payment, patient_control_number=MASK, payer_claim_control_number=MASK)


def import_remittances(call: Call, file: bytes) -> RemittancesImported:
    """Take in an 835 file; a remittance that is here already changes nothing."""
    if not file:
        raise bad_input("the file is empty", "file", "send the bytes of an 835 file")
    try:
        with call.office.db.write() as tx:
            taken = intake_835(tx, file, "upload", call.at)
            if not (taken.remittance_ids or taken.repeated or taken.quarantined):
                raise wrong_kind(file, "remittance (835)")
            aside = quarantine.list_(tx, open_only=False, document_id=taken.document_id)
    except NotX12 as error:
        found = error.finding
        raise Refusal(RefusalCode.NOT_X12, found.message, where=found.where, remedy=found.remedy) from error
    return RemittancesImported(
        document_id=taken.document_id,
        already_imported=not taken.remittance_ids and taken.repeated > 0,
        remittances=taken.remittance_ids,
        repeated=taken.repeated,
        quarantined=tuple(
            PaymentPutAside(part.quarantine_id, part.findings)
            for part in aside
            if part.quarantine_id in taken.quarantined
        ),
        findings=taken.findings,
    )


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
