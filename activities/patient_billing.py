"""The account's own activities: begin, review, write off what is too small, end a plan, close."""

from revcycle.db.engine import Tx
from revcycle.domain.patients.patient_step import AccountReview, Question
from revcycle.domain.patients.payment_plan import PlanState
from revcycle.domain.patients.progress import AccountBegun
from revcycle.domain.work.act import Act
from revcycle.domain.work.task import TaskDecision
from revcycle.effects.effect import Door, effect
from revcycle.effects.patients import billing, letter_release, plans, questions, review


class PatientBillingActivities(Door):
    """What PatientAccount asks of the database."""

    @effect
    def begin_account(self, tx: Tx, act: Act, account_id: str) -> AccountBegun:
        """Open the account, or go on where it stood."""
        return billing.begin_account(tx, act, account_id)

    @effect
    def review_account(self, tx: Tx, act: Act, account_id: str) -> AccountReview:
        """Judge the account: what to do now, which questions must be open, what to wait for."""
        return review.review_account(tx, act, account_id)

    @effect
    def release_letter(self, tx: Tx, act: Act, letter_id: str) -> bool:
        """Let a letter out through the contact gate; False when it must not go, or no longer says what is owed."""
        return letter_release.release_letter(tx, act, letter_id)

    @effect
    def write_off_small(self, tx: Tx, act: Act, account_id: str) -> bool:
        """Write off a balance below what a statement costs; False when it is no longer so small."""
        return billing.write_off_small(tx, act, account_id)

    @effect
    def end_plan(self, tx: Tx, act: Act, account_id: str, plan_id: str, outcome: PlanState) -> bool:
        """Record that a plan was kept or broken; a broken one lets the ladder go on with a new statement."""
        return plans.end_plan(tx, act, account_id, plan_id, outcome)

    @effect
    def close_account(self, tx: Tx, act: Act, account_id: str) -> bool:
        """Nothing is owed: stop the clocks. False when something is owed after all."""
        return billing.close_account(tx, act, account_id)

    @effect
    def answer_question(
        self, tx: Tx, act: Act, account_id: str, question: Question, decision: TaskDecision
    ) -> str:
        """Do what a person decided, as far as the rules still allow it; return what came of it."""
        return questions.answer_question(tx, act, account_id, question, decision)
