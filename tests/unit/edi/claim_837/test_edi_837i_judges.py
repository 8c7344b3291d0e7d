"""Every institutional claim written is judged by pyx12's map of the guide, and by the judge of claims where it is."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from revcycle.edi.claim_837.x12_837 import ClaimToSend, write_claims
from tests.support.edi.edi_facts import ENVELOPE, RECEIVER, SUBMITTER
from tests.support.edi.institutional_facts import claims_to_send, realistic
from tests.support.edi.judges import judge_of_claims
from tests.unit.edi.checking.test_edi_pyx12 import complaints

FEW = settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FEW
@given(sends=st.lists(claims_to_send(), min_size=1, max_size=2))
def test_pyx12_takes_the_837i(tmp_path: Path, sends: list[ClaimToSend]) -> None:
    assert complaints(write_claims(ENVELOPE, SUBMITTER, RECEIVER, sends), tmp_path) == []


def test_pyx12_takes_claims_as_a_hospital_sends_them(tmp_path: Path) -> None:
    assert complaints(write_claims(ENVELOPE, SUBMITTER, RECEIVER, list(realistic(60))), tmp_path) == []


@FEW
@given(
    sends=st.lists(
        claims_to_send(), min_size=1, max_size=2, unique_by=lambda s: s.claim.patient_control_number
    )
)
def test_the_independent_judge_passes_the_837i(tmp_path: Path, sends: list[ClaimToSend]) -> None:
    judge = judge_of_claims()
    if judge is None:
        pytest.skip("the judge of claim files is not at hand")
    assert judge(write_claims(ENVELOPE, SUBMITTER, RECEIVER, sends), tmp_path) == []
