"""What an effect of a remittance or a deposit answers its workflow."""

from dataclasses import dataclass
from datetime import datetime

from revcycle.domain.finding import Finding
from revcycle.domain.remittances.reassociation import Reassociation


@dataclass(frozen=True, slots=True)
class PostedRemainder:
    """What lies in suspense, and the claim payments a person must place."""

    suspense_cents: int
    unresolved: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DepositState:
    """How remittance and bank stand, and by when the deposit must be here."""

    state: Reassociation
    due_at: datetime
    payment_cents: int


@dataclass(frozen=True, slots=True)
class RemittanceIntake:
    """What became of an 835 file: the new remittances, how many were known, what lies in quarantine."""

    document_id: str
    remittance_ids: tuple[str, ...]
    repeated: int
    quarantined: tuple[int, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class RemittancePosition:
    """Where a remittance stands as its workflow starts; ``epoch`` numbers the lives of the workflow."""

    epoch: int
    posted: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Balanced:
    """Whether the remittance may post; if not, ``reason`` says why in plain words."""

    ok: bool
    held: int
    payment_cents: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PaymentQuestion:
    """What a person is asked of a claim payment nobody could place."""

    position: int
    state: str
    cents: int
