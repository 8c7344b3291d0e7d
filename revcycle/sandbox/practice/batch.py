"""The file the practice's old system exports: all its claims in one 837P."""

from datetime import datetime

from revcycle.domain.claims.responsibility import Responsibility
from revcycle.edi.claim_837.x12_837 import ClaimToSend, write_claims
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.sandbox.practice import facts
from revcycle.sandbox.practice.synthetic import SyntheticPractice


def write_batch(practice: SyntheticPractice, at: datetime) -> bytes:
    """Return the claims as an 837P file written at that business time."""
    provider = practice.billing_provider
    submitter = Party(
        provider.last_or_organization_name,
        facts.SUBMITTER_ID,
        contact_name="BILLING OFFICE",
        contact_phone=provider.phone,
    )
    return write_claims(
        Envelope(facts.SUBMITTER_ID, facts.CLEARINGHOUSE_ID, 1, at),
        submitter,
        Party(facts.CLEARINGHOUSE_NAME, facts.CLEARINGHOUSE_ID),
        [ClaimToSend(claim, Responsibility.PRIMARY) for claim in practice.claims],
    )
