"""Appeals: where each stands, and the packet that went out."""

from dataclasses import dataclass

from revcycle.access.roles import Permission
from revcycle.api.asked import ListLimit
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, RefusalCode
from revcycle.api.guard import Endpoint
from revcycle.api.replies import Pdf, parts
from revcycle.db.denials import appeals
from revcycle.db.denials.appeals import AppealRow, ExhibitRow
from revcycle.db.mail import documents
from revcycle.domain.denials.appeal import AppealState


@dataclass(frozen=True, slots=True)
class AppealQuery:
    """Which appeals: those in a state."""

    state: AppealState | None = None
    limit: ListLimit = 200


@dataclass(frozen=True, slots=True)
class Appeals:
    """Appeals."""

    appeals: tuple[AppealRow, ...]


@dataclass(frozen=True, slots=True)
class AppealShown(AppealRow):
    """An appeal and what lay beside its letter."""

    exhibits: tuple[ExhibitRow, ...]


def list_appeals(call: Call, query: AppealQuery) -> Appeals:
    """Return appeals."""
    with call.office.db.read() as tx:
        return Appeals(appeals.find(tx, state=query.state, limit=query.limit))


def show_appeal(call: Call) -> AppealShown:
    """Return one appeal and what lay beside the letter."""
    with call.office.db.read() as tx:
        row = appeals.load(tx, call.path["appeal_id"])
        return AppealShown(**parts(row), exhibits=appeals.exhibits_of(tx, row.appeal_id))


def packet(call: Call) -> Pdf:
    """Return the packet as it was filed. It names the patient."""
    with call.office.db.read() as tx:
        row = appeals.load(tx, call.path["appeal_id"])
        if not row.packet_document_id:
            said = f"the packet of {row.appeal_id} is not written yet"
            raise Refusal(RefusalCode.NOT_WRITTEN, said, remedy="wait")
        content = documents.content(tx, row.packet_document_id)
    call.shows(f"claim/{row.claim_id}")
    return Pdf(content, f"appeal-{row.appeal_id}.pdf")


ENDPOINTS = (
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
