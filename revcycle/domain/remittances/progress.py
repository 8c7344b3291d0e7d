"""What an effect of a remittance or a deposit answers its workflow."""

from dataclasses import dataclass

from revcycle.domain.finding import Finding
from revcycle.domain.remittances.reassociation import Reassociation
from revcycle.domain.remittances.state import PaymentState, RemittanceStep
from revcycle.domain.work.position import Position


@dataclass(frozen=True, slots=True)
class PostedRemainder:
    """What lies in suspense."""

    suspense_cents: int


@dataclass(frozen=True, slots=True)
class DepositState:
    """How remittance and bank stand; ``overdue``: no deposit came in time, and nobody has said to wait longer."""

    state: Reassociation
    payment_cents: int
    overdue: bool = False


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
    step: RemittanceStep
    payment_cents: int
    position: Position


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
    state: PaymentState
    cents: int
