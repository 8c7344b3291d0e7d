"""NCCI edits as dated data: pairs not payable together (PTP) and medically unlikely units (MUE).

Both tables are samples; a practice loads the quarterly CMS files in the same layout.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

OVERRIDING_MODIFIERS = frozenset(
    [
        "E1",
        "E2",
        "E3",
        "E4",
        "FA",
        "F1",
        "F2",
        "F3",
        "F4",
        "F5",
        "F6",
        "F7",
        "F8",
        "F9",
        "TA",
        "T1",
        "T2",
        "T3",
        "T4",
        "T5",
        "T6",
        "T7",
        "T8",
        "T9",
        "LT",
        "RT",
        "LC",
        "LD",
        "LM",
        "RC",
        "RI",
        "24",
        "25",
        "27",
        "57",
        "58",
        "59",
        "78",
        "79",
        "91",
        "XE",
        "XP",
        "XS",
        "XU",
    ]
)
"""Modifiers that may lift a pair whose indicator is 1 (NCCI Policy Manual, chapter 1)."""


@dataclass(frozen=True, slots=True)
class CodePair:
    """A pair of codes: column 1 is paid, column 2 is not.

    ``modifier_allowed`` tells whether a modifier may separate them.
    """

    column1: str
    column2: str
    modifier_allowed: bool
    effective_from: date
    effective_until: date | None
    source: str

    def in_force(self, on: date) -> bool:
        """True when the edit applies to a service on the day."""
        return self.effective_from <= on and (self.effective_until is None or on <= self.effective_until)


@dataclass(frozen=True, slots=True)
class UnitLimit:
    """The most units of a code per day. Indicator 1 counts per line, 2 and 3 per day (2 is absolute)."""

    code: str
    units: int
    adjudication_indicator: int
    effective_from: date
    source: str


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def code_pairs() -> dict[tuple[str, str], CodePair]:
    """Return the pairs by (column 1, column 2)."""
    return {
        (row["column1"], row["column2"]): CodePair(
            row["column1"],
            row["column2"],
            row["modifier_indicator"] == "1",
            date.fromisoformat(row["effective_from"]),
            date.fromisoformat(row["effective_until"]) if row["effective_until"] else None,
            row["source"],
        )
        for row in _rows("ptp.csv")
        if row["modifier_indicator"] in "01"
    }


@cache
def unit_limits() -> dict[str, UnitLimit]:
    """Return the unit limits by code."""
    return {
        row["code"]: UnitLimit(
            row["code"],
            int(row["units"]),
            int(row["adjudication_indicator"]),
            date.fromisoformat(row["effective_from"]),
            row["source"],
        )
        for row in _rows("mue.csv")
    }
