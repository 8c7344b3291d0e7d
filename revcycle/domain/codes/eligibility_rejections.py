"""Reject reasons of an eligibility inquiry (AAA03), in our own words, and what to do next. X12 owns the list."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from revcycle.domain.codes import table


@dataclass(frozen=True, slots=True)
class RejectReason:
    """One reject reason. ``field`` names the field of ours to check, empty when the reason is not about our data."""

    code: str
    meaning: str
    action: str
    field: str
    effective_from: date
    source: str


def reject_reason(code: str, on: date) -> RejectReason | None:
    """Return the code's meaning on a day, None when it is not in the table."""
    return table.in_force(_codes().get(code, ()), on)


def known(code: str) -> bool:
    """Tell whether the code is in the table, on any day."""
    return code in _codes()


@cache
def _codes() -> dict[str, tuple[RejectReason, ...]]:
    return table.by_code("eligibility_rejections.csv", _read)


def _read(row: dict[str, str]) -> RejectReason:
    effective_from = date.fromisoformat(row["effective_from"])
    return RejectReason(
        row["code"], row["meaning"], row["action"], row["field"], effective_from, row["source"]
    )
