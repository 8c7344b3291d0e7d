"""Acknowledgment: read what came back for a claim and settle whether the payer has it."""

from datetime import datetime, timedelta

from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.mail import acknowledgments
from revcycle.db.mail.acknowledgments import AcknowledgmentRow
from revcycle.db.practice import policies
from revcycle.db.work import deadlines, inbox
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.progress import Acknowledged
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.mail.acknowledgment import AcknowledgmentOutcome
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.effects.claims.intake import TIMELY_FILING
from revcycle.effects.claims.release import ACKNOWLEDGMENT
from revcycle.effects.work.news import has_news
from revcycle.rules.mail.acknowledgment import RULE, AcknowledgmentJudgement, judge_acknowledgment

REMITTANCE = "remittance"
NEWS = "acknowledged"


def take_acknowledgment(tx: Tx, claim_id: str, key: str, at: datetime) -> Acknowledged:
    """Judge the unread acknowledgments; the last one that decides counts."""
    outcome, reason = AcknowledgmentOutcome.WAITING, "no answer yet"
    for n, message in enumerate(inbox.take(tx, subjects.claim(claim_id), News.ACKNOWLEDGED)):
        row = acknowledgments.load(tx, int(message.reference))
        judged = judge_acknowledgment(row.kind, row.accepted, row.code, at.date())
        decisions.record(tx, _decision(claim_id, row, judged, f"{key}:{n}", at))
        if judged.outcome is not AcknowledgmentOutcome.WAITING:
            outcome, reason = judged.outcome, judged.reason
            _settle(tx, claim_id, row, outcome, at)
    follow_up_at = at
    if outcome is AcknowledgmentOutcome.ACCEPTED:
        claim = claims.load(tx, claim_id)
        policy = policies.payer_policy(tx, claim.filing_indicator, claim.payer_id, claim.service_date)
        follow_up_at = at + timedelta(policy.follow_up_days[0])
        deadlines.arm(tx, subjects.claim(claim_id), REMITTANCE, follow_up_at, at)
    return Acknowledged(outcome, reason, follow_up_at, has_news(tx, claim_id))


def _settle(
    tx: Tx, claim_id: str, row: AcknowledgmentRow, outcome: AcknowledgmentOutcome, at: datetime
) -> None:
    subject = subjects.claim(claim_id)
    if outcome is AcknowledgmentOutcome.ACCEPTED:
        deadlines.meet(tx, subject, ACKNOWLEDGMENT, row.received_at)
        deadlines.meet(tx, subject, TIMELY_FILING, row.received_at)
        number = row.payer_claim_control_number or claims.load(tx, claim_id).payer_claim_control_number
        claims.change(tx, claim_id, at, stage=ClaimStage.ACCEPTED.value, payer_claim_control_number=number)
    else:
        # A rejected claim was never filed: the filing clock keeps running (RULES: rejected is not filed).
        deadlines.end(tx, subject, ACKNOWLEDGMENT, DeadlineState.MET, at)
        claims.set_stage(tx, claim_id, ClaimStage.REJECTED, at)


def _decision(
    claim_id: str, row: AcknowledgmentRow, judged: AcknowledgmentJudgement, key: str, at: datetime
) -> Decision:
    return Decision(
        key=key,
        subject=subjects.claim(claim_id),
        rule=RULE,
        outcome=f"acknowledgment_{judged.outcome}",
        reason=f"{judged.reason[0].upper()}{judged.reason[1:]}.",
        actor="payer",
        occurred_at=row.received_at,
        recorded_at=at,
        facts={"batch": row.batch_id, "code": row.code, "document": row.document_id[:12]},
    )
