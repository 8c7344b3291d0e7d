"""Financial assistance: income against the poverty guideline, and the discount policy gives for it."""

from datetime import date

from revcycle.domain.codes.poverty_guidelines import GUIDELINES
from revcycle.domain.patients.assistance import Household, Offer
from revcycle.domain.patients.patient_policy import PatientPolicy


class BrokenHousehold(ValueError):
    """A household has at least one person and no negative income."""


def poverty_guideline_cents(household: Household, on: date) -> int:
    """Return the year's income at which the household is at 100 % of the guideline in force on the day."""
    in_force = [table for since, table in GUIDELINES if since <= on] or [GUIDELINES[0][1]]
    base, each = in_force[-1][household.region]
    return (base + each * (household.size - 1)) * 100


def offer(household: Household, policy: PatientPolicy, on: date) -> Offer:
    """Return what the policy gives the household. Raises BrokenHousehold.

    The limit itself is inside: an income of exactly 200 % of the guideline has the discount of "up to 200 %".
    """
    if household.size < 1 or household.income_cents < 0:
        raise BrokenHousehold("give a household of at least one person and an income of zero or more")
    guideline = poverty_guideline_cents(household, on)
    scaled = household.income_cents * 100
    inside = [percent for limit, percent in policy.charity_scale if scaled <= guideline * limit]
    # Rounded up: a figure of 200 % must not stand beside a discount that ends there.
    poverty_percent = -(-scaled // guideline)
    return Offer(inside[0] if inside else 0, poverty_percent, policy.policy_id)


def discount_cents(balance_cents: int, percent: int) -> int:
    """Return the discount on a balance; the odd cent goes to the patient."""
    return -(-balance_cents * percent // 100)
