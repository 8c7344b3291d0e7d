"""When a connection counts as down: after the third delivery in a row that did not arrive."""

from dataclasses import replace
from datetime import datetime, timedelta

from revcycle.domain.exchange.connection import ConnectionState, ConnectionStatus

OUTAGE_AFTER = 3
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=15), timedelta(hours=4)


def after_delivery(before: ConnectionStatus, delivered: bool, reason: str, at: datetime) -> ConnectionStatus:
    """Return how the connection stands after a delivery. What a person parked stays parked."""
    if before.state is ConnectionState.PARKED:
        return before
    if delivered:
        return ConnectionStatus(
            before.connection_id, ConnectionState.OPEN, at if before.failures else before.since
        )
    failures = before.failures + 1
    if failures < OUTAGE_AFTER or before.state is ConnectionState.OUTAGE:
        return replace(before, failures=failures, reason=reason)
    return ConnectionStatus(before.connection_id, ConnectionState.OUTAGE, at, reason, failures=failures)


def pause_before_next(failures: int) -> timedelta:
    """Return how long (business time) to leave a failing connection alone: 15 minutes, doubled up to 4 hours."""
    return min(_FIRST_PAUSE * 2 ** min(failures - 1, 10), _LONGEST_PAUSE) if failures else timedelta()
