"""What a 271 means for a claim, and who owes the patient's share."""

from dataclasses import replace
from datetime import date

import pytest

from revcycle.domain.claims.claim import Coverage
from revcycle.domain.claims.eligibility import CoverageOutcome, EligibilityAnswer
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Person
from revcycle.rules.claims.registration import guarantor_of, judge_coverage
from tests.support.remittances.remittance_book import claim_facts

MEMBER = Person("ALVAREZ", "INES", date(1980, 4, 2), "F")
COVERAGE = Coverage(Responsibility.PRIMARY, "PAY01", "GOOD HEALTH", "M123", MEMBER)
ACTIVE = EligibilityAnswer("T1", active=True)


@pytest.mark.parametrize(
    ("answer", "outcome", "fields"),
    [
        (ACTIVE, CoverageOutcome.ACTIVE, ()),
        (replace(ACTIVE, member_id="M123", last_name="Alvarez"), CoverageOutcome.ACTIVE, ()),
        (replace(ACTIVE, active=False), CoverageOutcome.INACTIVE, ("member_id",)),
        (replace(ACTIVE, active=None), CoverageOutcome.UNKNOWN, ()),
        (replace(ACTIVE, active=None, reject_codes=("42",)), CoverageOutcome.UNKNOWN, ()),
        (replace(ACTIVE, active=None, reject_codes=("72",)), CoverageOutcome.MISMATCH, ("member_id",)),
        (replace(ACTIVE, active=None, reject_codes=("72", "75")), CoverageOutcome.MISMATCH, ("member_id",)),
        (
            replace(ACTIVE, active=None, reject_codes=("71", "73")),
            CoverageOutcome.MISMATCH,
            ("subscriber.birth_date", "subscriber.last_name"),
        ),
        (replace(ACTIVE, member_id="M999"), CoverageOutcome.MISMATCH, ("member_id",)),
        (
            replace(ACTIVE, last_name="ALVARADO", birth_date=date(1980, 4, 3)),
            CoverageOutcome.MISMATCH,
            ("subscriber.last_name", "subscriber.birth_date"),
        ),
    ],
)
def test_what_an_answer_means(
    answer: EligibilityAnswer, outcome: CoverageOutcome, fields: tuple[str, ...]
) -> None:
    judged = judge_coverage(COVERAGE, answer)
    assert (judged.outcome, judged.fields) == (outcome, fields)
    for told in ("ALVAR", "M123", "M999", "1980"):
        assert told not in judged.reason.upper()


def test_an_inactive_coverage_is_not_hidden_by_a_differing_name() -> None:
    answer = replace(ACTIVE, active=False, last_name="SOMEONE")
    assert judge_coverage(COVERAGE, answer).outcome is CoverageOutcome.INACTIVE


@pytest.mark.parametrize(
    ("born", "relationship", "patient_owes"),
    [
        (date(1980, 1, 1), "18", True),
        (date(1980, 1, 1), "G8", True),
        (date(1980, 1, 1), "01", False),
        (date(2000, 1, 1), "19", False),
        (date(2015, 1, 1), "19", False),
        (date(2008, 1, 6), "G8", False),
        (date(2008, 1, 5), "G8", True),
    ],
)
def test_who_owes_the_patients_share(born: date, relationship: str, patient_owes: bool) -> None:
    patient = Person("ALVAREZ", "TEO", born, "M")
    coverage = replace(COVERAGE, relationship_code=relationship)
    claim = replace(claim_facts(1), patient=patient, coverages=(coverage,))
    assert guarantor_of(claim, date(2026, 1, 5)) == (patient if patient_owes else MEMBER)
