"""The business clock: real time in production, compressed in a demo, skipped in tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BusinessClock:
    """Maps real instants to business instants and back.

    Up to ``real_anchor`` and after ``horizon`` business time runs at the speed of real time; between
    them ``rate`` business seconds pass in each real second. The default is real time itself.
    It is part of each workflow's input, so a replay maps the same instants for ever.
    """

    real_anchor: datetime = _EPOCH
    business_anchor: datetime = _EPOCH
    rate: float = 1.0
    horizon: datetime | None = None

    def business(self, real: datetime) -> datetime:
        """Return the business instant at the real instant."""
        elapsed = real - self.real_anchor
        if elapsed <= timedelta():
            return self.business_anchor + elapsed
        now = self.business_anchor + elapsed * self.rate
        if self.horizon is None or now <= self.horizon:
            return now
        return self.horizon + (real - self.real(self.horizon))

    def real(self, business: datetime) -> datetime:
        """Return the real instant at which the business instant comes."""
        elapsed = business - self.business_anchor
        if elapsed <= timedelta():
            return self.real_anchor + elapsed
        if self.horizon is None or business <= self.horizon:
            return self.real_anchor + elapsed / self.rate
        return self.real(self.horizon) + (business - self.horizon)


REAL_TIME = BusinessClock()
