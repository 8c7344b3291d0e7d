"""PatientAccount: one guarantor's account, from the first balance until nothing is owed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, ChildWorkflowError, is_cancelled_exception
from temporalio.workflow import ChildWorkflowHandle

with workflow.unsafe.imports_passed_through():
    from activities.patient_billing import PatientBillingActivities
    from activities.patient_letters import PatientLetterActivities
    from activities.patient_requests import PatientRequestActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.patients.patient_step import (
        AccountAction,
        AccountPosition,
        AccountReview,
        NextStep,
        Question,
    )
    from revcycle.domain.patients.progress import RequestAnswer
    from revcycle.domain.patients.requests import (
        ApplicationToOpen,
        DisputeToOpen,
        DisputeToResolve,
        HoldToSet,
        PaymentToPost,
        PlanToAgree,
    )
    from revcycle.domain.work import subjects
    from revcycle.domain.work.act import Act
    from revcycle.domain.work.position import Position
    from revcycle.domain.work.starts import AccountStart
    from revcycle.domain.work.task import TaskDecision, TaskRequest
    from revcycle.temporal import names

from workflows.asking import LETTERS, ask
from workflows.human_decision import HumanDecision
from workflows.process import Carried, Process

R = TypeVar("R")
LETTER_PATIENCE = timedelta(hours=1)
"""How long a letter that was not let out waits for news before the account is judged again."""


@dataclass
class OpenQuestion:
    """A question on the worklist and the child that waits for its answer."""

    question: Question
    task: TaskRequest
    handle: ChildWorkflowHandle[HumanDecision, TaskDecision]


@workflow.defn
class PatientAccount(Process):
    """Asks the rules what comes next, does it, and rests until news or the next clock.

    The database holds where the account stands; a new life reads it there and goes on.
    """

    @workflow.init
    def __init__(self, start: AccountStart, clock: BusinessClock, carried: Carried | None) -> None:
        super().__init__(start.subject, clock, carried or Carried())
        self.account_id = start.account_id
        self.open_questions: dict[str, OpenQuestion] = {}
        self.left: list[TaskRequest] = []
        self.judged: AccountReview | None = None
        self.news = False

    @workflow.run
    async def run(self, start: AccountStart, clock: BusinessClock, carried: Carried | None) -> str:
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
                    await self.do(PatientBillingActivities.write_off_small, self.account_id)
                case AccountAction.END_PLAN:
                    await self.end_plan(review.step)
                case AccountAction.CLOSE:
                    if await self.close():
                        return review.position.state
                case AccountAction.WAIT:
                    await self.rest(review)
            await self.renew(start)

    async def begin(self) -> None:
        """Open the account, or find where it stood: take over the tasks and the mail the life before left."""
        if self.carried.epoch:
            return
        act = self.act(f"begin:{workflow.info().run_id}")  # no epoch yet tells this life from another
        begun = self.told(await ask(PatientBillingActivities.begin_account, act, self.account_id))
        self.carried.epoch = begun.epoch
        known = {opened.task.task_id for opened in self.open_questions.values()}
        self.left += [task for task in begun.tasks if task.task_id not in known]
        for letter_id in begun.letters:
            await self.mail(letter_id)

    async def take_answers(self) -> None:
        """Have done what people decided since the last turn."""
        for topic, opened in list(self.open_questions.items()):
            if not opened.handle.done():
                continue
            del self.open_questions[topic]
            try:
                decision = opened.handle.result()
            except ChildWorkflowError as ended:
                if not is_cancelled_exception(ended):
                    self.left.append(
                        opened.task
                    )  # its process is gone, the task is not: it is taken up again
                continue
            answer = PatientBillingActivities.answer_question
            await self.do(answer, self.account_id, opened.question, decision)

    async def review(self) -> AccountReview:
        """Read the news and ask the rules what comes next."""
        self.waiting.rung = self.news = False
        self.judged = await self.do(PatientBillingActivities.review_account, self.account_id)
        return self.judged

    async def put_questions(self, wanted: tuple[Question, ...]) -> None:
        """Put the questions on the worklist that must be open, and take those off that need no answer."""
        topics = {question.topic for question in wanted}
        for topic in [topic for topic in self.open_questions if topic not in topics]:
            await self.withdraw(self.open_questions.pop(topic).handle)
        for question in wanted:
            if question.topic not in self.open_questions:
                self.open_questions[question.topic] = await self.put(question)
        for task in self.left:
            await self.withdraw(await self.start(task))
        self.left.clear()

    async def put(self, question: Question) -> OpenQuestion:
        """Put a question on the worklist, or take up the task that asks it already."""
        task = next((left for left in self.left if left.kind is question.kind), None)
        if task is not None:
            self.left.remove(task)
        else:
            cents = question.amount_cents
            task = self.request(question.kind, question.reason, question.due_at, cents=cents)
        return OpenQuestion(question, task, await self.start(task))

    async def start(self, task: TaskRequest) -> ChildWorkflowHandle[HumanDecision, TaskDecision]:
        """Start the process of a task, or start it again; its answer rings us."""
        handle = await workflow.start_child_workflow(
            HumanDecision.run,
            args=[task, self.waiting.clock],
            id=subjects.task(task.task_id),
            # The life before may have been ended a moment ago, and its tasks not yet.
            id_reuse_policy=WorkflowIDReusePolicy.TERMINATE_IF_RUNNING,
        )
        handle.add_done_callback(lambda _: self.waiting.ring())
        return handle

    async def withdraw(self, handle: ChildWorkflowHandle[HumanDecision, TaskDecision]) -> None:
        """Have a task taken off the worklist: its own process closes it and ends its clock."""
        handle.cancel()
        await asyncio.gather(handle, return_exceptions=True)

    async def send(self, step: NextStep) -> None:
        """Write a letter, let it out through the gate, mail it; one not let out is judged again."""
        assert step.letter is not None, "SEND names a letter"
        act = self.act("write_letter")
        written = await self.beside(
            LETTERS.ask(
                PatientLetterActivities.write_letter, act, self.account_id, step.letter, step.reference
            )
        )
        released = False
        if written.letter_id:
            released = await self.do(PatientBillingActivities.release_letter, written.letter_id)
        if released:
            await self.mail(written.letter_id)
        elif not self.news:
            # Only a pause before the next try: the clock of the letter is armed, and the review ends it.
            again = self.waiting.now() + LETTER_PATIENCE
            await self.waiting.for_news(again, f"{step.letter.value} again")

    async def mail(self, letter_id: str) -> None:
        """Give a letter that was let out to the mail house."""
        await self.beside(
            LETTERS.ask(PatientLetterActivities.mail_letter, self.act("mail_letter"), letter_id)
        )

    async def hear(self) -> None:
        """News came while a letter was on its way: the review that follows reads it."""
        self.news = True

    async def end_plan(self, step: NextStep) -> None:
        """Record that the plan was kept, or broken."""
        assert step.outcome is not None, "END_PLAN says how"
        await self.do(PatientBillingActivities.end_plan, self.account_id, step.reference, step.outcome)

    async def close(self) -> bool:
        """Close the account; news that came meanwhile open it again."""
        closed = await self.do(PatientBillingActivities.close_account, self.account_id)
        await workflow.wait_condition(
            workflow.all_handlers_finished
        )  # one that came this very moment begins first
        if closed and not self.waiting.rung:
            self.show(f"Account {self.account_id}: nothing is owed.")
            return True
        self.carried.epoch = 0 if closed else self.carried.epoch
        return False

    async def rest(self, review: AccountReview) -> None:
        """Show ops who is waited for until when; wait for news or the next clock."""
        clock = self.next_clock
        assert clock is not None, "a review that says WAIT arms a clock"
        self.show(
            f"Account {self.account_id}: {review.step.reason}. "
            f"Next: {clock.name.value}, {clock.due_at:%Y-%m-%d}. Open questions: {len(self.open_questions)}."
        )
        await self.wait()

    def attributes(self) -> dict[str, Any]:
        """Show who is asked, where a person is, and how much the patient owes."""
        shown = super().attributes()
        if self.open_questions:
            shown[names.OWNER_CLASS.name] = next(iter(self.open_questions.values())).task.type.owner.value
        if self.judged is not None:
            shown[names.AMOUNT_BAND.name] = names.amount_band(self.judged.position.patient_cents)
        return shown

    async def renew(self, start: AccountStart) -> None:
        """Go on in a new run when the history grows long and nobody is being asked."""
        if workflow.info().is_continue_as_new_suggested() and not self.open_questions:
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(args=[start, self.waiting.clock, self.carried])

    async def take(
        self, method: Callable[[Any, Act, str, R], tuple[RequestAnswer, Position | None]], asked: R
    ) -> AccountPosition:
        """Have a request taken once; refused ones go back to whoever made them, with the reason."""
        await workflow.wait_condition(lambda: self.carried.epoch > 0)
        answer = await self.do(method, self.account_id, asked)
        self.waiting.ring()
        if answer.position is None:
            raise ApplicationError(answer.refusal, type="RequestRefused", non_retryable=True)
        return answer.position

    @workflow.update
    async def record_payment(self, asked: PaymentToPost) -> AccountPosition:
        """Enter a payment the api has stored; the same payment again changes nothing."""
        return await self.take(PatientRequestActivities.post_payment, asked)

    @record_payment.validator
    def check_record_payment(self, asked: PaymentToPost) -> None:
        """Refuse what is not a payment's id, or has no person behind it."""
        asked.check()

    @workflow.update
    async def agree_plan(self, asked: PlanToAgree) -> AccountPosition:
        """Put a plan in force whose terms the api has stored; refused when the rules forbid them."""
        return await self.take(PatientRequestActivities.agree_plan, asked)

    @agree_plan.validator
    def check_agree_plan(self, asked: PlanToAgree) -> None:
        """Refuse what is not a plan's id, or has no person behind it."""
        asked.check()

    @workflow.update
    async def apply_for_assistance(self, asked: ApplicationToOpen) -> AccountPosition:
        """Pause all asking for money until the application is decided."""
        return await self.take(PatientRequestActivities.open_application, asked)

    @apply_for_assistance.validator
    def check_apply_for_assistance(self, asked: ApplicationToOpen) -> None:
        """Refuse what is not an application's id, or has no person behind it."""
        asked.check()

    @workflow.update
    async def open_dispute(self, asked: DisputeToOpen) -> AccountPosition:
        """Pause all contact until the dispute is answered."""
        return await self.take(PatientRequestActivities.open_dispute, asked)

    @open_dispute.validator
    def check_open_dispute(self, asked: DisputeToOpen) -> None:
        """Refuse what is not a dispute's id, or has no person behind it."""
        asked.check()

    @workflow.update
    async def resolve_dispute(self, asked: DisputeToResolve) -> AccountPosition:
        """Say who was right; upheld waits for a manager's approval of the write-off."""
        return await self.take(PatientRequestActivities.resolve_dispute, asked)

    @resolve_dispute.validator
    def check_resolve_dispute(self, asked: DisputeToResolve) -> None:
        """Refuse what is not a dispute's id, or has no person behind it."""
        asked.check()

    @workflow.update
    async def set_hold(self, asked: HoldToSet) -> AccountPosition:
        """Stop all asking for a reason outside the bill; no hold lets it go on."""
        return await self.take(PatientRequestActivities.set_hold, asked)

    @set_hold.validator
    def check_set_hold(self, asked: HoldToSet) -> None:
        """Refuse a hold with no person behind it."""
        asked.check()

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """There may be news: a balance that came, grew, shrank or went away."""
        self.waiting.ring()
