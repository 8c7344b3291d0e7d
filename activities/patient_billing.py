"""The account's own activities: begin, review, write off what is too small, end a plan, close."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.db.patients import patient_accounts
from revcycle.domain.patients.patient_step import AccountReview, Question
from revcycle.domain.patients.payment_plan import PlanState
from revcycle.domain.work.task import TaskDecision
from revcycle.effects.patients import billing
from revcycle.effects.patients.letter_release import release
from revcycle.effects.patients.questions import answer, withdraw
from revcycle.effects.patients.review import review


class PatientBillingActivities:
    """What PatientAccount asks of the database, one short transaction each. All are safe to repeat."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def begin_account(self, account_id: str, key: str, at: datetime) -> int:
        """Open the account, or go on where it stood; return the number its keys begin with."""
        with self._db.write() as tx:
            return once.once(tx, key, int, lambda: patient_accounts.begin(tx, account_id, at))

    @activity.defn
    def review_account(self, account_id: str, key: str, at: datetime) -> AccountReview:
        """Judge the account: what to do now, which questions must be open, when to wake."""
        with self._db.write() as tx:
            return once.once(tx, key, AccountReview, lambda: review(tx, account_id, key, at))

    @activity.defn
    def release_letter(self, letter_id: str, key: str, at: datetime) -> bool:
        """Let a letter out through the contact gate; False when it must not go, or no longer says what is owed."""
        with self._db.write() as tx:
            return once.once(tx, key, bool, lambda: release(tx, letter_id, key, at))

    @activity.defn
    def write_off_small(self, account_id: str, key: str, at: datetime) -> bool:
        """Write off a balance below what a statement costs; False when it is no longer so small."""
        with self._db.write() as tx:
            return once.once(tx, key, bool, lambda: billing.write_off_small(tx, account_id, key, at))

    @activity.defn
    def end_plan(self, account_id: str, plan_id: str, outcome: str, key: str, at: datetime) -> bool:
        """Record that a plan was kept or broken; a broken one lets the ladder go on with a new statement."""
        with self._db.write() as tx:
            ended = PlanState(outcome)
            return once.once(tx, key, bool, lambda: billing.end_plan(tx, account_id, plan_id, ended, key, at))

    @activity.defn
    def close_account(self, account_id: str, key: str, at: datetime) -> bool:
        """Nothing is owed: stop the clocks. False when something is owed after all."""
        with self._db.write() as tx:
            return once.once(tx, key, bool, lambda: billing.close_account(tx, account_id, key, at))

    @activity.defn
    def answer_question(
        self, account_id: str, question: Question, decision: TaskDecision, key: str, at: datetime
    ) -> str:
        """Do what a person decided, as far as the rules still allow it; return what came of it."""
        with self._db.write() as tx:
            return once.once(tx, key, str, lambda: answer(tx, account_id, question, decision, key, at))

    @activity.defn
    def withdraw_question(self, account_id: str, task_id: str, at: datetime) -> bool:
        """Take a task off the worklist that nobody needs to answer any more."""
        with self._db.write() as tx:
            # The same key as the task's own closing: whichever comes first holds.
            return once.once(tx, f"close:{task_id}", bool, lambda: withdraw(tx, account_id, task_id, at))
