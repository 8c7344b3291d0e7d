"""How a delivery to the other side ended."""

from enum import StrEnum


class DeliveryOutcome(StrEnum):
    """How a delivery ended.

    ``sent`` is proved by a receipt; ``not_sent`` is certain; ``unknown`` is checked before sending again.
    """

    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
