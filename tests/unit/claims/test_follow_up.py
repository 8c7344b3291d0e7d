"""What a 277 means for a claim that a payer is silent about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.claims.claim_status import StatusAnswer, StatusOutcome
from revcycle.rules.claims.follow_up import judge_status


@pytest.mark.parametrize(
    ("category", "outcome"),
    [
        ("D0", StatusOutcome.NOT_FOUND),
        ("A4", StatusOutcome.NOT_FOUND),
        ("F0", StatusOutcome.FINALIZED),
        ("F1", StatusOutcome.FINALIZED),
        ("F2", StatusOutcome.FINALIZED),
        ("P0", StatusOutcome.PENDING),
        ("P1", StatusOutcome.PENDING),
        ("P2", StatusOutcome.PENDING),
        ("P3", StatusOutcome.NEEDS_DOCUMENTS),
        ("P4", StatusOutcome.NEEDS_DOCUMENTS),
        ("R3", StatusOutcome.NEEDS_DOCUMENTS),
        ("A1", StatusOutcome.PENDING),
        ("A2", StatusOutcome.PENDING),
        ("E1", StatusOutcome.UNKNOWN),
        ("", StatusOutcome.UNKNOWN),
    ],
)
def test_each_category_has_one_meaning(category: str, outcome: StatusOutcome) -> None:
    judged = judge_status(StatusAnswer("T1", category, "20"))
    assert judged.outcome is outcome
    assert f"({category}:20)" in judged.reason


@given(st.text(max_size=4), st.text(max_size=4))
def test_no_code_breaks_the_judgement(category: str, status: str) -> None:
    assert judge_status(StatusAnswer("T1", category, status)).reason
