"""Payment plans: agreed when the terms hold, and moved on when we ourselves stopped the clock."""

from datetime import date, datetime, timedelta

from revcycle.db.engine import Tx
from revcycle.db.patients import plans
from revcycle.db.practice import policies
from revcycle.domain.money import dollars
from revcycle.domain.patients.payment_plan import PlanState
from revcycle.effects.patients.ledger import locked_standing, note
from revcycle.rules.patients.payment_plans import plan_findings

RULE = "payment_plans@1"


def agree(tx: Tx, account_id: str, plan_id: str, actor: str, key: str, at: datetime) -> str:
    """Put a proposed plan in force in place of any other; return why not, or nothing."""
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, at.date())
    owner, plan = plans.load(tx, plan_id)
    if owner != account_id or plan.state is not PlanState.PROPOSED:
        return f"plan {plan_id} cannot be agreed on this account"
    findings = plan_findings(plan.terms, standing, policy, at.date())
    if findings:
        return "; ".join(f"{finding.message}: {finding.remedy}" for finding in findings)
    if standing.plan is not None:
        plans.change(tx, standing.plan.plan_id, state=PlanState.REPLACED.value, ended_at=at)
    parts = tuple((share.claim_id, share.patient_cents) for share in standing.billable)
    plans.activate(tx, plan_id, tuple(claim_id for claim_id, _ in parts))
    reason = f"A plan of {plan.terms.installments} payments for {dollars(plan.terms.total_cents)} was agreed."
    facts = {"plan": plan_id}
    note(
        tx,
        key,
        account_id,
        RULE,
        "plan_agreed",
        reason,
        at,
        actor=actor,
        policy=policy.reference,
        facts=facts,
        parts=parts,
    )
    return ""


def shift_plan(tx: Tx, account_id: str, since: date, at: datetime) -> None:
    """Move the running plan's due days by the days on which nobody was asked to pay."""
    plan = plans.running(tx, account_id)
    paused = at.date() - since
    if plan is not None and paused > timedelta():
        plans.change(tx, plan.plan_id, first_due_on=plan.terms.first_due_on + paused)
        if plan.catch_up_by is not None:
            plans.change(tx, plan.plan_id, catch_up_by=plan.catch_up_by + paused)
