"""The last days to file, over all dates."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.calendar import is_business_day
from revcycle.domain.exchange.policy import CorrectionRule, FilingRule, PayerPolicy
from revcycle.rules.claims.timely_filing import (
    NoSuchLevel,
    alert_day,
    appeal_deadline,
    appeal_limit,
    corrected_claim_deadline,
    filing_deadline,
    secondary_deadline,
)
from tests.support.policies import PAYER_POLICIES, policy_for

DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))
POLICIES = st.sampled_from(PAYER_POLICIES)
MEDICARE = policy_for("MB", "", date(2026, 1, 1))
COMMERCIAL = policy_for("CI", "", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("service", "due"),
    [
        (date(2025, 3, 4), date(2026, 3, 4)),
        (date(2028, 2, 29), date(2029, 2, 28)),  # February 29 ends on February 28
        (date(2023, 2, 28), date(2024, 2, 28)),  # a leap year on the way does not add a day
        (date(2025, 3, 7), date(2026, 3, 9)),  # Saturday moves to Monday
        (date(2024, 7, 4), date(2025, 7, 7)),  # Independence Day, then a weekend
        (date(2024, 12, 25), date(2025, 12, 26)),
        (date(2025, 7, 3), date(2026, 7, 6)),  # July 4, 2026 is a Saturday: the 3rd is its holiday
    ],
)
def test_medicare_counts_a_calendar_year_and_moves_to_the_next_workday(service: date, due: date) -> None:
    assert filing_deadline(MEDICARE, service) == due


@pytest.mark.parametrize(
    ("indicator", "service", "due"),
    [
        ("CI", date(2026, 1, 1), date(2026, 4, 1)),
        ("CI", date(2026, 1, 3), date(2026, 4, 3)),
        ("BL", date(2026, 1, 1), date(2026, 6, 30)),
        ("16", date(2026, 1, 1), date(2026, 4, 1)),
        ("MC", date(2026, 1, 1), date(2027, 1, 1)),
        ("FI", date(2026, 1, 1), date(2027, 12, 31)),
        ("FI", date(2026, 12, 31), date(2027, 12, 31)),
        ("CH", date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_each_class_counts_its_own_way(indicator: str, service: date, due: date) -> None:
    assert filing_deadline(policy_for(indicator, "", service), service) == due


def test_a_weekend_extends_nothing_outside_medicare() -> None:
    service = date(2026, 1, 10)
    due = filing_deadline(COMMERCIAL, service)
    assert due == service + timedelta(90)
    assert filing_deadline(COMMERCIAL, service - timedelta(7)).weekday() == due.weekday()


@given(DAYS)
def test_medicare_never_ends_on_a_day_off(service: date) -> None:
    due = filing_deadline(MEDICARE, service)
    assert is_business_day(due)
    assert 365 <= (due - service).days <= 366 + 4


@given(POLICIES, DAYS, DAYS)
def test_a_later_service_never_has_an_earlier_deadline(policy: PayerPolicy, one: date, other: date) -> None:
    early, late = sorted((one, other))
    assert filing_deadline(policy, early) <= filing_deadline(policy, late)


@given(POLICIES, DAYS, st.integers(0, 400))
def test_a_corrected_claim_has_at_least_the_time_of_the_first(
    policy: PayerPolicy, service: date, days: int
) -> None:
    due = corrected_claim_deadline(policy, service, service + timedelta(days))
    assert due >= filing_deadline(policy, service)
    if policy.correction_rule is CorrectionRule.SERVICE_DATE:
        assert due == filing_deadline(policy, service)


@given(POLICIES, DAYS, st.integers(0, 400))
def test_a_secondary_claim_counts_from_the_primary_or_not_at_all(
    policy: PayerPolicy, service: date, days: int
) -> None:
    paid_on = service + timedelta(days)
    due = secondary_deadline(policy, service, paid_on)
    counted = paid_on + timedelta(policy.secondary_days)
    assert due == (counted if policy.secondary_days else filing_deadline(policy, service))


@given(POLICIES, DAYS)
def test_we_file_an_appeal_before_the_law_makes_us(policy: PayerPolicy, notice: date) -> None:
    for rung in policy.appeal_levels:
        ours, theirs = (
            appeal_deadline(policy, rung.level, notice),
            appeal_limit(policy, rung.level, notice),
        )
        assert notice < ours <= theirs
        assert (theirs - ours).days == rung.mail_presumption_days


def test_the_level_after_the_last_does_not_exist() -> None:
    with pytest.raises(NoSuchLevel, match="level 6"):
        appeal_deadline(MEDICARE, 6, date(2026, 1, 1))


@given(POLICIES, DAYS)
def test_somebody_is_alerted_before_the_last_day(policy: PayerPolicy, deadline: date) -> None:
    assert (deadline - alert_day(policy, deadline)).days == policy.safety_buffer_days > 0


def test_months_clamp_to_the_end_of_february() -> None:
    yearly = replace(COMMERCIAL, filing_rule=FilingRule.CALENDAR_YEAR)
    assert filing_deadline(yearly, date(2024, 2, 29)) == date(2025, 2, 28)
