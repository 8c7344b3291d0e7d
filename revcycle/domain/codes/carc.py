"""Claim adjustment reason codes: what each means in our own words, and what is usually done about it.

X12 owns the list; the meanings, routes and planning priors here are ours. A code this table does not know
goes to a person: it is never guessed at.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from revcycle.domain.codes import table
from revcycle.domain.denials.denial import DenialRouteKind

POST = "post"


@dataclass(frozen=True, slots=True)
class Carc:
    """One reason code. ``groups`` are those it usually comes with; ``route`` is what to do when it denies.

    ``route`` is a DenialRouteKind value, or ``post``: the amount is explained and nothing is denied.
    ``correctable`` is yes, maybe or no; ``appealable`` yes, limited or no; ``patient_billable`` yes, no,
    only_if_PR or with_notice. ``resubmit`` is R replacement, N new claim, D documents. ``overturn_percent``
    is a planning prior. ``retired`` codes are out of use but still found on old remittances.
    """

    code: str
    meaning: str
    groups: tuple[str, ...]
    category: str
    route: str
    correctable: str
    resubmit: str
    appealable: str
    patient_billable: str
    action: str
    evidence: tuple[str, ...]
    overturn_percent: int
    scenario: str
    needs_remark: bool
    retired: bool
    effective_from: date
    source: str

    @property
    def denies(self) -> bool:
        """Whether it refuses a payment, rather than explain what was agreed or who owes it."""
        return self.route != POST


def carc(code: str, on: date) -> Carc | None:
    """Return what the code means on a day, or None for a code nobody has entered."""
    return table.in_force(_codes().get(code, ()), on)


def all_carcs() -> tuple[Carc, ...]:
    """Return every row of the table."""
    return tuple(version for versions in _codes().values() for version in versions)


@cache
def _codes() -> dict[str, tuple[Carc, ...]]:
    return table.by_code("carc.csv", _read)


def _read(row: dict[str, str]) -> Carc:
    if row["route"] != POST:
        DenialRouteKind(row["route"])
    return Carc(
        code=row["code"],
        meaning=row["meaning"],
        groups=table.words(row["groups"]),
        category=row["category"],
        route=row["route"],
        correctable=row["correctable"],
        resubmit=row["resubmit"],
        appealable=row["appealable"],
        patient_billable=row["patient_billable"],
        action=row["action"],
        evidence=table.words(row["evidence"]),
        overturn_percent=int(row["overturn_percent"]),
        scenario=row["scenario"],
        needs_remark=row["needs_remark"] == "yes",
        retired=row["retired"] == "yes",
        effective_from=date.fromisoformat(row["effective_from"]),
        source=row["source"],
    )
