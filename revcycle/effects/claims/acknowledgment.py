"""Acknowledgment: read what came back for a claim and settle whether the payer has it."""

from datetime import timedelta

from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.mail import acknowledgments
from revcycle.db.mail.acknowledgments import AcknowledgmentRow
from revcycle.db.work import clocks, inbox
from revcycle.domain.claims.progress import Acknowledged
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.mail.acknowledgment import AcknowledgmentOutcome
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.news import News
from revcycle.effects.claims.payer_clocks import filed, policy_of
from revcycle.effects.work.news import has_news
from revcycle.rules.mail.acknowledgment import RULE, AcknowledgmentJudgement, judge_acknowledgment


def take_acknowledgment(tx: Tx, act: Act, claim_id: str) -> Acknowledged:
    """Judge the unread acknowledgments; the last one that decides counts."""
    outcome, reason = AcknowledgmentOutcome.WAITING, "no answer yet"
    for n, message in enumerate(inbox.take(tx, act.subject, News.ACKNOWLEDGED)):
        row = acknowledgments.load(tx, int(message.reference))
        judged = judge_acknowledgment(row.kind, row.accepted, row.code, act.at.date())
        _decide(tx, act, row, judged, str(n))
        if judged.outcome is not AcknowledgmentOutcome.WAITING:
            outcome, reason = judged.outcome, judged.reason
            _settle(tx, act, claim_id, row, outcome)
    if outcome is AcknowledgmentOutcome.ACCEPTED:
        policy = policy_of(tx, claims.load(tx, claim_id))
        clocks.arm(tx, act, ClockName.REMITTANCE, act.at + timedelta(policy.follow_up_days[0]))
    return Acknowledged(outcome, reason, has_news(tx, claim_id))


def _settle(tx: Tx, act: Act, claim_id: str, row: AcknowledgmentRow, outcome: AcknowledgmentOutcome) -> None:
    if outcome is AcknowledgmentOutcome.ACCEPTED:
        filed(tx, act, row.received_at)
        claims.move(tx, act, claim_id, ClaimStage.ACCEPTED)
        if row.payer_claim_control_number:
            claims.note_payer_number(tx, act, claim_id, row.payer_claim_control_number)
        return
    # A rejected claim was never filed: the filing clock keeps running (RULES: rejected is not filed).
    for name in (ClockName.ACKNOWLEDGMENT, ClockName.REMITTANCE):
        clocks.meet(tx, act, name, row.received_at)
    claims.move(tx, act, claim_id, ClaimStage.REJECTED)


def _decide(tx: Tx, act: Act, row: AcknowledgmentRow, judged: AcknowledgmentJudgement, part: str) -> None:
    decisions.decide(
        tx,
        act,
        RULE,
        f"acknowledgment_{judged.outcome}",
        f"{judged.reason[0].upper()}{judged.reason[1:]}.",
        actor="payer",
        facts={"batch": row.batch_id, "code": row.code, "document": row.document_id[:12]},
        part=part,
        occurred_at=row.received_at,
    )
