"""Registration: what a 271 says against what the claim says, and who the guarantor is."""

from dataclasses import dataclass
from datetime import date

from revcycle.domain.calendar import add_months
from revcycle.domain.claims.claim import Claim, Coverage
from revcycle.domain.claims.eligibility import CoverageOutcome, EligibilityAnswer
from revcycle.domain.person import Person

RULE = "registration@1"
ADULT_MONTHS = 18 * 12

_FIELD_OF_REJECT = {
    "58": "subscriber.birth_date",
    "64": "member_id",
    "65": "subscriber.last_name",
    "71": "subscriber.birth_date",
    "72": "member_id",
    "73": "subscriber.last_name",
    "75": "member_id",
    "76": "member_id",
}
"""AAA03 codes that name a field of ours (005010X279A1, 2100C AAA)."""


@dataclass(frozen=True, slots=True)
class CoverageJudgement:
    """What a check means. ``fields`` are paths of the claim that do not match the payer's record."""

    outcome: CoverageOutcome
    reason: str
    fields: tuple[str, ...] = ()


def judge_coverage(coverage: Coverage, answer: EligibilityAnswer) -> CoverageJudgement:
    """Compare the payer's record with ours; a rejected inquiry names the field to correct."""
    rejected = tuple(dict.fromkeys(_FIELD_OF_REJECT[c] for c in answer.reject_codes if c in _FIELD_OF_REJECT))
    if rejected:
        named = ", ".join(field.replace(".", " ").replace("_", " ") for field in rejected)
        return CoverageJudgement(CoverageOutcome.MISMATCH, f"the payer does not know this {named}", rejected)
    if answer.reject_codes or answer.active is None:
        return CoverageJudgement(CoverageOutcome.UNKNOWN, "the payer could not answer")
    if not answer.active:
        return CoverageJudgement(
            CoverageOutcome.INACTIVE, "the coverage was not active on the day of service", ("member_id",)
        )
    differing = _differences(coverage, answer)
    if differing:
        named = ", ".join(field.replace(".", " ").replace("_", " ") for field in differing)
        return CoverageJudgement(
            CoverageOutcome.MISMATCH, f"the payer's record has another {named}", differing
        )
    return CoverageJudgement(CoverageOutcome.ACTIVE, "the coverage is active on the day of service")


def _differences(coverage: Coverage, answer: EligibilityAnswer) -> tuple[str, ...]:
    pairs = (
        ("member_id", coverage.member_id, answer.member_id),
        ("subscriber.last_name", coverage.subscriber.last_name.upper(), answer.last_name.upper()),
        ("subscriber.birth_date", coverage.subscriber.birth_date, answer.birth_date),
    )
    return tuple(field for field, ours, theirs in pairs if theirs and ours != theirs)


def guarantor_of(claim: Claim, on: date) -> Person:
    """Return who owes the patient share: an adult patient, or the subscriber of the first coverage for a minor.

    Within one household the subscriber answers for spouse and children, so one account gathers them.
    """
    subscriber = claim.coverages[0].subscriber
    adult = add_months(claim.patient.birth_date, ADULT_MONTHS) <= on
    if adult and claim.coverages[0].relationship_code not in ("01", "19"):
        return claim.patient
    return subscriber
