"""HumanDecision: one task for a person, until they answer or nobody does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.tasks import TaskActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.work.task import EXPIRED, TaskDecision, TaskRequest
    from revcycle.temporal import names

from workflows.local import ask
from workflows.waiting import Waiting

ESCALATION = timedelta(days=7)
"""How long the escalation role has before the task counts as expired."""


@dataclass(frozen=True)
class HumanDecisionStart:
    """What is asked, and the clock it is asked on."""

    clock: BusinessClock
    request: TaskRequest


@workflow.defn
class HumanDecision:
    """Task out, deadline, decision *or* expiry."""

    @workflow.init
    def __init__(self, start: HumanDecisionStart) -> None:
        self.waiting = Waiting(start.clock)
        self.request = start.request
        self.decision: TaskDecision | None = None

    @workflow.run
    async def run(self, start: HumanDecisionStart) -> TaskDecision:
        """Wait for the owner, then for the escalation role, then give the task back unanswered."""
        await ask(TaskActivities.open_task, self.request, self.waiting.now())
        if not await self.answered(self.request.due_at, self.request.owner_role):
            second_due = max(self.request.due_at, self.waiting.now()) + ESCALATION
            await ask(TaskActivities.escalate_task, self.request, second_due, self.waiting.now())
            await self.answered(second_due, self.request.escalation_role)
        decision = self.decision or TaskDecision(
            EXPIRED, actor="nobody", reason="no answer before the deadline"
        )
        await ask(TaskActivities.close_task, self.request, decision, self.waiting.now())
        return decision

    async def answered(self, due_at: datetime, role: str) -> bool:
        """Show ops who is waited for until when, and wait."""
        workflow.upsert_search_attributes(
            [
                names.OWNER_CLASS.value_set(role),
                names.NEXT_DEADLINE.value_set(due_at),
                names.DEADLINE_NAME.value_set(f"{self.request.kind.value} by {role}"),
                names.AMOUNT_BAND.value_set(names.amount_band(self.request.amount_cents)),
            ]
        )
        workflow.set_current_details(
            f"Waiting for a {role}: {self.request.kind.value}, due {due_at:%Y-%m-%d}."
        )
        return await self.waiting.until(
            lambda: self.decision is not None, due_at, f"{self.request.kind.value} due"
        )

    @workflow.update
    async def decide(self, decision: TaskDecision) -> str:
        """Take a person's answer; returns the choice in force."""
        self.decision = decision
        return decision.choice

    @decide.validator
    def check_decision(self, decision: TaskDecision) -> None:
        """Refuse an answer that was not offered, has no person behind it, or comes second."""
        if self.decision is not None:
            raise ValueError(f"already decided: {self.decision.choice}")
        if decision.choice not in self.request.choices:
            raise ValueError(f"choose one of: {', '.join(self.request.choices)}")
        if not decision.actor:
            raise ValueError("a decision needs the person who made it")

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """Nothing waits in an inbox here; the doorbell is accepted so that a batch ring is harmless."""
