"""Who drives a world's business time: it runs while the work keeps up, and stands while something is late.

The work is late when a clock is overdue and nobody has ended it, when a doorbell lies in the outbox, when the mailboxes
were not looked into for a business day, or when somebody who takes part has not looked around for as long. However busy
the machine, nothing then comes later in business time than it does on an idle one. Decision 0023.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from revcycle.db.engine import Database
from revcycle.db.work import deadlines, outbox
from revcycle.db.work.deadlines import DeadlineRow
from revcycle.temporal.timeline import Timeline

LATE = timedelta(days=1)
"""How late a thing may come before time waits for it: the mailboxes are looked into every half day."""
BELL_MAX = timedelta(seconds=0.5)
"""A doorbell that lies in the outbox for longer (real time) is late."""
CLOCK_MAX = timedelta(seconds=20)
"""Real time that business time waits for a clock to be ended; then nobody will, and it is told, not waited for."""
SILENCE_MAX = timedelta(seconds=10)
"""Real time that business time waits for a look into the mailboxes before it goes on for less than a day."""
STANDS_MAX = timedelta(minutes=5)
"""Real time that business time may wait at all. It is there for hangs: what is only slow comes long before."""


class TimeStands(Exception):
    """Something is late and does not come, however long business time waits for it."""


def wall_clock() -> datetime:
    """Return the real instant."""
    return datetime.now(UTC)


@dataclass
class Timekeeper:
    """Grants a world's time. Call ``tick`` again and again; whoever takes part says ``looked`` after each look around.

    ``payer`` is the sandbox payer's book; ``end`` the last instant there is; ``late`` how late a thing may come: time
    runs three quarters of that beyond the last moment at which nothing was late. ``waited_for`` says what was late at
    the last tick, ``forsaken`` which clocks passed that nobody ended.
    """

    timeline: Timeline
    db: Database
    payer: Path
    end: datetime
    late: timedelta = LATE
    real_now: Callable[[], datetime] = wall_clock
    waited_for: str = ""
    forsaken: list[DeadlineRow] = field(default_factory=list)
    _looks: dict[str, datetime] = field(default_factory=dict)
    _since: dict[object, datetime] = field(default_factory=dict)
    """Since when (real time) each late thing was seen to be late."""

    def now(self) -> datetime:
        """Return the business instant."""
        return self.timeline.business(self.real_now())

    def looked(self, who: str, at: datetime) -> None:
        """Somebody who takes part has done what there was to do at the instant; from now on time waits for them."""
        self._looks[who] = at

    def tick(self) -> None:
        """Grant a little more time unless something is late. Raises TimeStands."""
        now = self.now()
        if self.timeline.horizon - now > self.late / 2:
            return
        self.waited_for = self._late(now - self.late)
        if not self.waited_for:
            self._since.pop("time", None)
            self.timeline.grant(min(now + self.late * 3 / 4, self.end), self.real_now)
        elif self._for("time") > STANDS_MAX:
            raise TimeStands(f"business time stands at {now:%Y-%m-%d %H:%M}, waiting for {self.waited_for}")

    def caught_up(self) -> bool:
        """Tell whether no clock is overdue and no doorbell waits."""
        with self.db.read() as tx:
            late = deadlines.overdue(tx, self.now())
            return not outbox.oldest(tx) and all(clock in self.forsaken for clock in late)

    def _late(self, since: datetime) -> str:
        """Return what should have come before the business instant and has not."""
        with self.db.read() as tx:
            overdue, bell = deadlines.overdue(tx, since), outbox.oldest(tx)
        for clock in overdue:
            if clock not in self.forsaken and self._for(clock) <= CLOCK_MAX:
                return f"{clock.name} of {clock.subject}, due at {clock.due_at:%Y-%m-%d %H:%M}"
            if clock not in self.forsaken:
                self.forsaken.append(clock)
        if bell and self._for(bell) > BELL_MAX:
            return f"doorbell {bell} in the outbox"
        for who, at in tuple(self._looks.items()):
            if at < since:
                return f"{who}, who looked around at {at:%Y-%m-%d %H:%M}"
        return self._silence(since)

    def _silence(self, since: datetime) -> str:
        """Return that the mailboxes were not looked into since the instant; not if time has stood long for that.

        A look that died with its worker is made again, and the next comes half a day after its end: to wait for that
        one time has to go on.
        """
        heard = self._heard()
        if heard is None or heard >= since:
            self._since.pop("mailboxes", None)
            return ""
        if self._for("mailboxes") > SILENCE_MAX:
            self._since.pop("mailboxes")
            return ""
        return f"the mailboxes, looked into at {heard:%Y-%m-%d %H:%M}"

    def _for(self, late: object) -> timedelta:
        """Return for how long (real time) the thing was seen to be late."""
        now = self.real_now()
        return now - self._since.setdefault(late, now)

    def _heard(self) -> datetime | None:
        """Return the latest instant the sandbox payer has heard of: every look into a mailbox tells it the time."""
        book = sqlite3.connect(f"file:{self.payer}?mode=ro", uri=True, timeout=10)
        try:
            row = book.execute("select now from clock").fetchone()
        finally:
            book.close()
        return datetime.fromisoformat(row[0]) if row else None
