"""What came back for a claim file: TA1, 999 and 277CA, as facts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AcknowledgmentKind(StrEnum):
    """Which transaction said it."""

    INTERCHANGE = "TA1"
    IMPLEMENTATION = "999"
    CLAIM = "277CA"


@dataclass(frozen=True, slots=True)
class InterchangeAcknowledgment:
    """A TA1. ``code`` is A accepted, E accepted with errors, R rejected; ``note_code`` is TA105."""

    interchange_control_number: str
    code: str
    note_code: str

    @property
    def accepted(self) -> bool:
        """Whether the interchange went on."""
        return self.code in ("A", "E")


@dataclass(frozen=True, slots=True)
class SegmentError:
    """One IK3 (and IK4) of a 999: where the payer's reader stopped and why."""

    segment_id: str
    segment_position: int
    loop_id: str
    error_code: str
    element_position: str = ""
    element_error_code: str = ""


@dataclass(frozen=True, slots=True)
class TransactionAcknowledgment:
    """One AK2..IK5 of a 999. ``code`` is A, E or R (M, W, X count as R)."""

    transaction_set_control_number: str
    code: str
    errors: tuple[SegmentError, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the transaction set went on."""
        return self.code in ("A", "E")


@dataclass(frozen=True, slots=True)
class ImplementationAcknowledgment:
    """A 999: the answer to one functional group. ``code`` is AK901 (A, E, P, R)."""

    group_control_number: str
    code: str
    transactions: tuple[TransactionAcknowledgment, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimAcknowledgment:
    """The claim level (2200D) of a 277CA. ``category_code``:``status_code``:``entity_code`` is STC01."""

    patient_control_number: str
    category_code: str
    status_code: str
    charge_cents: int
    effective_date: date | None = None
    entity_code: str = ""
    payer_claim_control_number: str = ""
    message: str = ""

    @property
    def accepted(self) -> bool:
        """A1 received, A2 accepted into adjudication, A5 split; A0 forwarded counts too."""
        return self.category_code in ("A0", "A1", "A2", "A5")


class AcknowledgmentOutcome(StrEnum):
    """``waiting``: nothing that decides has come yet."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WAITING = "waiting"
