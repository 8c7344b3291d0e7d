"""A payment plan: terms agreed with the patient, without interest, kept or broken."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PlanState(StrEnum):
    """``last_chance``: a payment was missed, the letter names the day to catch up by.

    ``proposed`` terms are stored and not agreed; ``replaced`` gave way to a new plan.
    """

    PROPOSED = "proposed"
    ACTIVE = "active"
    LAST_CHANCE = "last_chance"
    KEPT = "kept"
    BROKEN = "broken"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What patient and staff agree on. The last payment may differ: ``last_cents`` 0 means it does not.

    ``counsel_checked`` says a written agreement checked by counsel allows more payments than the default.
    """

    installments: int
    amount_cents: int
    first_due_on: date
    interval_days: int = 30
    last_cents: int = 0
    counsel_checked: bool = False

    @property
    def schedule(self) -> tuple[tuple[date, int], ...]:
        """Each payment's due day and amount."""
        amounts = [self.amount_cents] * (self.installments - 1) + [self.last_cents or self.amount_cents]
        return tuple(
            (self.first_due_on + timedelta(self.interval_days * number), cents)
            for number, cents in enumerate(amounts)
        )

    @property
    def total_cents(self) -> int:
        """All payments together."""
        return sum(cents for _, cents in self.schedule)


def even_terms(total_cents: int, installments: int, first_due_on: date, interval_days: int = 30) -> PlanTerms:
    """Return terms that pay the total in equal parts; the last one takes the odd cents."""
    amount = total_cents // installments
    last = total_cents - amount * (installments - 1)
    return PlanTerms(installments, amount, first_due_on, interval_days, last)


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """A plan in force. ``owed_cents`` is what the books still have open on the claims it covers."""

    plan_id: str
    state: PlanState
    terms: PlanTerms
    claim_ids: tuple[str, ...]
    owed_cents: int
    agreement_sent: bool = False
    catch_up_by: date | None = None

    @property
    def credited_cents(self) -> int:
        """What counts as paid: a balance that shrank by any cause shortens the plan."""
        return max(0, self.terms.total_cents - self.owed_cents)
