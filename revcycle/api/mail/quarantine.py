"""What lies in quarantine: parts of files that could not be used, with their bytes."""

from dataclasses import dataclass

from revcycle.access.roles import Permission
from revcycle.api.asked import Flag
from revcycle.api.call import Call
from revcycle.api.errors import bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.replies import X12
from revcycle.db.mail import quarantine
from revcycle.db.mail.quarantine import QuarantineRow


@dataclass(frozen=True, slots=True)
class QuarantineQuery:
    """``all`` adds the parts that were dealt with."""

    all: Flag = ""


@dataclass(frozen=True, slots=True)
class QuarantinedParts:
    """The parts put aside, and why."""

    quarantine: tuple[QuarantineRow, ...]


@dataclass(frozen=True, slots=True)
class PartResolved:
    """A part that was dealt with."""

    quarantine_id: int
    state: str


def list_quarantine(call: Call, query: QuarantineQuery) -> QuarantinedParts:
    """Return what was put aside and why; the raw bytes by number."""
    with call.office.db.read() as tx:
        return QuarantinedParts(quarantine.list_(tx, open_only=not query.all))


def raw(call: Call) -> X12:
    """Return the raw bytes of one part: they hold whatever person the file was about."""
    number = _number(call)
    with call.office.db.read() as tx:
        content = quarantine.raw(tx, number)
    call.shows(f"quarantine/{number}")
    return X12(content, f"quarantine-{number}.x12")


def resolve(call: Call) -> PartResolved:
    """Mark a part as dealt with."""
    number = _number(call)
    with call.office.db.write() as tx:
        quarantine.resolve(tx, number)
    return PartResolved(number, "resolved")


def _number(call: Call) -> int:
    text = call.path["quarantine_id"]
    if not text.isdecimal():
        raise bad_input(
            "not a number of the quarantine list", "quarantine_id", "see `revcycle claim quarantine`"
        )
    return int(text)


_SUBJECT = "quarantine/{quarantine_id}"
ENDPOINTS = (
    Endpoint("GET", "/quarantine", list_quarantine, Permission.CLAIM_READ, "claim.quarantine", "quarantine"),
    Endpoint(
        "GET",
        "/quarantine/{quarantine_id}/raw",
        raw,
        Permission.PERSON_READ,
        "claim.quarantine_raw",
        _SUBJECT,
    ),
    Endpoint(
        "POST",
        "/quarantine/{quarantine_id}/resolve",
        resolve,
        Permission.CLAIM_CORRECT,
        "claim.quarantine_resolve",
        _SUBJECT,
    ),
)
