"""HumanDecision: one task for a person, until they answer or nobody does."""

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.tasks import TaskActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.work import subjects
    from revcycle.domain.work.owners import Owner
    from revcycle.domain.work.task import EXPIRED, WITHDRAWN, TaskDecision, TaskRequest
    from revcycle.temporal import names

from workflows.process import Carried, Process

ESCALATION = timedelta(days=7)
"""How long the role it escalates to has before the task counts as expired."""


@workflow.defn
class HumanDecision(Process):
    """Task out, deadline, decision *or* expiry; started again with its request, it goes on where it stood."""

    @workflow.init
    def __init__(self, request: TaskRequest, clock: BusinessClock) -> None:
        super().__init__(subjects.task(request.task_id), clock, Carried())
        self.task = request
        self.owner = request.type.owner
        self.decision: TaskDecision | None = None

    @workflow.run
    async def run(self, request: TaskRequest, clock: BusinessClock) -> TaskDecision:
        """Wait for an answer, and record it; cancelled by who asked, the task is withdrawn."""
        try:
            decision = await self.decided(request)
            await self.do(TaskActivities.close_task, request, decision)
        except BaseException as error:
            if not is_cancelled_exception(error):
                raise
            withdrawn = TaskDecision(WITHDRAWN, actor="system", reason="settled in another way")
            decision = self.decision or withdrawn
            await self.do(TaskActivities.close_task, request, decision)
            if decision.withdrawn:
                raise
        return decision

    async def decided(self, request: TaskRequest) -> TaskDecision:
        """Wait for the owner, then for the role it escalates to, then give the task back unanswered."""
        await self.do(TaskActivities.open_task, request)
        if not await self.answered(request.type.owner):
            self.owner = request.type.escalates_to
            second_due = max(request.due_at, self.waiting.now()) + ESCALATION
            await self.do(TaskActivities.escalate_task, request, second_due)
            await self.answered(self.owner)
        expired = TaskDecision(EXPIRED, actor="nobody", reason="no answer before the deadline")
        return self.decision or expired

    async def answered(self, owner: Owner) -> bool:
        """Wait for an answer, at most until the task's clock passes."""
        clock = self.next_clock
        assert clock is not None, "an open task has a clock"
        kind = self.task.kind.value
        self.show(f"Waiting for a {owner.value}: {kind}, due {clock.due_at:%Y-%m-%d}.")
        return await self.waiting.until(lambda: self.decision is not None, clock.due_at, clock.name.value)

    def attributes(self) -> dict[str, Any]:
        """Show who is waited for, and how much is at stake."""
        return super().attributes() | {
            names.OWNER_CLASS.name: self.owner.value,
            names.DEADLINE_NAME.name: f"{self.task.kind.value} by {self.owner.value}",
            names.AMOUNT_BAND.name: names.amount_band(self.task.amount_cents),
        }

    @workflow.update
    async def decide(self, decision: TaskDecision) -> str:
        """Take a person's answer; returns the choice in force."""
        self.decision = decision
        return decision.choice

    @decide.validator
    def check_decision(self, decision: TaskDecision) -> None:
        """Refuse an answer that is not offered, lacks what it needs, has no person behind it, or comes second."""
        if self.decision is not None:
            raise ValueError(f"already decided: {self.decision.choice}")
        kind = self.task.type
        choice = kind.choice(decision.choice)
        if choice is None:
            raise ValueError(f"choose one of: {', '.join(kind.names)}")
        if choice.needs and not decision.reference:
            raise ValueError(f"{choice.name.value} needs the {choice.needs.value} it refers to")
        if not decision.actor:
            raise ValueError("a decision needs the person who made it")
