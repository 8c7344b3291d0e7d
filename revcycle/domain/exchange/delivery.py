"""The outcome of a delivery to a payer, and where a batch stands."""

from enum import StrEnum


class DeliveryOutcome(StrEnum):
    """The outcome of a delivery.

    ``sent`` is proved by a receipt; ``not_sent`` is certain; ``unknown`` is checked before sending again.
    """

    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class BatchState(StrEnum):
    """Where a batch stands: written, or as its last delivery ended."""

    PREPARED = "prepared"
    SENT = DeliveryOutcome.SENT.value
    NOT_SENT = DeliveryOutcome.NOT_SENT.value
    UNKNOWN = DeliveryOutcome.UNKNOWN.value
