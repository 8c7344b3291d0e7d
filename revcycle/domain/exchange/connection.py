"""The state of a payer connection: whether it takes deliveries now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConnectionState(StrEnum):
    """``outage``: deliveries fail, each new one is a probe. ``parked``: a person stopped them."""

    OPEN = "open"
    OUTAGE = "outage"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """A connection's state, since when (business time), the reason, who set it, and failed deliveries in a row."""

    connection_id: str
    state: ConnectionState
    since: datetime
    reason: str = ""
    actor: str = "system"
    failures: int = 0
