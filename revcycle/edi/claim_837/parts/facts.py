"""What comes out of an 837 (P, I or D) beside the claim itself."""

from dataclasses import dataclass

from revcycle.domain.claims.claim import Claim, PriorPayment
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.finding import Finding
from revcycle.edi.wire.envelope import Quarantined


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim as read. ``position`` is the segment position of its CLM, ``raw`` its bytes from CLM on.

    ``responsibility`` is the destination payer's place in line; ``prior_payments`` come from 2320 and 2430.
    """

    claim: Claim
    transaction_set_control_number: str
    position: int
    raw: bytes
    responsibility: Responsibility = Responsibility.PRIMARY
    prior_payments: tuple[PriorPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """The content of a claim file. Numbers and parties are those of the first interchange and group."""

    interchange_control_number: str
    group_control_number: str
    sender_id: str
    receiver_id: str
    claims: tuple[ReadClaim, ...]
    quarantined: tuple[Quarantined, ...]
    findings: tuple[Finding, ...]
