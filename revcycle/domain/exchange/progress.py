"""What an effect on a batch answers its workflow."""

from dataclasses import dataclass
from datetime import datetime

from revcycle.domain.exchange.delivery import DeliveryOutcome


@dataclass(frozen=True, slots=True)
class BatchPrepared:
    """A written batch; ``batch_id`` is empty when nothing waited, or when a person has parked the connection.

    ``more``: the queue holds another batch.
    """

    batch_id: str
    claims: int
    more: bool
    parked: bool = False


@dataclass(frozen=True, slots=True)
class BatchDelivered:
    """What became of a delivery: sent, not_sent or unknown.

    The claims of a batch that never left are back on the queue, and the connection is left alone until
    ``try_again_at``.
    ``outage``: this failure began an outage. ``waiting`` counts the claims on the queue.
    """

    outcome: DeliveryOutcome
    reason: str
    try_again_at: datetime | None = None
    outage: bool = False
    waiting: int = 0
