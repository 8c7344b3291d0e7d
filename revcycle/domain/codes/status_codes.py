"""Claim status codes (STC of 277CA and 277): meaning and next step, in our own words.

X12 owns the lists (507 categories, 508 status codes, 98 entities); the latest entry of a code counts.
"""

from dataclasses import dataclass
from functools import cache

from revcycle.domain.codes import table


@dataclass(frozen=True, slots=True)
class StatusMeaning:
    """The meaning and next step of a whole STC01 (``A7:164:IL``), in sentences without identity."""

    meaning: str
    action: str


def explain_status(stc: str) -> StatusMeaning | None:
    """Return the meaning of ``category:status[:entity]``; None when the category or the status is unknown."""
    category, status, entity = [*stc.split(":"), "", ""][:3]
    said, about = _codes().get(("category", category)), _codes().get(("status", status))
    if said is None or (status and about is None):
        return None
    who = _codes().get(("entity", entity))
    whose = f" ({who['meaning']})" if who else ""
    detail = f": {about['meaning']}{whose}" if about else ""
    action = about["action"] if about and about["action"] else said["action"]
    return StatusMeaning(said["meaning"] + detail, action)


def status_known(category: str, status: str) -> bool:
    """Tell whether both codes are in the table; an empty status counts as known."""
    return ("category", category) in _codes() and (not status or ("status", status) in _codes())


@cache
def _codes() -> dict[tuple[str, str], dict[str, str]]:
    rows = sorted(table.rows("status_codes.csv"), key=lambda row: row["effective_from"])
    return {(row["list"], row["code"]): row for row in rows}
