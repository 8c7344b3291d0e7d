"""Eligibility: ask the payer whether the coverage was active on the day of service (270/271)."""

from datetime import datetime

from revcycle.db import decisions
from revcycle.db.claims import claims, eligibility
from revcycle.db.engine import Tx
from revcycle.db.mail import documents
from revcycle.domain.claims.claim import Claim, Coverage
from revcycle.domain.claims.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.domain.claims.progress import CoverageChecked
from revcycle.domain.decision import Decision
from revcycle.domain.work import subjects
from revcycle.edi.eligibility_270_271 import x12_271
from revcycle.rules.claims.registration import RULE, CoverageJudgement, judge_coverage

SELF = "18"
REAL_TIME_NUMBERS = "interchange:realtime"
"""The sequence of interchange control numbers of real-time inquiries, shared by all of them."""


def current(tx: Tx, claim_id: str) -> tuple[Claim, Coverage]:
    """Return the claim with the coverage now asked to pay."""
    claim = claims.facts(tx, claim_id)
    coverage = claim.coverage(claims.load(tx, claim_id).responsibility)
    assert coverage is not None, "a claim is asked of a coverage it has"
    return claim, coverage


def inquiry(claim: Claim, coverage: Coverage, trace_number: str) -> EligibilityInquiry:
    """Return the question (270) about the coverage on the day of service."""
    dependent = claim.patient if coverage.relationship_code != SELF else None
    return EligibilityInquiry(
        payer_id=coverage.payer_id,
        payer_name=coverage.payer_name,
        provider_npi=claim.billing_provider.npi,
        provider_name=claim.billing_provider.last_or_organization_name,
        member_id=coverage.member_id,
        last_name=coverage.subscriber.last_name,
        first_name=coverage.subscriber.first_name,
        birth_date=coverage.subscriber.birth_date,
        service_date=claim.service_date_from,
        trace_number=trace_number,
        dependent_last_name=dependent.last_name if dependent else "",
        dependent_first_name=dependent.first_name if dependent else "",
        dependent_birth_date=dependent.birth_date if dependent else None,
    )


def judge(
    tx: Tx, claim_id: str, key: str, inquiry: EligibilityInquiry, data: bytes, at: datetime
) -> CoverageChecked:
    """Judge the payer's answer (271), keep it, and record the decision."""
    answers = [a for a in x12_271.read_answers(data) if a.trace_number in ("", inquiry.trace_number)]
    answer = answers[0] if answers else EligibilityAnswer(inquiry.trace_number, active=None)
    _, coverage = current(tx, claim_id)
    judged: CoverageJudgement = judge_coverage(coverage, answer)
    document_id = documents.store(tx, "271", data, "payer", at)
    eligibility.record(
        tx, claim_id, inquiry.payer_id, inquiry.service_date, judged.outcome, answer, document_id, at
    )
    decisions.record(
        tx,
        Decision(
            key=key,
            subject=subjects.claim(claim_id),
            rule=RULE,
            outcome=f"coverage_{judged.outcome}",
            reason=f"Eligibility on {inquiry.service_date}: {judged.reason}.",
            actor="system",
            occurred_at=at,
            recorded_at=at,
            facts={"document": document_id[:12]},
        ),
    )
    return CoverageChecked(judged.outcome, judged.reason)
