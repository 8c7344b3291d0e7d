"""A claim on its way to a payer: its newest facts, with what the payers before it paid."""

from dataclasses import replace

from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.exchange import payers
from revcycle.db.remittances import remittances
from revcycle.domain.claims.claim import Claim, ClaimFrequency, PriorPayment
from revcycle.domain.claims.outgoing import ClaimToSend
from revcycle.domain.claims.responsibility import Responsibility


def outgoing_claim(
    tx: Tx,
    claim_id: str,
    version: int,
    responsibility: Responsibility,
    payer_id: str = "",
    *,
    mailed: bool = False,
) -> ClaimToSend:
    """Return the version of the claim for the payer in that place of the line.

    ``payer_id`` is what the connection it goes over calls that payer, where that is another id than ours. What
    is ``mailed`` names the address the payer takes claims at.
    """
    claim = claims.facts(tx, claim_id, version)
    if mailed:
        claim = _with_claims_address(tx, claim, responsibility)
    if responsibility is Responsibility.PRIMARY:
        return ClaimToSend(_addressed(claim, responsibility, payer_id), responsibility)
    stored = [one for one in remittances.claim_payments(tx, claim_id) if one.stands]
    by_payer = {coverage.payer_id: coverage.responsibility for coverage in claim.coverages}
    since = [
        PriorPayment(by_payer[one.payer_id], one.payment, one.payment_date)
        for one in stored
        if one.payer_id in by_payer and by_payer[one.payer_id] is not responsibility
    ]
    spoke = {one.responsibility for one in since}
    before = [one for one in claim.prior_payments if one.responsibility not in {responsibility, *spoke}]
    if since and not any(by_payer.get(one.payer_id) is responsibility for one in stored):
        # New to this payer, whatever the one before had to replace.
        claim = replace(claim, claim_frequency=ClaimFrequency.ORIGINAL, payer_claim_control_number="")
    return ClaimToSend(_addressed(claim, responsibility, payer_id), responsibility, (*before, *since))


def _addressed(claim: Claim, responsibility: Responsibility, payer_id: str) -> Claim:
    coverage = claim.coverage(responsibility)
    if not payer_id or coverage is None or coverage.payer_id == payer_id:
        return claim
    return claim.with_coverage(replace(coverage, payer_id=payer_id))


def _with_claims_address(tx: Tx, claim: Claim, responsibility: Responsibility) -> Claim:
    coverage = claim.coverage(responsibility)
    if coverage is None or coverage.payer_address is not None:
        return claim
    payer = payers.find(tx, coverage.payer_id)
    if payer is None or payer.claims_address is None:
        return claim
    return claim.with_coverage(replace(coverage, payer_address=payer.claims_address))
