"""Business time waits for clocks, doorbells, mailboxes and people that are late, and for nothing else."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from revcycle.access.keyring import KeyRing
from revcycle.db.engine import Database
from revcycle.db.tables import metadata
from revcycle.db.work import clocks, outbox
from revcycle.domain.clock import Pace
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.sandbox.timekeeper import (
    BELL_MAX,
    CLOCK_MAX,
    LATE,
    SILENCE_MAX,
    STANDS_MAX,
    Timekeeper,
    TimeStands,
)
from revcycle.temporal.timeline import Timeline

FIRST = datetime(2026, 1, 5, 14, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
END = FIRST + 100 * DAY
CLAIM = "claim/C000001"


@dataclass
class Kept:
    """A world without processes: its database, its payer's book, and a wall clock that the test turns."""

    db: Database
    book: sqlite3.Connection
    real: datetime
    keeper: Timekeeper

    def passes(self, days: float) -> None:
        """Let the real time pass that so many business days take, ticking as a driver does."""
        for _ in range(round(days * 10)):
            self.real += SECOND / 10
            self.keeper.tick()

    def hear(self) -> None:
        """The mailboxes are looked into now."""
        self.book.execute("insert or replace into clock values (1, ?)", (self.keeper.now().isoformat(),))
        self.book.commit()

    def arm(self, name: str, due_at: datetime) -> None:
        """Arm a clock of the claim."""
        with self.db.write() as tx:
            clocks.arm(tx, Act(f"arm {name}", CLAIM, FIRST), ClockName(name), due_at)

    def end(self, name: str) -> None:
        """End it."""
        with self.db.write() as tx:
            clocks.miss(tx, Act(f"end {name}", CLAIM, self.keeper.now()), ClockName(name))


@pytest.fixture
def kept(home: Path) -> Iterator[Kept]:
    """A world at its first instant; a day is a second."""
    db = Database(f"sqlite:///{home / 'revcycle.db'}", KeyRing.generate())
    metadata.create_all(db.engine)
    book = sqlite3.connect(home / "payer.sqlite3")
    book.execute("create table clock (id integer primary key, now text)")
    real = datetime(2026, 6, 1, tzinfo=UTC)
    timeline = Timeline.begin(home / "timeline", (Pace(END, DAY / SECOND),), FIRST, real)
    keeper = Timekeeper(timeline, db, home / "payer.sqlite3", END)
    world = Kept(db, book, real, keeper)
    keeper.real_now = lambda: world.real
    yield world
    timeline.close()
    book.close()
    db.close()


def test_time_runs_at_its_pace_while_nothing_is_late(kept: Kept) -> None:
    kept.arm("remittance", FIRST + 50 * DAY)
    kept.passes(20)
    assert FIRST + 19 * DAY < kept.keeper.now() <= FIRST + 20 * DAY
    assert kept.keeper.waited_for == ""


def test_time_ends_where_it_is_to_end(kept: Kept) -> None:
    kept.passes(110)
    assert END <= kept.keeper.now() < END + timedelta(minutes=1)


def test_time_waits_for_an_overdue_clock_until_somebody_ends_it(kept: Kept) -> None:
    kept.arm("acknowledgment", FIRST + 2 * DAY)
    kept.passes(10)
    assert kept.keeper.now() < FIRST + 2 * DAY + LATE * 2
    assert kept.keeper.waited_for.startswith("acknowledgment of claim/C000001")
    assert not kept.keeper.caught_up()
    kept.end("acknowledgment")
    kept.passes(10)
    assert kept.keeper.now() > FIRST + 10 * DAY
    assert (kept.keeper.caught_up(), kept.keeper.forsaken) == (True, [])


def test_a_clock_that_nobody_ends_is_told_and_no_longer_waited_for(kept: Kept) -> None:
    kept.arm("acknowledgment", FIRST + 2 * DAY)
    kept.passes(CLOCK_MAX / SECOND + 10)
    assert [clock.name for clock in kept.keeper.forsaken] == ["acknowledgment"]
    assert kept.keeper.now() > FIRST + 5 * DAY
    assert kept.keeper.caught_up()


def test_time_waits_for_a_doorbell_that_is_not_carried(kept: Kept) -> None:
    with kept.db.write() as tx:
        outbox.ring(tx, CLAIM, None)
    kept.passes(5)
    assert kept.keeper.now() < FIRST + BELL_MAX / SECOND * DAY + LATE * 2
    assert kept.keeper.waited_for == "doorbell 1 in the outbox"
    with kept.db.write() as tx:
        outbox.done(tx, outbox.take(tx, 10, kept.real))
    kept.passes(5)
    assert kept.keeper.now() > FIRST + 5 * DAY


def test_time_waits_for_whoever_takes_part(kept: Kept) -> None:
    kept.keeper.looked("staff", kept.keeper.now())
    kept.passes(8)
    assert kept.keeper.now() < FIRST + LATE * 2
    assert kept.keeper.waited_for.startswith("staff, who looked around at 2026-01-05")
    kept.keeper.looked("staff", kept.keeper.now())
    kept.passes(1)
    assert kept.keeper.now() > FIRST + LATE * 2


def test_time_waits_a_while_for_the_mailboxes_and_then_goes_on_step_by_step(kept: Kept) -> None:
    kept.hear()
    kept.passes(SILENCE_MAX / SECOND)
    assert kept.keeper.now() < FIRST + LATE * 2
    assert kept.keeper.waited_for.startswith("the mailboxes, looked into at 2026-01-05")
    kept.passes(3)
    assert FIRST + LATE * 2 < kept.keeper.now() < FIRST + LATE * 3
    kept.hear()
    kept.passes(1)
    assert kept.keeper.waited_for == ""


def test_what_never_comes_is_no_reason_to_wait_for_ever(kept: Kept) -> None:
    kept.keeper.looked("staff", kept.keeper.now())
    with pytest.raises(TimeStands, match="waiting for staff"):
        kept.passes(STANDS_MAX / SECOND + 10)
