"""A claim as the payer now asked must get it: with what the payers before it paid."""

from dataclasses import replace

from revcycle.db import claims, remittances
from revcycle.db.engine import Tx
from revcycle.domain.claim import ClaimFrequency, Responsibility
from revcycle.edi.x12_837p_005010x222a1 import ClaimToSend, PriorPayment


def outgoing_claim(tx: Tx, claim_id: str, version: int, responsibility: Responsibility) -> ClaimToSend:
    """Return the version of the claim for the payer in that place of the line."""
    claim = claims.facts(tx, claim_id, version)
    if responsibility is Responsibility.PRIMARY:
        return ClaimToSend(claim, responsibility)
    stored = [one for one in remittances.claim_payments(tx, claim_id) if one.stands]
    by_payer = {coverage.payer_id: coverage.responsibility for coverage in claim.coverages}
    paid = tuple(
        PriorPayment(by_payer[one.payer_id], one.payment, one.payment_date)
        for one in stored
        if one.payer_id in by_payer and by_payer[one.payer_id] is not responsibility
    )
    if not any(by_payer.get(one.payer_id) is responsibility for one in stored):
        # New to this payer, whatever the one before had to replace.
        claim = replace(claim, claim_frequency=ClaimFrequency.ORIGINAL, payer_claim_control_number="")
    return ClaimToSend(claim, responsibility, paid)
