"""Acknowledgment: read what came back for a claim and settle whether the payer has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity

from activities.claim_news import has_news
from activities.intake import TIMELY_FILING
from activities.release import ACKNOWLEDGMENT
from revcycle.db import acknowledgments, claims, deadlines, decisions, effects, inbox
from revcycle.db.acknowledgments import AcknowledgmentRow
from revcycle.db.deadlines import DeadlineState
from revcycle.db.engine import Database, Tx
from revcycle.domain.acknowledgment import AcknowledgmentOutcome
from revcycle.domain.claim import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.rules.acknowledgment import RULE, AcknowledgmentJudgement, judge_acknowledgment
from revcycle.rules.payer_policy import policy_for
from revcycle.temporal import names

REMITTANCE = "remittance"
NEWS = "acknowledged"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the answers so far mean.

    ``follow_up_at`` is when to ask the payer, once accepted; ``posted``: its remittance is here already.
    """

    outcome: AcknowledgmentOutcome
    reason: str
    follow_up_at: datetime
    posted: bool


class AcknowledgmentActivities:
    """Reads the claim's inbox for acknowledgments."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def take_acknowledgment(self, claim_id: str, key: str, at: datetime) -> Acknowledged:
        """Judge the unread acknowledgments; the last one that decides counts."""
        with self._db.write() as tx:
            return effects.once(tx, key, Acknowledged, lambda: _take(tx, claim_id, key, at))


def _take(tx: Tx, claim_id: str, key: str, at: datetime) -> Acknowledged:
    outcome, reason = AcknowledgmentOutcome.WAITING, "no answer yet"
    for n, message in enumerate(inbox.take(tx, names.claim(claim_id), NEWS)):
        row = acknowledgments.load(tx, int(message.reference))
        judged = judge_acknowledgment(row.kind, row.accepted, row.code, at.date())
        decisions.record(tx, _decision(claim_id, row, judged, f"{key}:{n}", at))
        if judged.outcome is not AcknowledgmentOutcome.WAITING:
            outcome, reason = judged.outcome, judged.reason
            _settle(tx, claim_id, row, outcome, at)
    follow_up_at = at
    if outcome is AcknowledgmentOutcome.ACCEPTED:
        claim = claims.load(tx, claim_id)
        policy = policy_for(claim.filing_indicator, claim.payer_id, claim.service_date)
        follow_up_at = at + timedelta(policy.follow_up_days[0])
        deadlines.arm(tx, names.claim(claim_id), REMITTANCE, follow_up_at, at)
    return Acknowledged(outcome, reason, follow_up_at, has_news(tx, claim_id))


def _settle(
    tx: Tx, claim_id: str, row: AcknowledgmentRow, outcome: AcknowledgmentOutcome, at: datetime
) -> None:
    subject = names.claim(claim_id)
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
        subject=names.claim(claim_id),
        rule=RULE,
        outcome=f"acknowledgment_{judged.outcome}",
        reason=f"{judged.reason[0].upper()}{judged.reason[1:]}.",
        actor="payer",
        occurred_at=row.received_at,
        recorded_at=at,
        facts={"batch": row.batch_id, "code": row.code, "document": row.document_id[:12]},
    )
