"""The codes of a 271 in words for people: kinds of benefit, levels, periods, roles, dates, follow-up actions."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from revcycle.domain.codes import table


@dataclass(frozen=True, slots=True)
class BenefitCode:
    """One code of one list. ``action`` is what to do about it, empty for most."""

    code: str
    meaning: str
    action: str
    effective_from: date
    source: str


def benefit_code(kind: str, code: str) -> BenefitCode | None:
    """Return a code of the list ``kind``, None when it is not in it.

    Lists: information (EB01), level (EB02), insurance (EB04), period (EB06), quantity (EB09), yes_no (EB11, EB12),
    follow_up (AAA04), entity (NM101), date (DTP01), reference (REF01), relationship (INS02).
    """
    return _codes().get((kind, code))


def in_words(kind: str, code: str) -> str:
    """Return the code's meaning; an unknown code is returned unchanged."""
    known = benefit_code(kind, code)
    return known.meaning if known is not None else code


@cache
def _codes() -> dict[tuple[str, str], BenefitCode]:
    rows = sorted(table.rows("benefit_codes.csv"), key=lambda row: row["effective_from"])
    return {(row["list"], row["code"]): _read(row) for row in rows}


def _read(row: dict[str, str]) -> BenefitCode:
    effective_from = date.fromisoformat(row["effective_from"])
    return BenefitCode(row["code"], row["meaning"], row["action"], effective_from, row["source"])
