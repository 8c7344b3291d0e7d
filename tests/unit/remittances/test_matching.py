"""Nothing is matched below the threshold, and nothing between two equals."""

from dataclasses import replace
from datetime import date

from revcycle.rules.remittances.matching import THRESHOLD, Candidate, PaymentEvidence, match, score

DAY = date(2026, 2, 2)
CLAIM = Candidate("C000001", "P1", "ICN1", 10_000, DAY)
EVIDENCE = PaymentEvidence("P1", "ICN1", 10_000, DAY)


def test_everything_agrees() -> None:
    assert match(EVIDENCE, (CLAIM,)).claim_id == "C000001"


def test_a_reversal_says_the_charge_with_the_other_sign() -> None:
    assert score(replace(EVIDENCE, charge_cents=-10_000), CLAIM) == score(EVIDENCE, CLAIM)


def test_our_control_number_needs_one_more_witness() -> None:
    alone = PaymentEvidence("P1", "", 9_999, None)
    assert score(alone, CLAIM) < THRESHOLD
    assert match(alone, (CLAIM,)).claim_id == ""
    assert match(replace(alone, service_date=DAY), (CLAIM,)).claim_id == "C000001"


def test_a_changed_modifier_or_charge_still_matches_by_number_and_day() -> None:
    assert match(replace(EVIDENCE, charge_cents=7_000), (CLAIM,)).claim_id == "C000001"


def test_the_payers_number_needs_charge_and_day() -> None:
    lost = replace(EVIDENCE, patient_control_number="OLD")
    assert match(lost, (CLAIM,)).claim_id == "C000001"
    assert match(replace(lost, service_date=None), (CLAIM,)).claim_id == ""


def test_two_equals_go_to_a_person() -> None:
    assert match(EVIDENCE, (CLAIM, replace(CLAIM, claim_id="C000002"))).claim_id == ""
    assert match(EVIDENCE, ()).claim_id == ""
