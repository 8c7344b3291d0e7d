"""A claim on its way: the claim, who is asked to pay now, and what the payers before paid."""

from dataclasses import dataclass

from revcycle.domain.claims.claim import Claim, PriorPayment
from revcycle.domain.claims.responsibility import Responsibility


@dataclass(frozen=True, slots=True)
class ClaimToSend:
    """A claim, the payer it goes to (by its place in line), and what earlier payers paid."""

    claim: Claim
    responsibility: Responsibility
    prior_payments: tuple[PriorPayment, ...] = ()
