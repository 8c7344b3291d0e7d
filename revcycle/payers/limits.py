"""How many calls a connection may take, and when it rests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """The limits of one connection.

    ``calls_per_second`` on average, ``burst`` at once after a quiet time; ``concurrent`` calls at the same time; at
    most ``waiting`` callers wait, the next one is refused (Held). After ``failures_to_open`` failures in a row the
    connection rests for ``rest_seconds`` of real time, then one call tries it. Each worker process counts for itself:
    with two workers, set half of what the payer allows.
    """

    calls_per_second: float = 50.0
    burst: int = 100
    concurrent: int = 16
    waiting: int = 500
    failures_to_open: int = 8
    rest_seconds: float = 5.0

    def __post_init__(self) -> None:
        """Refuse limits that would let nothing through. Raises ValueError."""
        whole = (self.burst, self.concurrent, self.failures_to_open)
        if min(whole) < 1 or self.calls_per_second <= 0 or self.waiting < 0 or self.rest_seconds < 0:
            raise ValueError("limits are numbers above zero (waiting and rest_seconds may be zero)")
