"""Denials and appeals: what was refused, what we do about it, the packet that went out."""

from dataclasses import asdict
from functools import cache
from typing import Any

from revcycle.access.roles import Permission
from revcycle.api import known
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.replies import Download
from revcycle.db.denials import appeals, denials
from revcycle.db.mail import documents
from revcycle.domain.codes.carc import all_carcs
from revcycle.domain.denials.appeal import AppealState
from revcycle.domain.denials.denial import DenialState
from revcycle.domain.nearest import one_of


def list_denials(call: Call) -> dict[str, Any]:
    """Return denials; ``open`` leaves out those that ended."""
    category = call.query.get("category", "")
    if category and category not in _categories():
        raise bad_input("this category is not known", "category", one_of(category, _categories()))
    with call.office.db.read() as tx:
        known.payer(tx, call.query.get("payer", ""))
        found = denials.find(
            tx,
            state=call.choice("state", DenialState),
            open_only=bool(call.query.get("open")),
            payer_id=call.query.get("payer", ""),
            category=category,
            limit=call.number("limit", 200, 10_000),
        )
    return {"denials": found}


@cache
def _categories() -> tuple[str, ...]:
    """Return what a denial may be about, as the code tables say."""
    return tuple(sorted({row.category for row in all_carcs() if row.denies} | {"other", "unknown"}))


def show_denial(call: Call) -> dict[str, Any]:
    """Return one denial with its appeals."""
    with call.office.db.read() as tx:
        row = denials.load(tx, call.path["denial_id"])
        return asdict(row) | {"appeals": appeals.of_denial(tx, row.denial_id)}


def list_appeals(call: Call) -> dict[str, Any]:
    """Return appeals."""
    with call.office.db.read() as tx:
        found = appeals.find(
            tx, state=call.choice("state", AppealState), limit=call.number("limit", 200, 10_000)
        )
    return {"appeals": found}


def show_appeal(call: Call) -> dict[str, Any]:
    """Return one appeal and what lay beside the letter."""
    with call.office.db.read() as tx:
        row = appeals.load(tx, call.path["appeal_id"])
        return asdict(row) | {"exhibits": appeals.exhibits_of(tx, row.appeal_id)}


def packet(call: Call) -> Download:
    """Return the packet as it was filed. It names the patient."""
    with call.office.db.read() as tx:
        row = appeals.load(tx, call.path["appeal_id"])
        if not row.packet_document_id:
            raise Refusal(
                404, "not_written", f"the packet of {row.appeal_id} is not written yet", remedy="wait"
            )
        content = documents.content(tx, row.packet_document_id)
    call.shows(f"claim/{row.claim_id}")
    return Download(content, "application/pdf", f"appeal-{row.appeal_id}.pdf")


ENDPOINTS = (
    Endpoint("GET", "/denials", list_denials, Permission.CLAIM_READ, "denial.list", "denials"),
    Endpoint(
        "GET", "/denials/{denial_id}", show_denial, Permission.CLAIM_READ, "denial.show", "denial/{denial_id}"
    ),
    Endpoint("GET", "/appeals", list_appeals, Permission.CLAIM_READ, "appeal.list", "appeals"),
    Endpoint(
        "GET", "/appeals/{appeal_id}", show_appeal, Permission.CLAIM_READ, "appeal.show", "appeal/{appeal_id}"
    ),
    Endpoint(
        "GET",
        "/appeals/{appeal_id}/packet",
        packet,
        Permission.LETTER_READ,
        "appeal.packet",
        "appeal/{appeal_id}",
    ),
)
