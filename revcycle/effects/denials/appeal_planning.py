"""Denials: classified, sent on their way, and ended in the books only when somebody has said so."""

from datetime import datetime

from revcycle.db import decisions
from revcycle.db.denials import appeals, denials
from revcycle.db.engine import Tx
from revcycle.domain.decision import Decision
from revcycle.domain.denials.appeal import AppealKind, AppealOutcome, AppealPlan
from revcycle.domain.work import subjects
from revcycle.effects.denials.facts import policy_of
from revcycle.rules.denials import appeal as appeal_rule


def plan_appeal(tx: Tx, denial_id: str, kind: AppealKind, key: str, at: datetime) -> AppealPlan:
    """Decide whether the next level can be filed."""
    denial = denials.load(tx, denial_id)
    policy = policy_of(tx, denial)
    before = [a for a in appeals.of_denial(tx, denial_id) if a.outcome is not AppealOutcome.NOT_FILED]
    level = before[-1].level + 1 if before else 1
    decided = before[-1].decided_at if before else None
    notice = decided.date() if decided else denial.notice_date
    judged = appeal_rule.judge_level(policy, level, kind, notice, at.date(), denial.value_cents)
    decisions.record(
        tx,
        Decision(
            key=key,
            subject=subjects.claim(denial.claim_id),
            rule=appeal_rule.RULE,
            policy=policy.reference,
            outcome="file" if judged.possible else "ladder_ended",
            reason=f"Appeal of {denial.code}: {judged.reason}.",
            actor="system",
            occurred_at=at,
            recorded_at=at,
            facts={
                "denial": denial_id,
                "level": str(level),
                "notice_date": notice.isoformat(),
                "kind": kind.value,
            },
        ),
    )
    return AppealPlan(
        appeal_id=f"{denial_id}-{level}",
        level=level,
        possible=judged.possible,
        needs_approval=judged.needs_approval,
        kind=kind,
        file_by=appeal_rule.closing_time(judged.file_by),
        value_cents=denial.value_cents,
        reason=judged.reason,
    )
