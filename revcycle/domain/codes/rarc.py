"""Remittance advice remark codes: what a payer adds to a reason code, in our own words. X12 owns the list."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from revcycle.domain.codes import table
from revcycle.domain.denials.denial import DenialRouteKind


@dataclass(frozen=True, slots=True)
class Rarc:
    """One remark code. ``route`` is a DenialRouteKind value, or empty when the remark decides nothing.

    ``kind`` is ``supplemental`` (explains an adjustment) or ``alert``; ``field`` names the place on the 837
    it is about.
    """

    code: str
    kind: str
    meaning: str
    category: str
    route: str
    correctable: str
    appealable: str
    patient_billable: str
    action: str
    evidence: tuple[str, ...]
    field: str
    effective_from: date
    source: str


def rarc(code: str, on: date) -> Rarc | None:
    """Return what the remark means on a day, or None for a code nobody has entered."""
    return table.in_force(_codes().get(code, ()), on)


@cache
def _codes() -> dict[str, tuple[Rarc, ...]]:
    return table.by_code("rarc.csv", _read)


def _read(row: dict[str, str]) -> Rarc:
    if row["route"]:
        DenialRouteKind(row["route"])
    return Rarc(
        code=row["code"],
        kind=row["kind"],
        meaning=row["meaning"],
        category=row["category"],
        route=row["route"],
        correctable=row["correctable"],
        appealable=row["appealable"],
        patient_billable=row["patient_billable"],
        action=row["action"],
        evidence=table.words(row["evidence"]),
        field=row["field"],
        effective_from=date.fromisoformat(row["effective_from"]),
        source=row["source"],
    )
