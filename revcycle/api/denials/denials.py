"""Denials: what a payer refused, and what we do about it."""

from dataclasses import dataclass
from functools import cache

from revcycle.access.roles import Permission
from revcycle.api import known
from revcycle.api.asked import Flag, ListLimit
from revcycle.api.call import Call
from revcycle.api.errors import bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.replies import parts
from revcycle.db.denials import appeals, denials
from revcycle.db.denials.appeals import AppealRow
from revcycle.db.denials.denials import DenialRow
from revcycle.domain.codes.carc import all_carcs
from revcycle.domain.denials.denial import DenialState
from revcycle.domain.nearest import one_of


@dataclass(frozen=True, slots=True)
class DenialQuery:
    """Which denials: in a state, still ``open``, by a payer, of a category."""

    state: DenialState | None = None
    open: Flag = ""
    payer: str = ""
    category: str = ""
    limit: ListLimit = 200


@dataclass(frozen=True, slots=True)
class Denials:
    """Denials."""

    denials: tuple[DenialRow, ...]


@dataclass(frozen=True, slots=True)
class DenialShown(DenialRow):
    """A denial with its appeals."""

    appeals: tuple[AppealRow, ...]


def list_denials(call: Call, query: DenialQuery) -> Denials:
    """Return denials; ``open`` leaves out those that ended."""
    if query.category and query.category not in _categories():
        raise bad_input("category is not known", "category", one_of(query.category, _categories()))
    with call.office.db.read() as tx:
        known.payer(tx, query.payer)
        found = denials.find(
            tx,
            state=query.state,
            open_only=bool(query.open),
            payer_id=query.payer,
            category=query.category,
            limit=query.limit,
        )
    return Denials(found)


@cache
def _categories() -> tuple[str, ...]:
    """Return what a denial may be about, as the code tables say."""
    return tuple(sorted({row.category for row in all_carcs() if row.denies} | {"other", "unknown"}))


def show_denial(call: Call) -> DenialShown:
    """Return one denial with its appeals."""
    with call.office.db.read() as tx:
        row = denials.load(tx, call.path["denial_id"])
        return DenialShown(**parts(row), appeals=appeals.of_denial(tx, row.denial_id))


ENDPOINTS = (
    Endpoint("GET", "/denials", list_denials, Permission.CLAIM_READ, "denial.list", "denials"),
    Endpoint(
        "GET", "/denials/{denial_id}", show_denial, Permission.CLAIM_READ, "denial.show", "denial/{denial_id}"
    ),
)
