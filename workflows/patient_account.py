"""PatientAccount: one guarantor's account, from the first balance until nothing is owed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, ChildWorkflowError
from temporalio.workflow import ChildWorkflowHandle

with workflow.unsafe.imports_passed_through():
    from activities.patient_billing import PatientBillingActivities
    from activities.patient_letters import PatientLetterActivities
    from activities.patient_requests import PatientRequestActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.patients.dispute import DisputeOutcome
    from revcycle.domain.patients.patient_account import Hold
    from revcycle.domain.patients.patient_step import (
        AccountAction,
        AccountPosition,
        AccountReview,
        NextStep,
        Question,
    )
    from revcycle.domain.patients.progress import RequestAnswer
    from revcycle.domain.work import subjects
    from revcycle.domain.work.starts import AccountStart
    from revcycle.domain.work.task import TaskDecision, TaskRequest
    from revcycle.domain.work.task_kinds import TASKS
    from revcycle.temporal import names

from workflows.asking import ask
from workflows.human_decision import HumanDecision
from workflows.waiting import Waiting

LETTER_TIME = timedelta(minutes=5)
"""How long one attempt to write or mail a letter may take (real time)."""
LETTER_PATIENCE = timedelta(hours=1)
"""How long a letter that was not let out waits for news before the account is judged again."""


@dataclass(frozen=True)
class Counters:
    """What carries over a new run: the counters that keys are made of. ``epoch`` is new each time it begins."""

    epoch: int = 0
    turn: int = 0
    asked: int = 0


@dataclass
class OpenQuestion:
    """A question on the worklist and the child that waits for its answer."""

    question: Question
    task_id: str
    handle: ChildWorkflowHandle[HumanDecision, TaskDecision]


@workflow.defn
class PatientAccount:
    """Asks the rules what comes next, does it, and rests until news or the next clock.

    The database holds where the account stands; a new run reads it there and goes on.
    """

    @workflow.init
    def __init__(self, start: AccountStart, clock: BusinessClock, counters: Counters | None) -> None:
        self.account_id = start.account_id
        self.waiting = Waiting(clock)
        counted = counters or Counters()
        self.epoch, self.turn, self.asked = counted.epoch, counted.turn, counted.asked
        self.questions: dict[str, OpenQuestion] = {}
        self.shown: tuple[Any, ...] = ()

    @workflow.run
    async def run(self, start: AccountStart, clock: BusinessClock, counters: Counters | None) -> str:
        """Carry the account until nothing is owed; returns how it ended."""
        while True:
            await self.begin()
            await self.take_answers()
            review = await self.review()
            await self.put_questions(review.questions)
            match review.step.action:
                case AccountAction.SEND:
                    await self.send(review.step)
                case AccountAction.WRITE_OFF_SMALL:
                    await self.write_off_small()
                case AccountAction.END_PLAN:
                    await self.end_plan(review.step)
                case AccountAction.CLOSE:
                    if await self.close():
                        return review.position.state
                case AccountAction.WAIT:
                    await self.rest(review)
            await self.renew(start)

    async def begin(self) -> None:
        """Open the account, or find where it stood."""
        if not self.epoch:
            key = f"begin:{workflow.info().run_id}:{self.turn}"
            self.epoch = await ask(
                PatientBillingActivities.begin_account, self.account_id, key, self.waiting.now()
            )

    async def take_answers(self) -> None:
        """Have done what people decided since the last turn."""
        for topic, open_question in list(self.questions.items()):
            if open_question.handle.done():
                del self.questions[topic]
                try:
                    decision = open_question.handle.result()
                except ChildWorkflowError:
                    continue  # somebody ended the task in Temporal itself: the review asks again
                question, key = open_question.question, self.key("answer")
                await ask(
                    PatientBillingActivities.answer_question,
                    self.account_id,
                    question,
                    decision,
                    key,
                    self.waiting.now(),
                )

    async def review(self) -> AccountReview:
        """Read the news and ask the rules what comes next."""
        self.waiting.rung = False
        key = self.key("review")
        return await ask(PatientBillingActivities.review_account, self.account_id, key, self.waiting.now())

    async def put_questions(self, wanted: tuple[Question, ...]) -> None:
        """Put the questions on the worklist that must be open, and take those off that need no answer."""
        topics = {question.topic for question in wanted}
        for topic in [topic for topic in self.questions if topic not in topics]:
            withdrawn = self.questions.pop(topic)
            activity = PatientBillingActivities.withdraw_question
            await ask(activity, self.account_id, withdrawn.task_id, self.waiting.now())
            withdrawn.handle.cancel()
        for question in wanted:
            if question.topic not in self.questions:
                self.questions[question.topic] = await self.put(question)

    async def put(self, question: Question) -> OpenQuestion:
        """Start the task; its answer rings us."""
        self.asked += 1
        task_id = f"{self.account_id}-{question.kind.value}-{self.epoch}-{self.asked}"
        request = TaskRequest(
            task_id,
            question.kind,
            subjects.account(self.account_id),
            question.reason,
            question.due_at,
            question.amount_cents,
        )
        handle = await workflow.start_child_workflow(
            HumanDecision.run, args=[request, self.waiting.clock], id=subjects.task(task_id)
        )
        handle.add_done_callback(lambda _: self.waiting.ring())
        return OpenQuestion(question, task_id, handle)

    async def send(self, step: NextStep) -> None:
        """Write a letter, let it out through the gate, mail it."""
        written = await workflow.execute_activity_method(
            PatientLetterActivities.write_letter,
            args=[self.account_id, step.letter, step.reference, self.key("write"), self.waiting.now()],
            task_queue=names.LETTERS_QUEUE,
            start_to_close_timeout=LETTER_TIME,
            summary=step.letter,
        )
        if written.letter_id and await self.release(written.letter_id):
            await workflow.execute_activity_method(
                PatientLetterActivities.mail_letter,
                args=[written.letter_id, self.waiting.now()],
                task_queue=names.LETTERS_QUEUE,
                start_to_close_timeout=LETTER_TIME,
            )
        else:
            await self.waiting.for_news(self.waiting.now() + LETTER_PATIENCE, f"{step.letter} again")

    async def release(self, letter_id: str) -> bool:
        """Let the letter out, if the gate is still open and it still says what is owed."""
        key = self.key("release")
        return await ask(PatientBillingActivities.release_letter, letter_id, key, self.waiting.now())

    async def write_off_small(self) -> None:
        """Write off what costs more to ask for than it is."""
        key = self.key("small_balance")
        await ask(PatientBillingActivities.write_off_small, self.account_id, key, self.waiting.now())

    async def end_plan(self, step: NextStep) -> None:
        """Record that the plan was kept, or broken."""
        key = self.key("plan_end")
        await ask(
            PatientBillingActivities.end_plan,
            self.account_id,
            step.reference,
            step.outcome,
            key,
            self.waiting.now(),
        )

    async def close(self) -> bool:
        """Close the account; news that came meanwhile open it again."""
        key = self.key("close")
        closed = await ask(PatientBillingActivities.close_account, self.account_id, key, self.waiting.now())
        if closed and not self.waiting.rung and workflow.all_handlers_finished():
            workflow.set_current_details(f"Account {self.account_id}: nothing is owed.")
            return True
        self.epoch = 0 if closed else self.epoch
        return False

    async def rest(self, review: AccountReview) -> None:
        """Show ops who is waited for until when; wait for news or that instant."""
        wake_at = review.step.wake_at or self.waiting.now() + timedelta(days=1)
        self.show(review, wake_at)
        await self.waiting.for_news(wake_at, review.step.name)

    def show(self, review: AccountReview, wake_at: datetime) -> None:
        """Write what ops see, when it changed."""
        owner = TASKS[review.questions[0].kind].owner.value if review.questions else "patient"
        band = names.amount_band(review.position.patient_cents)
        shown = (owner, wake_at, review.step.name, band)
        workflow.set_current_details(
            f"Account {self.account_id}: {review.step.reason}. "
            f"Next: {review.step.name}, {wake_at:%Y-%m-%d}. Open questions: {len(self.questions)}."
        )
        if shown != self.shown:
            self.shown = shown
            workflow.upsert_search_attributes(
                [
                    names.OWNER_CLASS.value_set(owner),
                    names.NEXT_DEADLINE.value_set(wake_at),
                    names.DEADLINE_NAME.value_set(review.step.name),
                    names.AMOUNT_BAND.value_set(band),
                ]
            )

    async def renew(self, start: AccountStart) -> None:
        """Go on in a new run when the history grows long and nobody is being asked."""
        if workflow.info().is_continue_as_new_suggested() and not self.questions:
            await workflow.wait_condition(workflow.all_handlers_finished)
            counted = Counters(self.epoch, self.turn, self.asked)
            workflow.continue_as_new(args=[start, self.waiting.clock, counted])

    def key(self, act: str) -> str:
        """Mint the key of the next effect."""
        self.turn += 1
        return f"{act}:{self.account_id}:{self.epoch}:{self.turn}"

    async def request(
        self, method: Callable[..., RequestAnswer], reference: str, *more: str
    ) -> AccountPosition:
        """Have a request taken once; refused ones go back to whoever made them, with the reason."""
        await workflow.wait_condition(lambda: self.epoch > 0)
        answer = await ask(method, self.account_id, reference, *more, self.waiting.now())
        self.waiting.ring()
        if answer.refusal:
            raise ApplicationError(answer.refusal, type="RequestRefused", non_retryable=True)
        return answer.position

    @workflow.update
    async def record_payment(self, payment_id: str, actor: str) -> AccountPosition:
        """Enter a payment the api has stored; the same payment again changes nothing."""
        return await self.request(PatientRequestActivities.post_payment, payment_id, actor)

    @record_payment.validator
    def check_record_payment(self, payment_id: str, actor: str) -> None:
        """Refuse what is not a payment's id, or has no person behind it."""
        check_reference("payment", "P", payment_id, actor)

    @workflow.update
    async def agree_plan(self, plan_id: str, actor: str) -> AccountPosition:
        """Put a plan in force whose terms the api has stored; refused when the rules forbid them."""
        return await self.request(PatientRequestActivities.agree_plan, plan_id, actor)

    @agree_plan.validator
    def check_agree_plan(self, plan_id: str, actor: str) -> None:
        """Refuse what is not a plan's id, or has no person behind it."""
        check_reference("plan", "L", plan_id, actor)

    @workflow.update
    async def apply_for_assistance(self, application_id: str, actor: str) -> AccountPosition:
        """Pause all asking for money until the application is decided."""
        return await self.request(PatientRequestActivities.open_application, application_id, actor)

    @apply_for_assistance.validator
    def check_apply_for_assistance(self, application_id: str, actor: str) -> None:
        """Refuse what is not an application's id, or has no person behind it."""
        check_reference("application", "H", application_id, actor)

    @workflow.update
    async def open_dispute(self, dispute_id: str, actor: str) -> AccountPosition:
        """Pause all contact until the dispute is answered."""
        return await self.request(PatientRequestActivities.open_dispute, dispute_id, actor)

    @open_dispute.validator
    def check_open_dispute(self, dispute_id: str, actor: str) -> None:
        """Refuse what is not a dispute's id, or has no person behind it."""
        check_reference("dispute", "Q", dispute_id, actor)

    @workflow.update
    async def resolve_dispute(self, dispute_id: str, outcome: str, actor: str) -> AccountPosition:
        """Say who was right; upheld waits for a manager's approval of the write-off."""
        await workflow.wait_condition(lambda: self.epoch > 0)
        method, key = PatientRequestActivities.resolve_dispute, self.key("resolve")
        return await self.request(method, dispute_id, outcome, actor, key)

    @resolve_dispute.validator
    def check_resolve_dispute(self, dispute_id: str, outcome: str, actor: str) -> None:
        """Refuse an unknown outcome, what is not a dispute's id, or has no person behind it."""
        check_reference("dispute", "Q", dispute_id, actor)
        if outcome not in {known.value for known in DisputeOutcome}:
            raise ValueError(f"choose one of: {', '.join(known.value for known in DisputeOutcome)}")

    @workflow.update
    async def set_hold(self, hold: str, actor: str) -> AccountPosition:
        """Stop all asking for a reason outside the bill; an empty hold lets it go on."""
        await workflow.wait_condition(lambda: self.epoch > 0)
        return await self.request(PatientRequestActivities.set_hold, hold, actor, self.key("hold"))

    @set_hold.validator
    def check_set_hold(self, hold: str, actor: str) -> None:
        """Refuse an unknown hold, or one with no person behind it."""
        if hold not in {known.value for known in Hold}:
            raise ValueError(
                f"choose one of: {', '.join(known.value for known in Hold if known)}, or nothing"
            )
        if not actor:
            raise ValueError("a request needs the person who made it")

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """There may be news: a balance that came, grew, shrank or went away."""
        self.waiting.ring()


def check_reference(what: str, prefix: str, reference: str, actor: str) -> None:
    """Raise ValueError unless the reference is one of its kind and a person is named."""
    if not (reference.startswith(prefix) and reference.removeprefix(prefix).isdigit()):
        raise ValueError(f"a {what} is named by its id: {prefix} and digits")
    if not actor:
        raise ValueError("a request needs the person who made it")
