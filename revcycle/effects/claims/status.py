"""Claim status: ask a silent payer what has become of a claim (276/277)."""

from datetime import datetime, timedelta

from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.mail import documents
from revcycle.db.practice import policies
from revcycle.db.work import deadlines
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.claim_status import StatusAnswer, StatusOutcome
from revcycle.domain.claims.progress import StatusAsked
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.work import subjects
from revcycle.edi.claim_status_276_277 import x12_277
from revcycle.effects.claims.acknowledgment import REMITTANCE
from revcycle.effects.claims.release import ACKNOWLEDGMENT
from revcycle.rules.claims.follow_up import RULE, days_until_next, judge_status, must_call


def judge(tx: Tx, claim_id: str, asked: int, key: str, data: bytes, at: datetime) -> StatusAsked:
    """Judge the payer's answer (277), record the decision, and arm the next clock."""
    answers = x12_277.read_answers(data)
    judged = judge_status(answers[0] if answers else StatusAnswer("", "E1", ""))
    document_id = documents.store(tx, "277", data, "payer", at)
    row = claims.load(tx, claim_id)
    policy = policies.payer_policy(tx, row.filing_indicator, row.payer_id, row.service_date)
    again = at + timedelta(days_until_next(judged.outcome, asked, policy))
    subject = subjects.claim(claim_id)
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
