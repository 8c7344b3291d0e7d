"""What goes into and comes out of an 837 (P, I or D) beside the claim itself."""

from dataclasses import dataclass
from datetime import date

from revcycle.domain.claims.claim import Claim, Responsibility
from revcycle.domain.finding import Finding
from revcycle.domain.remittances.remittance import ClaimPayment
from revcycle.edi.wire.envelope import Quarantined


@dataclass(frozen=True, slots=True)
class PriorPayment:
    """What a payer earlier in line did with the claim, for coordination of benefits (2320/2430).

    ``payer_id`` is set only where two coverages of the claim have the same place in line.
    """

    responsibility: Responsibility
    payment: ClaimPayment
    paid_on: date
    payer_id: str = ""


@dataclass(frozen=True, slots=True)
class ClaimToSend:
    """A claim, the payer it goes to (by its place in line), and what earlier payers paid."""

    claim: Claim
    responsibility: Responsibility
    prior_payments: tuple[PriorPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim as read. ``position`` is the segment position of its CLM, ``raw`` its bytes from CLM on.

    ``responsibility`` is the destination payer's place in line; ``prior_payments`` what 2320 and 2430 say.
    """

    claim: Claim
    transaction_set_control_number: str
    position: int
    raw: bytes
    responsibility: Responsibility = Responsibility.PRIMARY
    prior_payments: tuple[PriorPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """All that a claim file held. Numbers and parties are those of the first interchange and group."""

    interchange_control_number: str
    group_control_number: str
    sender_id: str
    receiver_id: str
    claims: tuple[ReadClaim, ...]
    quarantined: tuple[Quarantined, ...]
    findings: tuple[Finding, ...]
