"""The account's own activities: begin, review, write off what is too small, end a plan, close."""

from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.db.patients import patient_accounts, plans
from revcycle.db.practice import policies
from revcycle.db.work import deadlines
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars
from revcycle.domain.patients.patient_account import AccountState, BillingStep, Ending
from revcycle.domain.patients.payment_plan import PlanState
from revcycle.domain.work import subjects
from revcycle.effects.patients.ledger import locked_standing, note, post, tell_claims
from revcycle.rules.patients.patient_billing import next_step

RULE = "patient_billing@1"


def write_off_small(tx: Tx, account_id: str, key: str, at: datetime) -> bool:
    """Write off a balance below what a statement costs; False when it is no longer so small."""
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, at.date())
    if standing.billable_cents >= policy.small_balance_cents:
        return False
    parts = tuple((share.claim_id, share.patient_cents) for share in standing.billable)
    post(tx, f"small_balance:{key}", account_id, LedgerAccount.SMALL_BALANCE_WRITE_OFF, parts, at)
    reason = f"{dollars(standing.billable_cents)} is less than a statement costs: written off."
    note(tx, key, account_id, RULE, "small_balance", reason, at, policy=policy.policy_id, parts=parts)
    tell_claims(tx, parts, Ending.SMALL_BALANCE, at)
    return True


def end_plan(tx: Tx, account_id: str, plan_id: str, outcome: PlanState, key: str, at: datetime) -> bool:
    """Record that a plan was kept or broken; a broken one lets the ladder go on with a new statement."""
    row = patient_accounts.load(tx, account_id, lock=True)
    plans.change(tx, plan_id, state=outcome.value, ended_at=at)
    if outcome is PlanState.BROKEN and row.step is not BillingStep.NOT_BILLED:
        patient_accounts.change(tx, account_id, at, restate=True, step_on=at.date())
    reason = "Every payment of the plan was made." if outcome is PlanState.KEPT else "The plan was not kept."
    note(tx, key, account_id, RULE, f"plan_{outcome.value}", reason, at, facts={"plan": plan_id})
    return True


def close_account(tx: Tx, account_id: str, key: str, at: datetime) -> bool:
    """Nothing is owed: stop the clocks. False when something is owed after all."""
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, at.date())
    if next_step(standing, policy, at.date()).state is not AccountState.CLOSED:
        return False
    referred = standing.ladder.step is BillingStep.REFERRED
    state = AccountState.REFERRED if referred else AccountState.CLOSED
    wake_name = patient_accounts.load(tx, account_id).wake_name
    deadlines.end(tx, subjects.account(account_id), wake_name, DeadlineState.CANCELLED, at)
    patient_accounts.change(tx, account_id, at, state=state.value, wake_at=None, wake_name="")
    reason = "The agency has the account." if referred else "Nothing is owed on the account."
    note(tx, key, account_id, RULE, state.value, reason, at)
    return True
