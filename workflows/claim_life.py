"""What a claim's process is beside its steps: how it begins, comes back, asks people and shows where it stands."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.claim_position import ClaimPositionActivities
    from revcycle.domain.claims.progress import LostTask
    from revcycle.domain.claims.stage import STAGES, ClaimStage
    from revcycle.domain.claims.step import ClaimStep
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.work import subjects
    from revcycle.domain.work.act import Act
    from revcycle.domain.work.position import Position
    from revcycle.domain.work.starts import ClaimStart
    from revcycle.domain.work.task import TaskDecision
    from revcycle.domain.work.task_kinds import TASKS, TaskKind
    from revcycle.temporal import names

from workflows.asking import ask
from workflows.process import Carried, Process

T = TypeVar("T")

CORRECTION_TIME = timedelta(days=5)
"""How long the biller has before the manager is asked."""
_TOLD = frozenset({TaskKind.FILING_LIMIT_PASSED})
"""Tasks whose answer no step waits for."""


@dataclass
class ClaimCarried(Carried):
    """What a claim's process remembers beside its position: the next step and what that is about.

    ``asked`` counts the questions for its status since it was sent; ``denial_id`` is a denial taken up again.
    """

    step: ClaimStep = ClaimStep.VERIFY_COVERAGE
    denials: int = 0
    asked: int = 0
    task_kind: TaskKind = TaskKind.REVIEW
    reason: str = ""
    denial_id: str = ""
    remittance_id: str = ""


class ClaimLife(Process):
    """One life of a claim's process; the steps are the claim's own."""

    carried: ClaimCarried

    def __init__(self, start: ClaimStart, clock: BusinessClock, carried: ClaimCarried | None) -> None:
        super().__init__(start.subject, clock, carried or ClaimCarried())
        self.claim_id = start.claim_id
        self.asks = ""
        self.heard = False

    async def begin(self, start: ClaimStart) -> None:
        """A new claim holds the clocks that intake armed; one that has lived before goes on where it stands."""
        self.waiting.rung = False  # the ring that started us brings no news yet
        if not start.resume:
            self.carried.position = Position(ClaimStage.READY_TO_BILL, "", start.clocks)
            return
        act = Act(f"{self.subject}:{workflow.info().run_id}:locate", self.subject, self.waiting.now())
        found = self.told(await ask(ClaimPositionActivities.locate_claim, act, self.claim_id))
        self.carried.epoch, self.carried.step, self.carried.asked = found.epoch, found.step, found.asked
        self.carried.denial_id, self.carried.remittance_id = found.denial_id, found.remittance_id
        self.carried.reason = found.reason
        if found.step is ClaimStep.CORRECT:
            self.carried.task_kind = TaskKind.FIX_REJECTION
        for lost in found.tasks:
            await self.take_back(lost)
        self.waiting.ring()  # an answer of a payer may have woken us

    async def take_back(self, lost: LostTask) -> None:
        """End a task that an earlier life put before a person: it ended with that life, and its step asks anew.

        One that only tells somebody outlives who told it, unless the engine was lost: then it is told anew.
        """
        tells = lost.kind in _TOLD
        if tells and await self.runs(subjects.task(lost.task_id)):
            return
        await self.do(ClaimPositionActivities.withdraw_task, lost.task_id)
        if tells:
            due_at = self.waiting.now() + CORRECTION_TIME
            await self.tell_person(lost.kind, TASKS[lost.kind].title.lower(), due_at)

    async def runs(self, workflow_id: str) -> bool:
        """Tell whether a process can be rung."""
        try:
            await workflow.get_external_workflow_handle(workflow_id).signal(names.RING, "")
        except ApplicationError:
            return False
        return True

    async def decided(self, kind: TaskKind, reason: str) -> TaskDecision:
        """Put a task before a person and wait for the answer, or for its expiry after escalation."""
        self.asks = TASKS[kind].owner.value
        self.show(f"Claim {self.claim_id}: waits for a {self.asks}, {kind.value.replace('_', ' ')}.")
        decision = await self.ask_person(kind, reason, self.waiting.now() + CORRECTION_TIME)
        self.asks = ""
        return decision

    async def beside(self, work: Awaitable[T]) -> T:
        """What the inbox got while other work was waited for is read at the next wait."""
        self.heard = False
        answer = await super().beside(work)
        if self.heard:
            self.waiting.ring()
        return answer

    async def hear(self) -> None:
        """Stand where the database says; the news itself waits in the inbox until a step reads it."""
        self.heard = True
        await super().hear()

    def attributes(self) -> dict[str, Any]:
        """Show the stage, and whom it waits for: a person who was asked, else whom the stage waits for."""
        stage = ClaimStage(self.carried.position.stage)
        waits_for = self.asks or STAGES[stage].waits_for
        return super().attributes() | {names.CLAIM_STAGE.name: stage.value, names.OWNER_CLASS.name: waits_for}

    def stand(self, position: Position) -> None:
        """Say in words, too, where the claim stands and until when."""
        super().stand(position)
        first = self.next_clock
        by = f", {first.name.value} due {first.due_at:%Y-%m-%d}" if first else ""
        self.show(f"Claim {self.claim_id}: {position.stage.replace('_', ' ')}{by}.")

    async def renew(self, start: ClaimStart) -> None:
        """Start a fresh history when this one grows long, with all it remembers; ring for what came meanwhile."""
        if workflow.info().is_continue_as_new_suggested():
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(args=[start, self.waiting.clock, self.carried])
