"""Make a synthetic practice from a seed: its claims, and what everyone outside will do about them.

The same seed, number and day give the same practice, to the byte.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from revcycle.domain.calendar import is_business_day
from revcycle.domain.claims.claim import Claim, Provider, ServiceLine
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.sandbox.payer.script import Behaviour, PayerScript, key_of
from revcycle.sandbox.practice import facts
from revcycle.sandbox.practice.household import Household, Patient, draw_household
from revcycle.sandbox.practice.identity import age_on
from revcycle.sandbox.practice.life import DEFAULT_WEIGHTS, PATIENT_LIVES, Life, deal
from revcycle.sandbox.practice.people_script import ClaimPart, PeopleScript, PersonPart
from revcycle.sandbox.practice.plans import PLANS, draw_plan
from revcycle.sandbox.practice.plot import Plot, plans_for, plot, visit_for
from revcycle.sandbox.practice.temperament import person_part
from revcycle.sandbox.practice.visits import VISITS, Visit

_OFFICE = "11"
_DAYS_BACK = 14
_ALONE = PATIENT_LIVES | {Life.INACTIVE_COVERAGE_CORRECTED, Life.PRIMARY_THEN_SECONDARY}


@dataclass(frozen=True, slots=True)
class SyntheticPractice:
    """A practice with the claims it is about to file, and the scripts of the payer and of the people."""

    seed: int
    first_day: date
    billing_provider: Provider
    claims: tuple[Claim, ...]
    script: PayerScript
    people: PeopleScript


@dataclass(frozen=True, slots=True)
class _Story:
    """One claim with its life, before it is numbered."""

    life: Life
    household: Household
    plot: Plot


def generate(
    seed: int,
    claims: int,
    first_day: date,
    weights: Mapping[Life, float] = DEFAULT_WEIGHTS,
    first_serial: int = 1,
) -> SyntheticPractice:
    """Return the practice of the seed, its claims all for services in the 14 days before ``first_day``.

    ``weights`` says how common each life is; a life left out is not dealt. Claims are numbered from
    ``first_serial``, so that two files of one practice can be told apart.
    """
    random = Random(seed)
    told = list(_Author(random, first_day).stories(deal(random, claims, weights)))
    random.shuffle(told)
    behaviours: dict[str, Behaviour] = {}
    parts: dict[str, ClaimPart] = {}
    people: dict[str, PersonPart] = {}
    filed: list[Claim] = []
    for serial, story in enumerate(told, start=first_serial):
        number, household = f"CH{serial:06d}", story.household
        filed.append(replace(story.plot.filed, patient_control_number=number, source_control_number=number))
        if story.plot.behaviour:
            behaviours.update(dict.fromkeys(sorted(story.plot.keys()), story.plot.behaviour))
        key = key_of(story.plot.right, story.plot.right.coverages[0])
        parts[number] = ClaimPart(number, key, story.life, household.guarantor, story.plot.corrections)
        if story.life in PATIENT_LIVES and household.guarantor not in people:
            people[household.guarantor] = person_part(
                random, household.guarantor, story.life, household.language
            )
    script = PayerScript(
        seed=seed,
        claims=behaviours,
        allowed_percent={plan.payer_id: plan.allowed_percent for plan in PLANS},
        inactive=frozenset(ended for story in told for ended in story.plot.ended_policies),
    )
    return SyntheticPractice(
        seed=seed,
        first_day=first_day,
        billing_provider=facts.BILLING_PROVIDER,
        claims=tuple(filed),
        script=script,
        people=PeopleScript(parts, people),
    )


class _Author:
    """Writes households with their claims until every life dealt is told."""

    def __init__(self, random: Random, first_day: date) -> None:
        self._random = random
        self._first_day = first_day
        self._guarantors = count(1)
        self._serials = {life: count() for life in Life}
        self._keys: set[str] = set()
        days = (first_day - timedelta(back) for back in range(1, _DAYS_BACK + 1))
        self._open_days = tuple(day for day in days if is_business_day(day))

    def stories(self, lives: list[Life]) -> Iterator[_Story]:
        """Tell every life: the eventful ones each with a household, clean claims around and after them."""
        clean = sum(life is Life.PAID_CLEAN for life in lives)
        eventful: list[Life] = [life for life in lives if life is not Life.PAID_CLEAN]
        while eventful:
            cast: list[Life] = [eventful.pop()]
            if cast[0] is Life.PAID_PATIENT_PAYS and cast[0] in eventful and self._random.random() < 0.4:
                eventful.remove(cast[0])
                cast.append(cast[0])
            elif cast[0] not in _ALONE:
                also = min(clean, self._random.randint(0, 2))
                clean -= also
                cast += [Life.PAID_CLEAN] * also
            yield from self._household_stories(cast)
        while clean:
            size = min(clean, self._random.randint(2, 6))
            clean -= size
            yield from self._household_stories([Life.PAID_CLEAN] * size)

    def _household_stories(self, lives: list[Life]) -> Iterator[_Story]:
        plan = draw_plan(self._random, plans_for(lives[0]))
        guarantor = f"G{next(self._guarantors):04d}"
        household = draw_household(self._random, guarantor, plan, self._first_day)
        for life in lives:
            serial = next(self._serials[life])
            yield _Story(life, household, self._plot(life, household, serial))

    def _plot(self, life: Life, household: Household, serial: int) -> Plot:
        """Draw claims until one is new to the payer (member, day and procedures tell claims apart)."""
        while True:
            drawn = plot(life, self._claim(life, household, serial), self._random, serial)
            keys = drawn.keys()
            if keys.isdisjoint(self._keys):
                self._keys |= keys
                return drawn

    def _claim(self, life: Life, household: Household, serial: int) -> Claim:
        random, day = self._random, self._random.choice(self._open_days)
        patient, visit = self._patient_and_visit(household, visit_for(life, serial))
        providers = facts.ORTHOPAEDISTS if visit.orthopaedic else facts.FAMILY_PHYSICIANS
        coverage = household.coverage(patient, household.plan, household.member_id, Responsibility.PRIMARY)
        return Claim(
            patient_control_number="",
            charge_cents=visit.charge_cents,
            place_of_service=_OFFICE,
            patient=patient.person,
            billing_provider=facts.BILLING_PROVIDER,
            coverages=(coverage,),
            diagnosis_codes=visit.diagnosis_codes,
            lines=_lines(visit, day),
            rendering_provider=random.choice(providers),
            language=household.language,
        )

    def _patient_and_visit(self, household: Household, visits: tuple[Visit, ...]) -> tuple[Patient, Visit]:
        """Draw somebody of the household and a visit that suits the age; adults when the visit is given."""
        patient = household.patients[0] if visits else self._random.choice(household.patients)
        age = age_on(patient.person, self._first_day)
        suitable = [visit for visit in visits or VISITS if visit.suits(age)]
        return patient, self._random.choice(suitable or [visit for visit in VISITS if visit.suits(age)])


def _lines(visit: Visit, day: date) -> tuple[ServiceLine, ...]:
    return tuple(
        ServiceLine(
            line_number=number,
            procedure_code=procedure.code,
            charge_cents=procedure.charge_cents,
            units=Decimal(procedure.units),
            service_date=day,
            diagnosis_pointers=procedure.pointers,
            modifiers=procedure.modifiers,
            line_item_control_number=str(number),
        )
        for number, procedure in enumerate(visit.procedures, start=1)
    )
