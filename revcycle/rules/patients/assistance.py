"""Financial assistance: income against the poverty guideline, and the discount policy gives for it."""

from revcycle.domain.patients.assistance import Household, Offer
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.patients.poverty_guideline import PovertyGuideline


class BrokenHousehold(ValueError):
    """A household has at least one person and no negative income."""


def poverty_guideline_cents(household: Household, guideline: PovertyGuideline) -> int:
    """Return the year's income at which the household is at 100 % of the guideline."""
    step = guideline.step(household.region)
    return step.first_person_cents + step.further_person_cents * (household.size - 1)


def offer(household: Household, policy: PatientPolicy, guideline: PovertyGuideline) -> Offer:
    """Return what the policy gives the household. Raises BrokenHousehold.

    The limit itself is inside: an income of exactly 200 % of the guideline has the discount of "up to 200 %".
    """
    if household.size < 1 or household.income_cents < 0:
        raise BrokenHousehold("give a household of at least one person and an income of zero or more")
    full_cents = poverty_guideline_cents(household, guideline)
    scaled = household.income_cents * 100
    inside = [percent for limit, percent in policy.charity_scale if scaled <= full_cents * limit]
    # Rounded up: a figure of 200 % must not stand beside a discount that ends there.
    poverty_percent = -(-scaled // full_cents)
    return Offer(inside[0] if inside else 0, poverty_percent)


def discount_cents(balance_cents: int, percent: int) -> int:
    """Return the discount on a balance; the odd cent goes to the patient."""
    return -(-balance_cents * percent // 100)
