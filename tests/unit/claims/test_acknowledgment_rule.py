"""What a TA1, 999 or 277CA means for a claim."""

from datetime import date

import pytest

from revcycle.domain.mail.acknowledgment import AcknowledgmentKind, AcknowledgmentOutcome, ClaimAcknowledgment
from revcycle.rules.mail.acknowledgment import judge_acknowledgment

TA1, SYNTAX, CLAIM = AcknowledgmentKind
DAY = date(2026, 3, 2)


@pytest.mark.parametrize("kind", [TA1, SYNTAX])
def test_good_syntax_is_no_proof_that_the_claim_got_in(kind: AcknowledgmentKind) -> None:
    judged = judge_acknowledgment(kind, accepted=True, code="A", on=DAY)
    assert judged.outcome is AcknowledgmentOutcome.WAITING


@pytest.mark.parametrize("kind", [TA1, SYNTAX])
def test_a_refused_file_rejects_the_claims_in_it_and_names_the_place(kind: AcknowledgmentKind) -> None:
    judged = judge_acknowledgment(kind, accepted=False, code="R:CLM at 21", on=DAY)
    assert judged.outcome is AcknowledgmentOutcome.REJECTED
    assert kind.value in judged.reason
    assert "R:CLM at 21" in judged.reason


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        (
            SYNTAX,
            "R:CLM05-3 in segment 21:IK403 7",
            "CLM05-3 in segment 21: the value is no code of the element's",
        ),
        (SYNTAX, "R:NM1 in segment 9:IK304 3", "NM1 in segment 9: a required segment is missing"),
        (SYNTAX, "R:the transaction:IK502 4", "the transaction: the count of segments is wrong"),
        (TA1, "R:the interchange:TA104 R", "the interchange was rejected; nothing of it was read"),
        (TA1, "R:the interchange:TA105 001", "the control numbers of ISA and IEA differ"),
    ],
)
def test_a_refused_file_says_what_the_code_means_and_asks_for(
    kind: AcknowledgmentKind, code: str, words: str
) -> None:
    judged = judge_acknowledgment(kind, accepted=False, code=code, on=DAY)
    assert words in judged.reason
    assert judged.reason.endswith(".")
    assert code.rpartition(":")[2] in judged.reason


def test_a_277ca_accepts() -> None:
    assert (
        judge_acknowledgment(CLAIM, accepted=True, code="A2:20", on=DAY).outcome
        is AcknowledgmentOutcome.ACCEPTED
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("A7:562:82", "an NPI is missing or invalid"),
        ("A3:54", "duplicate of a claim the payer has"),
        ("A8:718", "after the filing limit"),
        ("A7:9999", "a code without a known meaning"),
        ("A7", "something is invalid"),
        ("", "a code without a known meaning"),
    ],
)
def test_a_277ca_rejects_in_plain_words_with_its_code(code: str, words: str) -> None:
    judged = judge_acknowledgment(CLAIM, accepted=False, code=code, on=DAY)
    assert judged.outcome is AcknowledgmentOutcome.REJECTED
    assert words in judged.reason
    assert judged.reason.endswith(f"({code})")


@pytest.mark.parametrize(
    ("category", "accepted"), [("A0", 1), ("A1", 1), ("A2", 1), ("A5", 1), ("A3", 0), ("A6", 0), ("A8", 0)]
)
def test_the_categories_of_acceptance(category: str, accepted: int) -> None:
    assert ClaimAcknowledgment("P1", category, "20", 100).accepted is bool(accepted)
