"""How a guarantor of each life behaves towards a bill."""

from random import Random

from revcycle.domain.patients.dispute import DisputeOutcome, DisputeSubject
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.people_script import PersonPart

_DISPUTES = (
    (DisputeSubject.AMOUNT, DisputeOutcome.REJECTED),
    (DisputeSubject.PAYMENT_NOT_SHOWN, DisputeOutcome.REJECTED),
    (DisputeSubject.VISIT_NOT_RECOGNIZED, DisputeOutcome.UPHELD_PATIENT),
)


def person_part(random: Random, guarantor: str, life: Life, language: str) -> PersonPart:
    """Return the guarantor's part in the life."""
    if life is Life.PAID_PATIENT_PAYS:
        return PersonPart(guarantor, life, language, pays_after_days=random.randint(3, 20))
    if life is Life.PLAN_KEPT:
        return PersonPart(guarantor, life, language, asks_after_days=random.randint(3, 9), installments=3)
    if life is Life.PLAN_BROKEN:
        asks = random.randint(3, 9)
        return PersonPart(
            guarantor,
            life,
            language,
            7,
            asks_after_days=asks,
            installments=3,
            break_at=2,
            pays_on_notice=True,
        )
    if life is Life.HARDSHIP_CHARITY:
        size = random.randint(2, 5)
        return PersonPart(
            guarantor,
            life,
            language,
            asks_after_days=random.randint(3, 9),
            household_size=size,
            household_income_cents=_poor_income(random, size),
        )
    if life is Life.DISPUTE_RESOLVED:
        subject, outcome = random.choice(_DISPUTES)
        return PersonPart(
            guarantor,
            life,
            language,
            pays_after_days=6,
            asks_after_days=4,
            dispute_subject=subject.value,
            dispute_outcome=outcome.value,
        )
    return PersonPart(guarantor, life, language)


def _poor_income(random: Random, size: int) -> int:
    """Return a yearly income between 60 and 130 percent of the 2026 federal poverty guideline (48 states)."""
    guideline = 1_596_000 + 568_000 * (size - 1)
    return guideline * random.randint(60, 130) // 100 // 10_000 * 10_000
