"""The business clock: two directions of one line, whatever the paces."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.clock import REAL_TIME, BusinessClock, Pace

START = datetime(2026, 1, 5, 14, tzinfo=UTC)
NEARLY = timedelta(milliseconds=200)
"""A day in half a second: two microseconds of rounding are a third of a business second."""

instants = st.datetimes(datetime(2025, 6, 1), datetime(2027, 6, 1), timezones=st.just(UTC))


@st.composite
def clocks(draw: st.DrawFn) -> BusinessClock:
    until, paces = START, []
    for days, rate in draw(st.lists(st.tuples(st.integers(1, 200), st.integers(1, 200_000)), max_size=4)):
        until += timedelta(days)
        paces.append(Pace(until, rate))
    return BusinessClock(draw(instants), START, tuple(paces))


@given(clocks(), instants)
def test_a_business_instant_comes_at_its_real_instant(clock: BusinessClock, business: datetime) -> None:
    assert abs(clock.business(clock.real(business)) - business) <= NEARLY


@given(clocks(), instants)
def test_a_real_instant_is_found_again(clock: BusinessClock, real: datetime) -> None:
    assert abs(clock.real(clock.business(real)) - real) <= NEARLY


@given(clocks(), instants, instants)
def test_time_never_runs_backwards(clock: BusinessClock, one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    assert clock.business(early) <= clock.business(late)
    assert clock.real(early) <= clock.real(late)


@given(instants)
def test_production_time_is_real_time(real: datetime) -> None:
    assert REAL_TIME.business(real) == REAL_TIME.real(real) == real


def test_paces_follow_each_other_and_then_time_is_real_again() -> None:
    anchor = datetime(2026, 6, 1, tzinfo=UTC)
    day, week = START + timedelta(1), START + timedelta(7)
    clock = BusinessClock(anchor, START, (Pace(day, 86_400), Pace(week, 6 * 86_400)))
    assert clock.business(anchor + timedelta(seconds=1)) == day
    assert clock.business(anchor + timedelta(seconds=2)) == week
    assert clock.business(anchor + timedelta(seconds=5)) == week + timedelta(seconds=3)
    assert clock.business(anchor - timedelta(seconds=5)) == START - timedelta(seconds=5)
