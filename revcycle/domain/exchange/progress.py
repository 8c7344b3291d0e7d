"""Results of effects on a batch, for its workflow."""

from dataclasses import dataclass
from datetime import datetime

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.work.position import Position


@dataclass(frozen=True, slots=True)
class BatchPrepared:
    """A written batch; ``batch_id`` is empty when nothing waited, or when a person has parked the connection."""

    batch_id: str = ""
    claims: int = 0
    parked: bool = False


@dataclass(frozen=True, slots=True)
class BatchDelivered:
    """The outcome of a delivery: sent, not_sent or unknown.

    The claims of a batch that was not sent are back on the queue, and the connection rests until ``try_again_at``.
    ``outage``: this failure began an outage. ``waiting`` counts the claims on the queue. ``overdue``: nothing has
    proved in time what became of it, and nobody has said to wait longer.
    """

    outcome: DeliveryOutcome
    reason: str
    try_again_at: datetime | None = None
    outage: bool = False
    waiting: int = 0
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class SubmissionPosition:
    """Where a connection's way out stands as its workflow starts; ``epoch`` numbers the lives of the workflow.

    ``unsettled`` are the batches an earlier life left, whose fate must be settled before the next is written.
    """

    epoch: int
    unsettled: tuple[str, ...]
    position: Position
