"""Denials: classified, sent on their way, and ended in the books only when somebody has said so."""

from datetime import datetime

from temporalio import activity

from activities import denial_endings
from activities.denial_classification import DenialPlan, classify
from activities.denial_facts import STATE_OF_ROUTE, policy_of
from revcycle.db import appeals, decisions, denials, effects
from revcycle.db.engine import Database, Tx
from revcycle.domain.appeal import AppealKind, AppealOutcome, AppealPlan
from revcycle.domain.decision import Decision
from revcycle.domain.denial import DenialOutcome, DenialRouteKind, DenialState
from revcycle.domain.task import TaskDecision
from revcycle.rules import appeal as appeal_rule
from revcycle.temporal import names


class DenialActivities:
    """The denial's side of claims, decisions and books."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def classify_denial(self, claim_id: str, denial_id: str, remittance_id: str, at: datetime) -> DenialPlan:
        """Read what the remittance refused, decide what to do about it, and open the denial."""
        with self._db.write() as tx:
            key = f"classify:{denial_id}"
            return effects.once(
                tx, key, DenialPlan, lambda: classify(tx, claim_id, denial_id, remittance_id, at)
            )

    @activity.defn
    def plan_appeal(self, denial_id: str, kind: AppealKind, key: str, at: datetime) -> AppealPlan:
        """Decide whether the next level can be filed."""
        with self._db.write() as tx:
            return effects.once(tx, key, AppealPlan, lambda: _plan_appeal(tx, denial_id, kind, key, at))

    @activity.defn
    def reroute_denial(self, denial_id: str, route: DenialRouteKind, at: datetime) -> None:
        """Note the way a denial goes now; the decision behind it is recorded where it was made."""
        with self._db.write() as tx:
            state = STATE_OF_ROUTE.get(route, DenialState.OPEN)
            denials.change(tx, denial_id, at, route=route.value, state=state.value)

    @activity.defn
    def write_off_denial(self, denial_id: str, approval: TaskDecision, at: datetime) -> int:
        """Write off what insurance still owes, as a manager approved; return the cents."""
        with self._db.write() as tx:
            key = f"writeoff:{denial_id}"
            return effects.once(tx, key, int, lambda: denial_endings.write_off(tx, denial_id, approval, at))

    @activity.defn
    def bill_denial_to_patient(self, denial_id: str, actor: str, at: datetime) -> int:
        """Make what was denied the patient's share and tell the account; return the cents."""
        with self._db.write() as tx:
            key = f"patient:{denial_id}"
            return effects.once(tx, key, int, lambda: denial_endings.bill_patient(tx, denial_id, actor, at))

    @activity.defn
    def send_denial_to_next_payer(self, denial_id: str, actor: str, at: datetime) -> bool:
        """Make the next coverage the payer asked; tell False when the claim has none."""
        with self._db.write() as tx:
            key = f"next-payer:{denial_id}"
            return effects.once(tx, key, bool, lambda: denial_endings.next_payer(tx, denial_id, actor, at))

    @activity.defn
    def close_denial(self, denial_id: str, outcome: DenialOutcome, at: datetime) -> None:
        """Record how a denial ended and end its clocks."""
        with self._db.write() as tx:
            effects.once(
                tx, f"close:{denial_id}", bool, lambda: denial_endings.close(tx, denial_id, outcome, at)
            )


def _plan_appeal(tx: Tx, denial_id: str, kind: AppealKind, key: str, at: datetime) -> AppealPlan:
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
            subject=names.claim(denial.claim_id),
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
