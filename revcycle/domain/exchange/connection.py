"""Whether a payer connection takes deliveries now."""

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
    """A connection's state, since when (business time), why, who said so, and deliveries failed in a row."""

    connection_id: str
    state: ConnectionState
    since: datetime
    reason: str = ""
    actor: str = "system"
    failures: int = 0
