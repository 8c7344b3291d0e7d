"""A token bucket: a number of calls a second on average, and a burst at once after a quiet time."""

from collections.abc import Callable

Monotonic = Callable[[], float]


class TokenBucket:
    """Assigns starting times. A turn once taken is kept, so callers go in the order they came."""

    def __init__(self, per_second: float, burst: int, now: Monotonic) -> None:
        """Start full. ``now`` is monotonic time in seconds."""
        self._per_second = per_second
        self._burst = burst
        self._now = now
        self._tokens = float(burst)
        self._at = now()

    def take(self) -> float:
        """Take a turn; return the seconds to wait before it, 0 when it is now."""
        now = self._now()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        self._tokens -= 1
        return max(0.0, -self._tokens / self._per_second)
