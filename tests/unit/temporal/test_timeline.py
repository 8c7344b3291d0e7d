"""Driven business time: it runs no further than granted, never back, and never changes what it told before."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.clock import Pace
from revcycle.temporal.timeline import NoTimeline, Timeline

REAL = datetime(2026, 6, 1, 9, tzinfo=UTC)
FIRST = datetime(2026, 1, 5, 14, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
PLAN = (Pace(FIRST + 10 * DAY, 86_400.0), Pace(FIRST + 100 * DAY, 172_800.0))
"""A day a second, and after ten days two."""
NEARLY = timedelta(seconds=2)
"""Real instants are whole microseconds: of a day a second, a twelfth of a business second."""


def begun(home: Path) -> Timeline:
    """A timeline that stands on the first day."""
    return Timeline.begin(home / "timeline", PLAN, FIRST, REAL)


def nearly(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= NEARLY


def test_nothing_granted_is_the_speed_of_real_time(home: Path) -> None:
    timeline = begun(home)
    assert timeline.business(REAL) == timeline.horizon == FIRST
    assert timeline.business(REAL + 3600 * SECOND) == FIRST + 3600 * SECOND


def test_it_runs_at_the_plan_as_far_as_granted(home: Path) -> None:
    timeline = begun(home)
    timeline.grant(FIRST + 12 * DAY, lambda: REAL)
    assert nearly(timeline.business(REAL + 4 * SECOND), FIRST + 4 * DAY)
    assert nearly(timeline.business(REAL + 11 * SECOND), FIRST + 12 * DAY)
    assert nearly(timeline.business(REAL + 60 * SECOND), FIRST + 12 * DAY + 49 * SECOND)


def test_a_grant_in_time_runs_on_without_a_stop_and_a_late_one_from_now(home: Path) -> None:
    timeline = begun(home)
    timeline.grant(FIRST + DAY, lambda: REAL)
    timeline.grant(FIRST + 3 * DAY, lambda: REAL + SECOND / 2)
    assert nearly(timeline.business(REAL + 2 * SECOND), FIRST + 2 * DAY)
    timeline.grant(FIRST + 5 * DAY, lambda: REAL + 10 * SECOND)
    assert nearly(timeline.business(REAL + 10 * SECOND), FIRST + 3 * DAY + 7 * SECOND)
    assert nearly(timeline.business(REAL + 11 * SECOND), FIRST + 4 * DAY + 7 * SECOND)


def test_less_than_was_granted_takes_nothing_back(home: Path) -> None:
    timeline = begun(home)
    timeline.grant(FIRST + 3 * DAY, lambda: REAL)
    timeline.grant(FIRST + 2 * DAY, lambda: REAL)
    assert timeline.horizon == FIRST + 3 * DAY


def test_what_is_granted_has_its_instant_and_what_is_not_its_earliest(home: Path) -> None:
    timeline = begun(home)
    timeline.grant(FIRST + 2 * DAY, lambda: REAL)
    assert nearly(timeline.earliest(FIRST + DAY, REAL), REAL + SECOND)
    assert nearly(timeline.earliest(FIRST + 14 * DAY, REAL), REAL + 12 * SECOND)
    stood = REAL + 20 * SECOND
    assert nearly(timeline.earliest(FIRST + 14 * DAY, stood), stood + 10 * SECOND)
    soon = timeline.earliest(FIRST + 2 * DAY + 30 * SECOND, stood)
    assert timedelta() < soon - stood < SECOND


def test_another_process_reads_what_one_grants(home: Path) -> None:
    timeline = begun(home)
    other = Timeline(home / "timeline")
    timeline.grant(FIRST + 2 * DAY, lambda: REAL)
    assert nearly(other.business(REAL + SECOND), FIRST + DAY)


def test_a_file_that_is_not_there_is_refused_with_what_to_do(home: Path) -> None:
    with pytest.raises(NoTimeline, match=r"REVCYCLE_CLOCK_FILE: .*unset it"):
        Timeline(home / "timeline")


def test_a_home_that_has_a_timeline_keeps_it(home: Path) -> None:
    begun(home).grant(FIRST + 2 * DAY, lambda: REAL)
    again = Timeline.begin(home / "timeline", (), FIRST + 50 * DAY, REAL + 50 * SECOND)
    assert again.horizon == FIRST + 2 * DAY
    assert len((home / "timeline").read_text().splitlines()) == 3
    assert json.loads((home / "timeline").read_text().splitlines()[0])["plan"]


grants = st.lists(st.tuples(st.floats(0, 30), st.floats(0, 20)), max_size=8)


@given(grants, st.lists(st.floats(0, 120), min_size=2, max_size=20))
def test_time_never_runs_back_nor_changes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[float, float]], looks: list[float]
) -> None:
    timeline = begun(tmp_path_factory.mktemp("timeline"))
    real, told = REAL, dict[datetime, datetime]()
    for pause, days in steps:
        real += timedelta(seconds=pause)
        passed = (REAL + timedelta(seconds=look) for look in looks)
        told |= {at: timeline.business(at) for at in passed if at < real}
        timeline.grant(timeline.business(real) + timedelta(days=days), lambda now=real: now)  # type: ignore[misc]  # bound now
    assert told == {at: timeline.business(at) for at in told}
    instants = sorted(REAL + timedelta(seconds=look) for look in looks)
    found = [timeline.business(at) for at in instants]
    assert found == sorted(found)
