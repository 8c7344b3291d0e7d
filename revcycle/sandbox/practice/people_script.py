"""What staff and patients of the synthetic practice know and do, as data: the people's half of the script."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from revcycle.sandbox.practice.life import Life

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Correction:
    """The right value for a field of a claim (``coverages[0].member_id``); several are joined by commas."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """What is known about one claim of the file. ``key`` is the payer's key of the claim as corrected."""

    source_control_number: str
    key: str
    life: Life
    guarantor: str
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonPart:
    """How one guarantor behaves. Guarantors that are not listed owe nothing and do nothing.

    ``pays_after_days`` counts from the statement (or, for a dispute, from its answer). A plan asks for
    ``installments`` and is broken at number ``break_at`` (0 never); who ``pays_on_notice`` pays what is left
    when the next notice comes. Household size and yearly income are what a hardship application states.
    Subject and outcome of a dispute are the values of domain.dispute; who was wrong pays after the answer.
    """

    guarantor: str
    life: Life
    language: str = "en"
    pays_after_days: int = 0
    asks_after_days: int = 0
    installments: int = 0
    break_at: int = 0
    pays_on_notice: bool = False
    household_size: int = 0
    household_income_cents: int = 0
    dispute_subject: str = ""
    dispute_outcome: str = ""


@dataclass(frozen=True, slots=True)
class PeopleScript:
    """All parts, by source control number (CLM01 of the file) and by guarantor (``G0001``)."""

    claims: Mapping[str, ClaimPart] = field(default_factory=dict)
    people: Mapping[str, PersonPart] = field(default_factory=dict)

    def person_of(self, source_control_number: str) -> PersonPart | None:
        """Return the guarantor's part for a claim of the file."""
        part = self.claims.get(source_control_number)
        return self.people.get(part.guarantor) if part else None

    def to_json(self) -> str:
        """Return the script as JSON text."""
        told = {
            "claims": [asdict(part) for part in self.claims.values()],
            "people": [asdict(part) for part in self.people.values()],
        }
        return json.dumps(told, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "PeopleScript":
        """Read what to_json wrote. Raises ValueError, KeyError or TypeError for anything else."""
        told: Json = json.loads(text)
        claims = [_claim(part) for part in told["claims"]]
        people = [PersonPart(**{**part, "life": Life(part["life"])}) for part in told["people"]]
        return cls(
            claims={part.source_control_number: part for part in claims},
            people={part.guarantor: part for part in people},
        )


def _claim(told: Json) -> ClaimPart:
    corrections = tuple(Correction(**one) for one in told["corrections"])
    return ClaimPart(**{**told, "life": Life(told["life"]), "corrections": corrections})
