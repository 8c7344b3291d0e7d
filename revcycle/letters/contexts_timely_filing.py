"""Facts of a proof of timely filing: the claim, and each document that shows it arrived in time."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from revcycle.letters.letterhead import Letterhead
from revcycle.letters.values import MissingValue, require_text


class ProofEvent(StrEnum):
    """What a document proves; payers give the later ones more weight."""

    CLAIM_SENT = "claim_sent"
    INTERCHANGE_RECEIVED = "interchange_received"
    FILE_ACCEPTED = "file_accepted"
    CLAIM_ACCEPTED = "claim_accepted"
    PAYER_ANSWERED = "payer_answered"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FilingProof:
    """One document of the proof.

    ``occurred_at`` is when it was sent or received. ``control_numbers`` are quoted from the document ("ISA13
    000000042, GS06 42, ST02 0001"); ``status`` in words ("A2, accepted into adjudication"); ``document_sha256`` is
    the hash of the raw bytes we keep.
    """

    event: ProofEvent
    occurred_at: datetime
    control_numbers: str
    document_sha256: str
    status: str = ""
    payer_claim_control_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TimelyFilingContext:
    """An answer to a timely-filing denial. ``filing_deadline`` is the last day to receive the claim."""

    letterhead: Letterhead
    letter_date: date
    payer_name: str
    payer_address_lines: tuple[str, ...]
    level_name: str
    patient_name: str
    member_id: str
    patient_control_number: str
    payer_claim_control_number: str
    service_date: date
    charge_cents: int
    denied_cents: int
    denial_reason: str
    requested_action: str
    filing_deadline: date
    deadline: date
    proofs: tuple[FilingProof, ...]
    signer_name: str
    signer_title: str
    denial_date: date | None = None

    def __post_init__(self) -> None:
        """Raise MissingValue unless every required text and at least one proof is there."""
        require_text(self, "payer_name", "payer_address_lines", "level_name", "patient_name", "member_id")
        require_text(self, "patient_control_number", "denial_reason", "requested_action", "signer_name")
        if not self.proofs:
            raise MissingValue("TimelyFilingContext.proofs is empty; a timely-filing letter needs a document")

    @property
    def strongest(self) -> FilingProof:
        """The document with the strongest proof; of two equal ones, the earlier."""
        order = list(ProofEvent)
        return max(self.proofs, key=lambda proof: (order.index(proof.event), -proof.occurred_at.timestamp()))

    @property
    def days_to_spare(self) -> int:
        """Whole days from the strongest proof to the filing deadline; negative when the claim was late."""
        return (self.filing_deadline - self.strongest.occurred_at.date()).days
