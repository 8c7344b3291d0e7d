"""Claim adjustment reason codes: meaning, usual route and planning figures, in our own words.

X12 owns the list; the meanings, routes and planning priors here are ours. A code that is not in this table goes to a
person and is never guessed.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from revcycle.domain.codes import table
from revcycle.domain.denials.denial import DenialRouteKind

POST = "post"


class AdjustmentPosting(StrEnum):
    """How an adjustment with a reason posts."""

    CONTRACTUAL = "contractual"
    """A contract or a law stands behind it: agreed, automatic, never billed to the patient."""
    WITHHOLD = "withhold"
    """Kept back by a managed care plan, as agreed: taken off, perhaps paid later."""
    PATIENT = "patient"
    """The patient's share."""
    INFORMATIONAL = "informational"
    """What is in the books already: what prior payers paid and adjusted."""
    NEXT_PAYER = "next_payer"
    """Another payer should pay; refused here, so it stays open."""
    BUNDLED = "bundled"
    """Paid within another service; refused here, so it stays open."""
    DENIAL = "denial"
    """Refused: it stays open until somebody decides about it."""


@dataclass(frozen=True, slots=True)
class Carc:
    """One reason code. ``groups`` are those it usually comes with; ``route`` is what to do when it denies.

    ``posting`` is how its amount posts in any group but PR, ``patient_posting`` how it does in group PR.
    ``route`` is a DenialRouteKind value, or ``post``: the code explains an amount and denies nothing. ``correctable``
    is yes, maybe or no; ``appealable`` yes, limited or no; ``patient_billable`` yes, no, only_if_PR or with_notice.
    ``resubmit`` is R replacement, N new claim, D documents. ``overturn_percent`` is a planning prior. ``retired``
    codes are out of use but still found on old remittances.
    """

    code: str
    meaning: str
    groups: tuple[str, ...]
    category: str
    posting: AdjustmentPosting
    patient_posting: AdjustmentPosting
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
        """True when the code refuses a payment; False when it explains an agreed amount or the patient's share."""
        return self.route != POST


def carc(code: str, on: date) -> Carc | None:
    """Return the code's meaning on a day, None when it is not in the table."""
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
        posting=AdjustmentPosting(row["posting"]),
        patient_posting=AdjustmentPosting(row["patient_posting"]),
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
