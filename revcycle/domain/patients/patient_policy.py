"""The practice's policy toward patients who owe, and what the law of a state adds to it."""

from dataclasses import dataclass
from enum import StrEnum

from revcycle.domain.dated_policy import BrokenPolicy, DatedPolicy

PATIENTS_SCOPE = "patients"


class BoundProviders(StrEnum):
    """Whom a state's rule binds."""

    ALL = "all"
    HOSPITALS = "hospitals"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPolicy(DatedPolicy):
    """One version of the policy: days, limits, discounts.

    Days of the ladder count from the statement; cents and percent as named.

    ``gathering_days`` is how long we let more of a family's claims arrive before the first statement;
    ``letter_slack_days`` how late a letter may go out before its clock counts as missed;
    ``charity_scale`` holds (income up to percent of the poverty guideline, discount percent), poorest first.
    ``state_rule`` names the row of the state's law that lengthened some of the days, where one did.
    """

    small_balance_cents: int
    gathering_days: int
    payment_due_days: int
    reminder_days: int
    past_due_days: int
    final_notice_days: int
    referral_days_min: int
    final_notice_age_days_min: int
    referral_contacts_min: int
    referral_decision_days: int
    letter_slack_days: int
    plan_installments_max: int
    plan_installments_counsel_max: int
    plan_first_due_days_max: int
    plan_interval_days_max: int
    plan_grace_days: int
    dispute_days: int
    assistance_days: int
    write_off_days: int
    credit_days: int
    review_days: int
    charity_scale: tuple[tuple[int, int], ...]
    state_rule: str = ""

    def __post_init__(self) -> None:
        """Raises BrokenPolicy."""
        DatedPolicy.__post_init__(self)
        ladder = (self.reminder_days, self.past_due_days, self.final_notice_days)
        if list(ladder) != sorted(set(ladder)) or ladder[0] < 1:
            raise BrokenPolicy("reminder_days, past_due_days and final_notice_days must rise in this order")
        limits = [limit for limit, _ in self.charity_scale]
        if limits != sorted(set(limits)):
            raise BrokenPolicy("charity_scale must rise from the poorest households")
        if any(not 0 <= percent <= 100 for _, percent in self.charity_scale):
            raise BrokenPolicy("charity_scale discounts are 0 to 100 percent")

    @property
    def reference(self) -> str:
        """How a decision names the rows: the policy's, and that of the state's law where it changed something."""
        row = f"{self.policy_id}@{self.effective_from}.{self.version}"
        return f"{row}+{self.state_rule}" if self.state_rule else row


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRule(DatedPolicy):
    """What a state's law asks of whoever collects from a patient who lives there; 0 where it sets no least.

    ``referral_days_min`` counts from the first bill to an agency or a report, ``final_notice_age_days_min`` from the
    final notice; ``plan_grace_days`` is how long a missed installment may be made good. ``providers`` says whom the
    law binds: the days are kept for every practice all the same, until its own row says that it is not bound.
    """

    providers: BoundProviders
    referral_days_min: int = 0
    final_notice_age_days_min: int = 0
    plan_grace_days: int = 0

    def __post_init__(self) -> None:
        """Raises BrokenPolicy."""
        DatedPolicy.__post_init__(self)
        if min(self.referral_days_min, self.final_notice_age_days_min, self.plan_grace_days) < 0:
            raise BrokenPolicy("a state's days are zero or more")


def state_scope(state: str) -> str:
    """Return the scope of a state's rule: ``state:NY``."""
    return f"state:{state}"
