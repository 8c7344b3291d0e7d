"""Eligibility: ask the payer whether the coverage was active on the day of service (270/271)."""

from dataclasses import dataclass, replace

from revcycle.db import decisions
from revcycle.db.claims import claims, eligibility
from revcycle.db.engine import Tx
from revcycle.db.mail import documents
from revcycle.domain.claims.claim import Claim, Coverage
from revcycle.domain.claims.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.domain.claims.progress import CoverageChecked
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.effects.exchange.routing import reached, way_of_inquiry
from revcycle.payers.switchboard import Connection, Switchboard
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


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """A question to a payer: over which connection, what is asked, and the 270 that asks it."""

    connection: Connection
    inquiry: EligibilityInquiry
    data: bytes


def question(tx: Tx, act: Act, claim_id: str, number: int, switchboard: Switchboard) -> CoverageQuestion:
    """Return what to ask the payer now asked; ``number`` is the interchange control number and the trace."""
    claim, asked = current(tx, claim_id)
    way = way_of_inquiry(tx, claims.load(tx, claim_id), asked, "270", switchboard.ids)
    connection = reached(switchboard, way)
    inquiry = _inquiry(claim, replace(asked, payer_id=way.payer_id), f"{number:09d}")
    envelope = Envelope(connection.sender_id, connection.receiver_id, number, act.at)
    submitter = Party(claim.billing_provider.last_or_organization_name, claim.billing_provider.npi)
    return CoverageQuestion(connection, inquiry, x12_270.write_inquiry(envelope, submitter, inquiry))


def _inquiry(claim: Claim, coverage: Coverage, trace_number: str) -> EligibilityInquiry:
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


def judge(tx: Tx, act: Act, claim_id: str, inquiry: EligibilityInquiry, data: bytes) -> CoverageChecked:
    """Judge the payer's answer (271), keep it, and record the decision."""
    answers = [a for a in x12_271.read_answers(data) if a.trace_number in ("", inquiry.trace_number)]
    answer = answers[0] if answers else EligibilityAnswer(inquiry.trace_number, active=None)
    _, coverage = current(tx, claim_id)
    judged: CoverageJudgement = judge_coverage(coverage, answer)
    document_id = documents.store(tx, "271", data, "payer", act.at)
    eligibility.record(
        tx, claim_id, inquiry.payer_id, inquiry.service_date, judged.outcome, answer, document_id, act.at
    )
    decisions.decide(
        tx,
        act,
        RULE,
        f"coverage_{judged.outcome}",
        f"Eligibility on {inquiry.service_date}: {judged.reason}.",
        subject=subjects.claim(claim_id),
        facts={"document": document_id[:12]},
    )
    return CoverageChecked(judged.outcome, judged.reason)


def note_unchecked(tx: Tx, act: Act) -> bool:
    """Record that the payer could not be asked about the coverage, and that the claim goes out all the same."""
    reason = "The payer could not be asked about the coverage in time; the claim goes out unchecked."
    decisions.decide(tx, act, RULE, "coverage_unchecked", reason)
    return True
