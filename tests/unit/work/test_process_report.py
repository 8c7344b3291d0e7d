"""What the proof of the processes says of each way a record and its process can differ."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from revcycle.domain.clock import BusinessClock, Pace
from revcycle.domain.work.clocks import Clock, ClockName
from revcycle.domain.work.position import Position
from revcycle.reports.processes import TOLERANCE, Seen, compare

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
DUE, LATER = NOW + timedelta(days=14), NOW + timedelta(days=300)
CLAIM = "claim/C000001"
REAL = BusinessClock()
CLOCKS = (Clock(ClockName.REMITTANCE, DUE), Clock(ClockName.TIMELY_FILING, LATER))
RECORD = Position("accepted", "", CLOCKS)
SEEN = Seen("", "accepted", (DUE,), RECORD)
CLOSED = Position("closed", "paid")
ENDED = Seen("completed", "closed", result="paid")


def codes(record: Position, seen: Seen, clock: BusinessClock = REAL, now: datetime = NOW) -> list[str]:
    return [finding.code for finding in compare(CLAIM, record, seen, clock, now)]


def test_a_process_that_is_as_recorded_is_no_finding() -> None:
    assert codes(RECORD, SEEN) == []
    assert codes(CLOSED, ENDED) == []


def test_a_lost_process_is_named_with_its_claim_and_clock() -> None:
    (finding,) = compare(CLAIM, RECORD, Seen("terminated", "accepted"), REAL, NOW)
    assert (finding.code, finding.where) == ("process.lost", CLAIM)
    assert "remittance of 2026-03-16" in finding.message
    assert "terminated" in finding.message
    assert "claim rehydrate C000001" in finding.remedy


def test_a_process_that_waits_for_a_wrong_day_is_named_with_both_days() -> None:
    wrong = DUE + timedelta(days=5)
    (finding,) = compare(CLAIM, RECORD, replace(SEEN, timers=(wrong,)), REAL, NOW)
    assert finding.code == "process.timer"
    assert "2026-03-16" in finding.message
    assert "2026-03-21" in finding.message


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (replace(SEEN, timers=()), "process.timer"),
        (replace(SEEN, stage="submitted"), "process.stage"),
        (replace(SEEN, recorded=replace(RECORD, clocks=CLOCKS[:1])), "process.clocks"),
        (replace(SEEN, recorded=None), "process.silent"),
        (Seen("not there"), "process.lost"),
    ],
)
def test_each_difference_has_its_name(seen: Seen, code: str) -> None:
    assert codes(RECORD, seen) == [code]


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (replace(ENDED, result="written_off"), "process.result"),
        (replace(ENDED, stage="accepted"), "process.stage"),
    ],
)
def test_a_closed_claim_whose_process_says_otherwise_is_named(seen: Seen, code: str) -> None:
    assert codes(CLOSED, seen) == [code]


def test_a_closed_claim_holds_no_clock() -> None:
    assert codes(replace(CLOSED, clocks=CLOCKS[:1]), ENDED) == ["clock.after_end"]


def test_a_clock_that_passed_unheard_is_named() -> None:
    assert codes(RECORD, SEEN, now=DUE + TOLERANCE + timedelta(seconds=1)) == ["clock.past"]
    assert codes(RECORD, SEEN, now=DUE + TOLERANCE / 2) == []


def test_a_clock_in_compressed_time_is_compared_at_its_real_instant() -> None:
    fast = BusinessClock(NOW, NOW, (Pace(NOW + timedelta(days=400), 86_400.0),))  # a day a second
    assert codes(RECORD, replace(SEEN, timers=(NOW + timedelta(seconds=14),)), fast) == []
    assert codes(RECORD, SEEN, fast) == ["process.timer"]
