"""Codes of TA1 and 999 in our own words: the error, and what to do about it.

``element`` is the place of the code: IK304, IK403, IK502 (to 06), AK905 (to 09), IK501, AK901, TA104, TA105.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from revcycle.domain.codes import table


@dataclass(frozen=True, slots=True)
class AcknowledgmentCode:
    """The meaning and remedy of one code of one element, in sentences without identity."""

    element: str
    code: str
    meaning: str
    remedy: str
    effective_from: date
    source: str


def acknowledgment_code(element: str, code: str, on: date) -> AcknowledgmentCode | None:
    """Return the code's meaning on a day, None when it is not in the table."""
    return table.in_force(_codes().get(f"{element} {code}", ()), on)


def all_acknowledgment_codes() -> tuple[AcknowledgmentCode, ...]:
    """Return every row of the table."""
    return tuple(version for versions in _codes().values() for version in versions)


@cache
def _codes() -> dict[str, tuple[AcknowledgmentCode, ...]]:
    found: dict[str, tuple[AcknowledgmentCode, ...]] = {}
    for row in table.rows("acknowledgment_codes.csv"):
        entry = AcknowledgmentCode(
            row["element"],
            row["code"],
            row["meaning"],
            row["remedy"],
            date.fromisoformat(row["effective_from"]),
            row["source"],
        )
        key = f"{entry.element} {entry.code}"
        versions = (*found.get(key, ()), entry)
        found[key] = tuple(sorted(versions, key=lambda version: version.effective_from))
    return found
