"""Other projects' claim files, where they are at hand: what is read of them can be written, and is read the same."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from revcycle.domain.claims.claim import Claim
from revcycle.edi.claim_837.x12_837 import (
    ClaimToSend,
    ReadClaim,
    iter_claims,
    read_claims,
    refusal,
    write_claims,
)
from revcycle.edi.wire.envelope import NotX12
from tests.support.edi.edi_facts import ENVELOPE, RECEIVER, SUBMITTER
from tests.support.edi.judges import CORPUS

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="no corpus of samples here (set REVCYCLE_CORPUS to its folder)"
)


def claims_read() -> list[tuple[Path, ReadClaim]]:
    kinds = (".json", ".tsv", ".md")
    found: list[tuple[Path, ReadClaim]] = []
    for sample in sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.suffix not in kinds):
        try:
            found += [
                (sample, read) for read in iter_claims(sample.read_bytes()) if isinstance(read, ReadClaim)
            ]
        except NotX12:
            continue
    return found


def as_our_guides_want(claim: Claim) -> Claim:
    """The claim with a 9-digit ZIP code, which older samples lack."""
    provider = claim.billing_provider
    if provider.address is None:
        return claim
    zip_code = provider.address.postal_code[:5].ljust(5, "0") + "0001"
    return replace(
        claim, billing_provider=replace(provider, address=replace(provider.address, postal_code=zip_code))
    )


def test_what_is_read_can_be_written_and_is_read_the_same() -> None:
    refused: Counter[str] = Counter()
    written = 0
    for sample, read in claims_read():
        sent = ClaimToSend(as_our_guides_want(read.claim), read.responsibility, read.prior_payments)
        finding = refusal(sent)
        if finding is not None:
            refused[finding.where] += 1
            continue
        data = write_claims(ENVELOPE, SUBMITTER, RECEIVER, [sent])
        (again,) = read_claims(data).claims
        sent_again = ClaimToSend(again.claim, again.responsibility, again.prior_payments)
        assert write_claims(ENVELOPE, SUBMITTER, RECEIVER, [sent_again]) == data, sample.name
        assert [line.charge_cents for line in again.claim.lines] == [
            line.charge_cents for line in read.claim.lines
        ]
        assert again.claim.diagnosis_codes == tuple(c.replace(".", "") for c in read.claim.diagnosis_codes)
        written += 1
    assert written > 100
    assert sum(refused.values()) < written / 5, refused
