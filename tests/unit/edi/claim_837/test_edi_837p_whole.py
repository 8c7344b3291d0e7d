"""Everything a professional claim may say: written, read back equal, and taken by two independent judges."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from revcycle.edi.claim_837.x12_837 import ClaimToSend, read_claims, write_claims
from tests.support.edi.edi_facts import ENVELOPE, RECEIVER, SUBMITTER
from tests.support.edi.judges import judge_of_claims
from tests.support.edi.professional_facts import full_claims_to_send

JUDGE = judge_of_claims()
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
SOME = settings(max_examples=25, suppress_health_check=SLOW)
FEW = settings(max_examples=6, suppress_health_check=SLOW, phases=[Phase.explicit, Phase.generate])


@SOME
@given(st.lists(full_claims_to_send(), min_size=1, max_size=2))
def test_all_a_claim_says_is_written_and_read(sends: list[ClaimToSend]) -> None:
    file = read_claims(write_claims(ENVELOPE, SUBMITTER, RECEIVER, sends))
    assert (file.findings, file.quarantined) == ((), ())
    for read, sent in zip(file.claims, sends, strict=True):
        assert read.claim == sent.claim
        assert read.prior_payments == sent.prior_payments
        assert read.responsibility is sent.responsibility


@pytest.mark.skipif(JUDGE is None, reason="no judge here (it lies beside the corpus of samples)")
@FEW
@given(sends=st.lists(full_claims_to_send(), min_size=1, max_size=2))
def test_the_judge_takes_all_a_claim_says(tmp_path: Path, sends: list[ClaimToSend]) -> None:
    assert JUDGE is not None
    assert JUDGE(write_claims(ENVELOPE, SUBMITTER, RECEIVER, sends), tmp_path) == []
