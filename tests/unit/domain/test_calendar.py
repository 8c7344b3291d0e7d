"""Calendar arithmetic: months that clamp, the days the government rests, business days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.calendar import (
    add_business_days,
    add_months,
    federal_holidays,
    is_business_day,
    next_business_day,
)

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 10), -1, date(2025, 12, 10)),
    ],
)
def test_months_clamp_to_the_months_end(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(days, st.integers(-240, 240))
def test_months_never_skip_a_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day


def test_the_holidays_of_2026() -> None:
    assert federal_holidays(2026) == {
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 3),  # the fourth is a Saturday
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    }


def test_a_new_year_on_a_saturday_is_kept_in_the_old_year() -> None:
    assert date(2027, 12, 31) in federal_holidays(2027)
    assert not [day for day in federal_holidays(2028) if day.month == 1 and day.day < 15]


@given(days)
def test_the_next_business_day_is_near_and_is_one(day: date) -> None:
    found = next_business_day(day)
    assert is_business_day(found)
    assert timedelta(0) <= found - day <= timedelta(4)
    assert (found == day) == is_business_day(day)


@given(days, st.integers(0, 30))
def test_business_days_are_counted_one_by_one(day: date, count: int) -> None:
    found = add_business_days(day, count)
    between = sum(is_business_day(day + timedelta(n)) for n in range(1, (found - day).days + 1))
    assert between == count


def test_a_friday_before_a_holiday_is_followed_by_tuesday() -> None:
    assert add_business_days(date(2026, 1, 16), 1) == date(2026, 1, 20)
