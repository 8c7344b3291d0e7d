"""The account's own activities: begin, review, write off what is too small, end a plan, close."""

from datetime import datetime

from temporalio import activity

from activities.patient_ledger import locked_standing, note, post, tell_claims
from activities.patient_letter_release import release
from activities.patient_questions import answer, withdraw
from activities.patient_review import review
from revcycle.db import deadlines, effects, patient_accounts, plans, policies
from revcycle.db.deadlines import DeadlineState
from revcycle.db.engine import Database, Tx
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars
from revcycle.domain.patient_account import AccountState, BillingStep, Ending
from revcycle.domain.patient_step import AccountReview, Question
from revcycle.domain.payment_plan import PlanState
from revcycle.domain.task import TaskDecision
from revcycle.rules.patient_billing import next_step
from revcycle.temporal import names

RULE = "patient_billing@1"


class PatientBillingActivities:
    """What PatientAccount asks of the database, one short transaction each. All are safe to repeat."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def begin_account(self, account_id: str, key: str, at: datetime) -> int:
        """Open the account, or go on where it stood; return the number its keys begin with."""
        with self._db.write() as tx:
            return effects.once(tx, key, int, lambda: patient_accounts.begin(tx, account_id, at))

    @activity.defn
    def review_account(self, account_id: str, key: str, at: datetime) -> AccountReview:
        """Judge the account: what to do now, which questions must be open, when to wake."""
        with self._db.write() as tx:
            return effects.once(tx, key, AccountReview, lambda: review(tx, account_id, key, at))

    @activity.defn
    def release_letter(self, letter_id: str, key: str, at: datetime) -> bool:
        """Let a letter out through the contact gate; False when it must not go, or no longer says what is owed."""
        with self._db.write() as tx:
            return effects.once(tx, key, bool, lambda: release(tx, letter_id, key, at))

    @activity.defn
    def write_off_small(self, account_id: str, key: str, at: datetime) -> bool:
        """Write off a balance below what a statement costs; False when it is no longer so small."""
        with self._db.write() as tx:
            return effects.once(tx, key, bool, lambda: _write_off_small(tx, account_id, key, at))

    @activity.defn
    def end_plan(self, account_id: str, plan_id: str, outcome: str, key: str, at: datetime) -> bool:
        """Record that a plan was kept or broken; a broken one lets the ladder go on with a new statement."""
        with self._db.write() as tx:
            ended = PlanState(outcome)
            return effects.once(tx, key, bool, lambda: _end_plan(tx, account_id, plan_id, ended, key, at))

    @activity.defn
    def close_account(self, account_id: str, key: str, at: datetime) -> bool:
        """Nothing is owed: stop the clocks. False when something is owed after all."""
        with self._db.write() as tx:
            return effects.once(tx, key, bool, lambda: _close(tx, account_id, key, at))

    @activity.defn
    def answer_question(
        self, account_id: str, question: Question, decision: TaskDecision, key: str, at: datetime
    ) -> str:
        """Do what a person decided, as far as the rules still allow it; return what came of it."""
        with self._db.write() as tx:
            return effects.once(tx, key, str, lambda: answer(tx, account_id, question, decision, key, at))

    @activity.defn
    def withdraw_question(self, account_id: str, task_id: str, at: datetime) -> bool:
        """Take a task off the worklist that nobody needs to answer any more."""
        with self._db.write() as tx:
            # The same key as the task's own closing: whichever comes first holds.
            return effects.once(tx, f"close:{task_id}", bool, lambda: withdraw(tx, account_id, task_id, at))


def _write_off_small(tx: Tx, account_id: str, key: str, at: datetime) -> bool:
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, at.date())
    if standing.billable_cents >= policy.small_balance_cents:
        return False
    parts = tuple((share.claim_id, share.patient_cents) for share in standing.billable)
    post(tx, f"small_balance:{key}", account_id, LedgerAccount.SMALL_BALANCE_WRITE_OFF, parts, at)
    reason = f"{dollars(standing.billable_cents)} is less than a statement costs: written off."
    note(tx, key, account_id, RULE, "small_balance", reason, at, policy=policy.reference, parts=parts)
    tell_claims(tx, parts, Ending.SMALL_BALANCE, at)
    return True


def _end_plan(tx: Tx, account_id: str, plan_id: str, outcome: PlanState, key: str, at: datetime) -> bool:
    row = patient_accounts.load(tx, account_id, lock=True)
    plans.change(tx, plan_id, state=outcome.value, ended_at=at)
    if outcome is PlanState.BROKEN and row.step is not BillingStep.NOT_BILLED:
        patient_accounts.change(tx, account_id, at, restate=True, step_on=at.date())
    reason = "Every payment of the plan was made." if outcome is PlanState.KEPT else "The plan was not kept."
    note(tx, key, account_id, RULE, f"plan_{outcome.value}", reason, at, facts={"plan": plan_id})
    return True


def _close(tx: Tx, account_id: str, key: str, at: datetime) -> bool:
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, at.date())
    if next_step(standing, policy, at.date()).state is not AccountState.CLOSED:
        return False
    referred = standing.ladder.step is BillingStep.REFERRED
    state = AccountState.REFERRED if referred else AccountState.CLOSED
    wake_name = patient_accounts.load(tx, account_id).wake_name
    deadlines.end(tx, names.account(account_id), wake_name, DeadlineState.CANCELLED, at)
    patient_accounts.change(tx, account_id, at, state=state.value, wake_at=None, wake_name="")
    reason = "The agency has the account." if referred else "Nothing is owed on the account."
    note(tx, key, account_id, RULE, state.value, reason, at)
    return True
