"""The outcome of a delivery to a payer."""

from enum import StrEnum


class DeliveryOutcome(StrEnum):
    """The outcome of a delivery.

    ``sent`` is proved by a receipt; ``not_sent`` is certain; ``unknown`` is checked before sending again.
    """

    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
