"""Eligibility: ask the payer whether the coverage was active on the day of service (270/271)."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from temporalio import activity

from activities.routing import reached, way_of_inquiry
from revcycle.db import claims, decisions, documents, effects, eligibility
from revcycle.db.engine import Database, Tx
from revcycle.db.sequences import Numbers
from revcycle.domain.claim import Claim, Coverage
from revcycle.domain.decision import Decision
from revcycle.domain.eligibility import CoverageOutcome, EligibilityAnswer, EligibilityInquiry
from revcycle.edi import x12_270_005010x279a1 as x12_270
from revcycle.edi import x12_271_005010x279a1 as x12_271
from revcycle.edi.envelope import Envelope, Party
from revcycle.payers.switchboard import Connection, Switchboard
from revcycle.rules.registration import RULE, CoverageJudgement, judge_coverage
from revcycle.temporal import names

SELF = "18"
REAL_TIME_NUMBERS = "interchange:realtime"
"""The sequence of interchange control numbers of real-time inquiries, shared by all of them."""


@dataclass(frozen=True, slots=True)
class CoverageChecked:
    """What the workflow remembers of a check: no member, no name, only what it means."""

    outcome: CoverageOutcome
    reason: str


class EligibilityActivities:
    """Asks through the payer connection; keeps question, answer and judgement."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        self._db = db
        self._switchboard = switchboard
        self._numbers = Numbers(db, REAL_TIME_NUMBERS)

    @activity.defn
    async def check_eligibility(self, claim_id: str, key: str, at: datetime) -> CoverageChecked:
        """Check the coverage now asked to pay. Raises PayerUnavailable for Temporal to retry."""
        connection, inquiry, question = await asyncio.to_thread(self._question, claim_id, at)
        answer = await connection.gateway.ask(question, at)
        return await asyncio.to_thread(self._keep, claim_id, key, inquiry, answer, at)

    def _question(self, claim_id: str, at: datetime) -> tuple[Connection, EligibilityInquiry, bytes]:
        number = self._numbers.take()
        with self._db.read() as tx:
            claim, coverage = _current(tx, claim_id)
            way = way_of_inquiry(tx, claims.load(tx, claim_id), coverage, "270", self._switchboard.ids)
        connection = reached(self._switchboard, way)
        coverage = replace(coverage, payer_id=way.payer_id)
        inquiry = _inquiry(claim, coverage, trace_number=f"{number:09d}")
        envelope = Envelope(connection.sender_id, connection.receiver_id, number, at)
        submitter = Party(claim.billing_provider.last_or_organization_name, claim.billing_provider.npi)
        return connection, inquiry, x12_270.write_inquiry(envelope, submitter, inquiry)

    def _keep(
        self, claim_id: str, key: str, inquiry: EligibilityInquiry, data: bytes, at: datetime
    ) -> CoverageChecked:
        with self._db.write() as tx:
            return effects.once(
                tx, key, CoverageChecked, lambda: _judge(tx, claim_id, key, inquiry, data, at)
            )


def _current(tx: Tx, claim_id: str) -> tuple[Claim, Coverage]:
    claim = claims.facts(tx, claim_id)
    coverage = claim.coverage(claims.load(tx, claim_id).responsibility)
    assert coverage is not None, "a claim is asked of a coverage it has"
    return claim, coverage


def _inquiry(claim: Claim, coverage: Coverage, trace_number: str) -> EligibilityInquiry:
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


def _judge(
    tx: Tx, claim_id: str, key: str, inquiry: EligibilityInquiry, data: bytes, at: datetime
) -> CoverageChecked:
    answers = [a for a in x12_271.read_answers(data) if a.trace_number in ("", inquiry.trace_number)]
    answer = answers[0] if answers else EligibilityAnswer(inquiry.trace_number, active=None)
    _, coverage = _current(tx, claim_id)
    judged: CoverageJudgement = judge_coverage(coverage, answer)
    document_id = documents.store(tx, "271", data, "payer", at)
    eligibility.record(
        tx, claim_id, inquiry.payer_id, inquiry.service_date, judged.outcome, answer, document_id, at
    )
    decisions.record(
        tx,
        Decision(
            key=key,
            subject=names.claim(claim_id),
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
