"""The business clock: real time in production, driven in a sandbox world, skipped in tests."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Protocol

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class BusinessTime(Protocol):
    """Tells business time. ``early`` says whether a timer may come before its instant, and is then set again."""

    early: ClassVar[bool]

    def business(self, real: datetime) -> datetime:
        """Return the business instant at the real instant."""
        ...

    def real(self, business: datetime) -> datetime:
        """Return the real instant at which the business instant comes, or may come at the earliest."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """A stretch of time up to the business instant ``until``: ``rate`` business seconds pass in each real second."""

    until: datetime
    rate: float


@dataclass(frozen=True, slots=True)
class BusinessClock:
    """Maps real instants to business instants and back.

    The two anchors are the same moment. After it the paces apply one after another; before it, and after the last of
    them, business time runs at the speed of real time. The default clock has no paces. The clock is part of each
    workflow's input, so a replay always maps the same instants.
    """

    real_anchor: datetime = _EPOCH
    business_anchor: datetime = _EPOCH
    paces: tuple[Pace, ...] = ()
    early: ClassVar[bool] = False

    def business(self, real: datetime) -> datetime:
        """Return the business instant at the real instant."""
        real_from, business_from = self.real_anchor, self.business_anchor
        if real > real_from:
            for pace in self.paces:
                reached = real_from + (pace.until - business_from) / pace.rate
                if real <= reached:
                    return business_from + (real - real_from) * pace.rate
                real_from, business_from = reached, pace.until
        return business_from + (real - real_from)

    def real(self, business: datetime) -> datetime:
        """Return the real instant of the business instant."""
        real_from, business_from = self.real_anchor, self.business_anchor
        if business > business_from:
            for pace in self.paces:
                if business <= pace.until:
                    return real_from + (business - business_from) / pace.rate
                real_from += (pace.until - business_from) / pace.rate
                business_from = pace.until
        return real_from + (business - business_from)


REAL_TIME = BusinessClock()
