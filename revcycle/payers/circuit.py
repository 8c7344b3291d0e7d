"""A circuit breaker: after several failures in a row a connection rests, then one call tries it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class CircuitState(StrEnum):
    """``closed`` lets every call through, ``open`` none, ``half_open`` one trial call."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Entry:
    """Permission to make one call. ``trial`` marks the call that tries a connection after its rest."""

    trial: bool


class Circuit:
    """Counts failures in a row. Every caller reports how its call ended: succeeded, failed, or gave up."""

    def __init__(self, failures_to_open: int, rest_seconds: float, now: Callable[[], float]) -> None:
        """Start closed. ``now`` is monotonic time in seconds."""
        self._failures_to_open = failures_to_open
        self._rest_seconds = rest_seconds
        self._now = now
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    @property
    def state(self) -> CircuitState:
        """The circuit's state now."""
        if self._opened_at is None:
            return CircuitState.CLOSED
        rested = self._now() - self._opened_at >= self._rest_seconds
        return CircuitState.HALF_OPEN if rested else CircuitState.OPEN

    @property
    def failures(self) -> int:
        """The number of failures in a row."""
        return self._failures

    def enter(self) -> Entry | None:
        """Return permission to make a call, or None.

        In ``half_open`` one caller gets it, until that call has ended.
        """
        state = self.state
        if state is CircuitState.CLOSED:
            return Entry(trial=False)
        if state is CircuitState.OPEN or self._trying:
            return None
        self._trying = True
        return Entry(trial=True)

    def succeeded(self, entry: Entry) -> None:
        """Record that the payer answered: the count of failures starts again."""
        self._failures, self._opened_at = 0, None
        self.gave_up(entry)

    def failed(self, entry: Entry) -> None:
        """Record that the payer did not answer. Opens the circuit at the limit, or when this was the trial."""
        self._failures += 1
        if entry.trial or (self._opened_at is None and self._failures >= self._failures_to_open):
            self._opened_at = self._now()
        self.gave_up(entry)

    def gave_up(self, entry: Entry) -> None:
        """Record that the call ended without telling anything about the payer (it may have been cancelled)."""
        if entry.trial:
            self._trying = False
