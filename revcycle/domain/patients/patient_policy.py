"""The practice's policy toward patients who owe: days, limits, discounts; dated, with its source."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PatientPolicy:
    """One version of the policy. Days of the ladder count from the statement; cents and percent as named.

    ``gathering_days`` is how long we let more of a family's claims arrive before the first statement;
    ``letter_slack_days`` how late a letter may go out before its clock counts as missed;
    ``charity_scale`` holds (income up to percent of the poverty guideline, discount percent), poorest first.
    """

    policy_id: str
    effective_from: date
    source: str
    as_of: date
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
