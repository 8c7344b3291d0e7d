"""Payment plans: agreed when the terms hold, moved on when we ourselves stopped the clock, kept or broken."""

from dataclasses import replace
from datetime import date, timedelta

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.patients import patient_accounts, plans
from revcycle.db.practice import policies
from revcycle.domain.money import dollars
from revcycle.domain.patients.patient_account import BillingStep
from revcycle.domain.patients.payment_plan import PlanState
from revcycle.domain.patients.progress import RequestAnswer
from revcycle.domain.patients.requests import PlanToAgree
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Refused
from revcycle.effects.patients.ledger import claims_of, locked_standing
from revcycle.effects.patients.requests import known, taken
from revcycle.rules.patients.payment_plans import plan_findings

RULE = "payment_plans@1"


def agree_plan(tx: Tx, act: Act, account_id: str, request: PlanToAgree) -> RequestAnswer:
    """Put a proposed plan in force in place of any other; one agreed before stays as it is. Raises Refused."""
    standing = locked_standing(tx, account_id)
    plan_id = request.plan_id
    owner, plan = known(plans.load, tx, plan_id)
    if owner != account_id:
        raise Refused(f"plan {plan_id} belongs to another account")
    if plan.state is not PlanState.PROPOSED:
        return taken(tx, account_id)
    policy = policies.patient_policy(tx, account_id, act.at.date())
    if findings := plan_findings(plan.terms, standing, policy, act.at.date()):
        raise Refused("; ".join(f"{finding.message}: {finding.remedy}" for finding in findings))
    if standing.plan is not None:
        plans.end(tx, standing.plan.plan_id, PlanState.REPLACED, act.at)
    parts = tuple((share.claim_id, share.patient_cents) for share in standing.billable)
    plans.activate(tx, plan_id, tuple(claim_id for claim_id, _ in parts))
    terms = plan.terms
    decisions.decide(
        tx,
        act,
        RULE,
        "plan_agreed",
        f"A plan of {terms.installments} payments for {dollars(terms.total_cents)} was agreed.",
        actor=request.actor,
        policy=policy.reference,
        facts={"plan": plan_id},
        also=claims_of(parts),
    )
    return taken(tx, account_id)


def shift_plan(tx: Tx, act: Act, account_id: str, since: date) -> None:
    """Move the running plan's due days by the days on which nobody was asked to pay."""
    plan = plans.running(tx, account_id)
    paused = act.at.date() - since
    if plan is not None and paused > timedelta():
        plans.shift(tx, plan, paused)


def end_plan(tx: Tx, act: Act, account_id: str, plan_id: str, outcome: PlanState) -> bool:
    """Record that a plan was kept or broken; a broken one lets the ladder go on with a new statement."""
    row = patient_accounts.load(tx, account_id, lock=True)
    plans.end(tx, plan_id, outcome, act.at)
    if outcome is PlanState.BROKEN and row.step is not BillingStep.NOT_BILLED:
        restated = replace(row.ladder, restate=True, step_on=act.at.date())
        patient_accounts.move_ladder(tx, account_id, restated, act.at)
    reason = "Every payment of the plan was made." if outcome is PlanState.KEPT else "The plan was not kept."
    decisions.decide(tx, act, RULE, f"plan_{outcome.value}", reason, facts={"plan": plan_id})
    return True
