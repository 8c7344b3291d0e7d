"""A letter that is not written in its time counts as late, and goes out all the same."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from revcycle.db import decisions
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.clock import BusinessClock, Pace
from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import ClockName
from tests.support.patients.patients import account_life
from tests.support.temporal import start_dev_server


async def test_a_letter_nobody_writes_is_late_and_goes_out_all_the_same(home: Path) -> None:
    """On the real server, in compressed time: the one that skips time does not skip over work that waits."""
    async with await start_dev_server() as env:
        now = datetime.now(UTC)
        eight_days_a_second = BusinessClock(now, now, (Pace(now + timedelta(365), 8 * 24 * 3_600),))
        async with account_life(env, home, 9_000, writes=False, clock=eight_days_a_second) as life:
            await life.until(lambda: life.ended(ClockName.LETTER_OUT) == [DeadlineState.MISSED])
            with life.db.read() as tx:
                told = decisions.of_subject(tx, subjects.account(life.account_id))
            assert "clock_missed" in [decision.outcome for decision in told]
            async with life.writer:
                await life.until(lambda: life.letters()[:1] == ["statement"])
