"""Families: one guarantor, one plan, and everybody who comes to the practice on it."""

from dataclasses import dataclass
from datetime import date
from random import Random

from revcycle.domain.claims.claim import Coverage
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Person
from revcycle.sandbox.practice.identity import draw_address, draw_last_name, draw_person
from revcycle.sandbox.practice.plans import Plan

_SELF, _SPOUSE, _CHILD = "18", "01", "19"
_SPANISH_SHARE = 0.08


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody who may come, and the relationship code to the subscriber."""

    person: Person
    relationship_code: str


@dataclass(frozen=True, slots=True)
class Household:
    """A guarantor (``G0001``), who is the subscriber and the first patient, with dependents."""

    guarantor: str
    plan: Plan
    member_id: str
    group_number: str
    language: str
    patients: tuple[Patient, ...]

    @property
    def subscriber(self) -> Person:
        """The guarantor as a person."""
        return self.patients[0].person

    def coverage(
        self, patient: Patient, plan: Plan, member_id: str, responsibility: Responsibility
    ) -> Coverage:
        """Return one policy of the household for the patient."""
        return Coverage(
            responsibility=responsibility,
            payer_id=plan.payer_id,
            payer_name=plan.payer_name,
            member_id=member_id,
            subscriber=self.subscriber,
            relationship_code=patient.relationship_code,
            claim_filing_indicator=plan.claim_filing_indicator,
            group_number=self.group_number if plan.has_dependents else "",
        )


def draw_household(random: Random, guarantor: str, plan: Plan, today: date) -> Household:
    """Return an invented family on the plan."""
    last_name, address, taken = draw_last_name(random), draw_address(random), set[str]()
    ages = (plan.adults_from, plan.adults_from + 22) if plan.adults_from else (26, 60)
    people = [Patient(draw_person(random, last_name, address, today, ages, taken), _SELF)]
    if plan.has_dependents:
        wanted = [(_SPOUSE, (26, 60))] * random.randint(0, 1) + [(_CHILD, (5, 16))] * random.randint(0, 3)
        for relationship, range_ in wanted:
            people.append(
                Patient(draw_person(random, last_name, address, today, range_, taken), relationship)
            )
    return Household(
        guarantor=guarantor,
        plan=plan,
        member_id=plan.member_id(random),
        group_number=f"GRP{random.randint(1000, 9999)}",
        language="es" if random.random() < _SPANISH_SHARE else "en",
        patients=tuple(people),
    )
