"""Calendar arithmetic of the field: months clamped to their end, federal holidays, business days."""

from datetime import date, timedelta

_MONDAY, _THURSDAY = 0, 3


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, clamped to the month's end (Jan 31 + 1 is Feb 28)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _observed(day: date) -> date:
    return day + timedelta({5: -1, 6: 1}.get(day.weekday(), 0))


def federal_holidays(year: int) -> frozenset[date]:
    """Return the legal public holidays as observed in the year (5 USC 6103)."""
    last_monday_of_may = max(date(year, 5, d) for d in range(25, 32) if date(year, 5, d).weekday() == _MONDAY)
    fixed = [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)]
    floating = [(1, _MONDAY, 3), (2, _MONDAY, 3), (9, _MONDAY, 1), (10, _MONDAY, 2), (11, _THURSDAY, 4)]
    days = {_observed(date(year, m, d)) for m, d in fixed} | {last_monday_of_may}
    days |= {_nth(year, month, weekday, nth) for month, weekday, nth in floating}
    days.add(_observed(date(year + 1, 1, 1)))
    return frozenset(day for day in days if day.year == year)


def is_business_day(day: date) -> bool:
    """Tell whether the day is neither a weekend day nor a federal holiday."""
    return day.weekday() < 5 and day not in federal_holidays(day.year)


def next_business_day(day: date) -> date:
    """Return the day itself when it is a business day, else the first one after it."""
    while not is_business_day(day):
        day += timedelta(1)
    return day


def add_business_days(day: date, count: int) -> date:
    """Return the ``count``-th business day after the day."""
    for _ in range(count):
        day = next_business_day(day + timedelta(1))
    return day
