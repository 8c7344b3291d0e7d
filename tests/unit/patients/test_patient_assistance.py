"""Financial assistance: the guideline's figures, the scale's edges, rounding in the patient's favor."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.patients.assistance import Household, Region
from revcycle.rules.patients.assistance import BrokenHousehold, discount_cents, offer, poverty_guideline_cents
from tests.support.policies import guideline, patient_policy_for

DAY = date(2026, 6, 1)
POLICY = patient_policy_for(DAY)
GUIDELINE = guideline(DAY)


@pytest.mark.parametrize(
    ("size", "dollars"),
    [(1, 15_960), (2, 21_640), (3, 27_320), (4, 33_000), (5, 38_680), (6, 44_360), (7, 50_040), (8, 55_720)],
)
def test_the_guideline_of_2026(size: int, dollars: int) -> None:
    assert poverty_guideline_cents(Household(size, 0), GUIDELINE) == dollars * 100


def test_the_guideline_of_the_day_and_place() -> None:
    alone = Household(1, 0)
    assert poverty_guideline_cents(alone, guideline(date(2026, 1, 12))) == 1_565_000
    assert poverty_guideline_cents(alone, guideline(date(2024, 6, 1))) == 1_506_000
    assert poverty_guideline_cents(Household(1, 0, Region.ALASKA), GUIDELINE) == 1_995_000
    assert poverty_guideline_cents(Household(2, 0, Region.HAWAII), GUIDELINE) == 2_489_000


@pytest.mark.parametrize(
    ("percent_cents", "discount"),
    [(0, 100), (200, 100), (250, 75), (300, 50), (400, 25)],
)
def test_each_limit_is_inside_and_a_cent_more_is_not(percent_cents: int, discount: int) -> None:
    income = 15_960 * percent_cents
    assert offer(Household(1, income), POLICY, GUIDELINE).discount_percent == discount
    if percent_cents:
        assert offer(Household(1, income + 1), POLICY, GUIDELINE).discount_percent < discount


def test_a_household_has_people_and_no_negative_income() -> None:
    for broken in (Household(0, 1), Household(1, -1)):
        with pytest.raises(BrokenHousehold):
            offer(broken, POLICY, GUIDELINE)


@given(balance=st.integers(0, 10_000_000), percent=st.integers(0, 100))
def test_a_discount_never_passes_the_balance(balance: int, percent: int) -> None:
    given_cents = discount_cents(balance, percent)
    assert 0 <= given_cents <= balance
    assert given_cents * 100 >= balance * percent
