"""Claim status: ask a silent payer what has become of a claim (276/277)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity

from activities.acknowledgment import REMITTANCE
from activities.eligibility import REAL_TIME_NUMBERS
from activities.release import ACKNOWLEDGMENT
from activities.routing import reached, way_of_inquiry
from revcycle.db import claims, deadlines, decisions, documents, effects
from revcycle.db.deadlines import DeadlineState
from revcycle.db.engine import Database, Tx
from revcycle.db.sequences import Numbers
from revcycle.domain.claim import ClaimStage
from revcycle.domain.claim_status import StatusAnswer, StatusInquiry, StatusOutcome
from revcycle.domain.decision import Decision
from revcycle.edi import x12_276_005010x212 as x12_276
from revcycle.edi import x12_277_005010x212 as x12_277
from revcycle.edi.envelope import Envelope, Party
from revcycle.payers.switchboard import Connection, Switchboard
from revcycle.rules.follow_up import RULE, days_until_next, judge_status, must_call
from revcycle.rules.payer_policy import policy_for
from revcycle.temporal import names


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """What the payer said. ``ask_again_at`` is the next follow-up; ``call`` tells that a person should telephone."""

    outcome: StatusOutcome
    reason: str
    ask_again_at: datetime
    call: bool


class ClaimStatusActivities:
    """Asks through the payer connection; keeps answer and judgement."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        self._db = db
        self._switchboard = switchboard
        self._numbers = Numbers(db, REAL_TIME_NUMBERS)

    @activity.defn
    async def ask_claim_status(self, claim_id: str, asked: int, key: str, at: datetime) -> StatusAsked:
        """Ask for the ``asked``-th time (from 1). Raises PayerUnavailable for Temporal to retry."""
        connection, question = await asyncio.to_thread(self._question, claim_id, at)
        answer = await connection.gateway.ask(question, at)
        return await asyncio.to_thread(self._keep, claim_id, asked, key, answer, at)

    def _question(self, claim_id: str, at: datetime) -> tuple[Connection, bytes]:
        number = self._numbers.take()
        with self._db.read() as tx:
            row, claim = claims.load(tx, claim_id), claims.facts(tx, claim_id)
            coverage = claim.coverage(row.responsibility)
            assert coverage is not None, "a claim is asked of a coverage it has"
            way = way_of_inquiry(tx, row, coverage, "276", self._switchboard.ids)
        connection = reached(self._switchboard, way)
        dependent = claim.patient if coverage.relationship_code != "18" else None
        inquiry = StatusInquiry(
            payer_id=way.payer_id,
            payer_name=coverage.payer_name,
            provider_npi=claim.billing_provider.npi,
            provider_name=claim.billing_provider.last_or_organization_name,
            patient_control_number=claim.patient_control_number,
            member_id=coverage.member_id,
            last_name=coverage.subscriber.last_name,
            first_name=coverage.subscriber.first_name,
            birth_date=coverage.subscriber.birth_date,
            sex=coverage.subscriber.sex,
            charge_cents=claim.charge_cents,
            service_date=claim.service_date_from,
            trace_number=f"{number:09d}",
            payer_claim_control_number=row.payer_claim_control_number,
            dependent_last_name=dependent.last_name if dependent else "",
            dependent_first_name=dependent.first_name if dependent else "",
            dependent_birth_date=dependent.birth_date if dependent else None,
        )
        submitter = Party(inquiry.provider_name, connection.sender_id)
        envelope = Envelope(connection.sender_id, connection.receiver_id, number, at)
        return connection, x12_276.write_inquiry(envelope, submitter, inquiry)

    def _keep(self, claim_id: str, asked: int, key: str, data: bytes, at: datetime) -> StatusAsked:
        with self._db.write() as tx:
            return effects.once(tx, key, StatusAsked, lambda: _judge(tx, claim_id, asked, key, data, at))


def _judge(tx: Tx, claim_id: str, asked: int, key: str, data: bytes, at: datetime) -> StatusAsked:
    answers = x12_277.read_answers(data)
    judged = judge_status(answers[0] if answers else StatusAnswer("", "E1", ""))
    document_id = documents.store(tx, "277", data, "payer", at)
    row = claims.load(tx, claim_id)
    policy = policy_for(row.filing_indicator, row.payer_id, row.service_date)
    again = at + timedelta(days_until_next(judged.outcome, asked, policy))
    subject = names.claim(claim_id)
    for waited_for in (ACKNOWLEDGMENT, REMITTANCE):
        deadlines.end(tx, subject, waited_for, DeadlineState.MISSED, at)
    deadlines.arm(tx, subject, REMITTANCE, again, at)
    if judged.outcome in (StatusOutcome.PENDING, StatusOutcome.FINALIZED):
        claims.set_stage(tx, claim_id, ClaimStage.PENDING, at)
    decisions.record(
        tx,
        Decision(
            key=key,
            subject=subject,
            rule=RULE,
            outcome=f"status_{judged.outcome}",
            reason=f"Asked the payer ({asked}.): {judged.reason}.",
            actor="system",
            occurred_at=at,
            recorded_at=at,
            policy=policy.reference,
            facts={"document": document_id[:12]},
        ),
    )
    return StatusAsked(judged.outcome, judged.reason, again, must_call(judged.outcome, asked, policy))
