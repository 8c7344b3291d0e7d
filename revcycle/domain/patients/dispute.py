"""A dispute: the patient says that a bill is wrong. Until it is answered nobody asks them for anything."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DisputeSubject(StrEnum):
    """What the patient says is wrong."""

    AMOUNT = "amount"
    INSURANCE_NOT_BILLED = "insurance_not_billed"
    PAYMENT_NOT_SHOWN = "payment_not_shown"
    VISIT_NOT_RECOGNIZED = "visit_not_recognized"
    OTHER = "other"


class DisputeOutcome(StrEnum):
    """Who was right. ``upheld_patient`` takes the disputed balance off, once the write-off is approved."""

    UPHELD_PATIENT = "upheld_patient"
    REJECTED = "rejected"


class DisputeState(StrEnum):
    """``upheld`` waits for approval of the write-off; ``answered`` for its letter; ``closed`` is over.

    A dispute ``recorded`` by the api has not reached the account's workflow yet.
    """

    RECORDED = "recorded"
    OPEN = "open"
    UPHELD = "upheld"
    ANSWERED = "answered"
    CLOSED = "closed"


PAUSES_CONTACT = frozenset({DisputeState.RECORDED, DisputeState.OPEN, DisputeState.UPHELD})


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute. No ``claim_ids`` means the whole balance; amounts are known once it is answered."""

    dispute_id: str
    subject: DisputeSubject
    state: DisputeState
    opened_on: date
    claim_ids: tuple[str, ...] = ()
    before_cents: int = 0
    change_cents: int = 0

    @property
    def open(self) -> bool:
        """All contact pauses."""
        return self.state in PAUSES_CONTACT
