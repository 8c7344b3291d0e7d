"""What a correction of a claim brings with it: as what it goes again, and whether its coverage is asked once more."""

from dataclasses import replace

from revcycle.domain.claims.claim import Claim, ClaimFrequency
from revcycle.domain.claims.responsibility import Responsibility

RULE = "correcting@1"


def must_verify(before: Claim, after: Claim, asked: Responsibility) -> bool:
    """Tell whether the payer must confirm the coverage again: payer, member, subscriber or patient changed."""
    return _insured(before, asked) != _insured(after, asked)


def _insured(claim: Claim, asked: Responsibility) -> tuple[object, ...]:
    coverage = claim.coverage(asked) or claim.coverages[0]
    names = (coverage.payer_id, coverage.member_id, coverage.relationship_code)
    return (*names, coverage.subscriber, claim.patient)


def sent_again_as(claim: Claim, payer_claim_control_number: str) -> Claim:
    """Return the claim as it goes again: what the payer holds under a number of its own is replaced (frequency 7).

    Without a number it goes as it is (005010X222A1, CLM05-3 and REF*F8).
    """
    if not payer_claim_control_number:
        return claim
    return replace(
        claim,
        claim_frequency=ClaimFrequency.REPLACEMENT,
        payer_claim_control_number=payer_claim_control_number,
    )
