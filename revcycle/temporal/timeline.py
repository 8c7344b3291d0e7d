"""Business time that somebody drives: how it ran so far and how far it may run, in one file for a world's processes.

A fast clock that does not wait for work passes filing limits on a busy machine. A timeline runs no further than it was
granted; whoever drives the world grants a little more whenever the work has kept up. Decision 0023.
"""

import fcntl
import json
import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, ClassVar

from revcycle.domain.clock import BusinessClock, Pace

_LAST = datetime.max.replace(tzinfo=UTC)
_NEXT = timedelta(milliseconds=1)
_SOON = timedelta(milliseconds=50)
"""Real time before anybody looks again whether the instant waited for was granted meanwhile."""


class NoTimeline(Exception):
    """There is no file that says how business time runs."""


class Timeline:
    """Maps real instants to business instants by the file, which is only ever added to.

    Each line is a stretch: from a real instant on, business time runs at the plan's paces until a business instant,
    and then, until the next stretch, at the speed of real time: standing, for anybody who counts in days. What was
    written stays, so a replayed workflow maps the instants of its history as it did when it lived. The writer reads
    the wall clock and adds the line while holding the file's lock, and readers take the lock too: nobody can map an
    instant by an older stretch than the one in force then.
    """

    early: ClassVar[bool] = True

    def __init__(self, path: Path) -> None:
        """Open the timeline. Raises NoTimeline."""
        try:
            self._file: IO[bytes] = path.open("r+b")
        except OSError as error:
            raise NoTimeline(
                "REVCYCLE_CLOCK_FILE: cannot open that file; unset it: only a sandbox world has a timeline"
            ) from error
        self._mutex = threading.Lock()
        self._read_bytes = 0
        self._plan: tuple[Pace, ...] = ()
        self._stretches: list[BusinessClock] = []
        self._horizon = _LAST
        self._from: list[datetime] = []

    @classmethod
    def begin(cls, path: Path, plan: Sequence[Pace], business: datetime, real: datetime) -> "Timeline":
        """Write a timeline that stands at the business instant, unless the file holds one; open it.

        The plan says at which pace time runs when it runs; after its last pace it runs at the speed of real time.
        """
        if not path.exists():
            first = {"plan": [[pace.rate, pace.until.isoformat()] for pace in plan]}
            told = first, _line(real, business, business)
            fresh = path.with_suffix(".new")
            fresh.write_text("".join(json.dumps(line) + "\n" for line in told))
            fresh.rename(path)
        return cls(path)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def horizon(self) -> datetime:
        """The business instant granted so far."""
        with self._locked(fcntl.LOCK_SH):
            return self._horizon

    def business(self, real: datetime) -> datetime:
        """Return the business instant at the real instant."""
        with self._locked(fcntl.LOCK_SH):
            return self._at(real).business(real)

    def earliest(self, business: datetime, real: datetime) -> datetime:
        """Return the first real instant, after the given one, at which the business instant may come.

        What was granted comes exactly then; what was not comes then if time is granted without a pause.
        """
        with self._locked(fcntl.LOCK_SH):
            granted = business <= self._horizon
            return max(self._first(business, real), real + (_NEXT if granted else _SOON))

    def real(self, business: datetime) -> datetime:
        """Return the first real instant at which the business instant came, or may come."""
        with self._locked(fcntl.LOCK_SH):
            return self._first(business, self._from[0])

    def grant(self, until: datetime, real_now: Callable[[], datetime]) -> None:
        """Let business time run until the instant; what was granted before stays granted."""
        with self._locked(fcntl.LOCK_EX):
            last = self._stretches[-1]
            real = max(last.real(self._horizon), real_now())
            business = last.business(real)
            if until > max(business, self._horizon):
                self._file.seek(0, 2)
                self._file.write(json.dumps(_line(real, business, until)).encode() + b"\n")
                self._file.flush()

    def _at(self, real: datetime) -> BusinessClock:
        return self._stretches[max(bisect_right(self._from, real) - 1, 0)]

    def _first(self, business: datetime, real: datetime) -> datetime:
        place = max(bisect_right(self._from, real) - 1, 0)
        for stretch, until in zip(self._stretches[place:-1], self._from[place + 1 :], strict=True):
            if (instant := stretch.real(business)) <= until:
                return instant
        last = self._stretches[-1]
        if business <= self._horizon:
            return last.real(business)
        reached = max(last.real(self._horizon), real)
        return BusinessClock(reached, self._horizon, self._paces(self._horizon, _LAST)).real(business)

    def _paces(self, since: datetime, until: datetime) -> tuple[Pace, ...]:
        """Return the plan's paces between two business instants."""
        kept = [Pace(min(pace.until, until), pace.rate) for pace in self._plan if pace.until > since]
        return tuple(pace for place, pace in enumerate(kept) if not place or kept[place - 1].until < until)

    @contextmanager
    def _locked(self, kind: int) -> Any:
        """Hold the file's lock, with what it says read."""
        with self._mutex:
            fcntl.flock(self._file, kind)
            try:
                self._read_on()
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _read_on(self) -> None:
        self._file.seek(self._read_bytes)
        for line in self._file.read().splitlines():
            self._read_bytes += len(line) + 1
            told = json.loads(line)
            if "plan" in told:
                self._plan = tuple(Pace(datetime.fromisoformat(until), rate) for rate, until in told["plan"])
                continue
            real, business, until = (datetime.fromisoformat(told[name]) for name in ("real", "from", "until"))
            self._from.append(real)
            self._stretches.append(BusinessClock(real, business, self._paces(business, until)))
            self._horizon = until


def _line(real: datetime, business: datetime, until: datetime) -> dict[str, str]:
    return {"real": real.isoformat(), "from": business.isoformat(), "until": until.isoformat()}
