"""What every process shares: its keys, its position and clocks, how it asks people, what operations see of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from activities.clocks import ClockActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.work import subjects
    from revcycle.domain.work.act import Act
    from revcycle.domain.work.clocks import CLOCKS, Clock
    from revcycle.domain.work.position import Position
    from revcycle.domain.work.task import TaskDecision, TaskRequest
    from revcycle.domain.work.task_kinds import TaskKind
    from revcycle.temporal import names

from workflows.asking import ask
from workflows.waiting import Waiting

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Carried:
    """What a process remembers over a fresh history: the counters its keys are made of, and its position.

    ``epoch`` tells this life of the process from the ones before it.
    """

    epoch: int = 0
    acts: int = 0
    tasks: int = 0
    position: Position = field(default_factory=Position)


class Process:
    """A process that acts on the database, waits for its clocks, and asks people.

    Its position (stage, armed clocks) is what the last effect answered: the process shows it to operations and
    waits for the earliest of its clocks. Nothing else arms a timer, so record and timer cannot differ.
    """

    def __init__(self, subject: str, clock: BusinessClock, carried: Carried) -> None:
        self.subject = subject
        self.carried = carried
        self.waiting = Waiting(clock)
        self._one_at_a_time = asyncio.Lock()
        self._shown: dict[str, Any] = {}

    def act(self, name: str) -> Act:
        """Mint the next act: its key names the process, this life of it, and a count."""
        self.carried.acts += 1
        key = f"{self.subject}:{self.carried.epoch}:{self.carried.acts}:{name}"
        return Act(key, self.subject, self.waiting.now())

    async def do(
        self,
        method: Callable[Concatenate[Any, Act, P], tuple[T, Position | None]],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        """Have an effect done beside the workflow; stand where it says; return its answer.

        One effect at a time: an update that acts while the process acts must not bring back an older position.
        """
        assert not named, "an activity takes its arguments by place"
        async with self._one_at_a_time:
            return self.told(await ask(method, self.act(method.__name__), *arguments, **named))

    def told(self, answer: tuple[T, Position | None]) -> T:
        """Stand where an effect says the process stands now; return what else it answered."""
        if answer[1] is not None:
            self.stand(answer[1])
        return answer[0]

    def stand(self, position: Position) -> None:
        """Take the position over and show it to operations."""
        self.carried.position = position
        self.show()

    def show(self, words: str = "", **more: Any) -> None:
        """Show operations where the process stands, in one upsert when something changed; ``words`` say it in full."""
        if words:
            workflow.set_current_details(words)
        wanted = self.attributes() | more
        changed = {key: value for key, value in wanted.items() if self._shown.get(key) != value}
        if changed:
            self._shown |= changed
            workflow.upsert_search_attributes([_update(key, value) for key, value in changed.items()])

    def attributes(self) -> dict[str, Any]:
        """Return the search attributes of the position; None unsets one. A process adds its own."""
        first = self.next_clock
        return {
            names.NEXT_DEADLINE.name: first.due_at if first else None,
            names.DEADLINE_NAME.name: first.name.value if first else None,
            names.OWNER_CLASS.name: CLOCKS[first.name].waits_for if first else None,
        }

    @property
    def next_clock(self) -> Clock | None:
        """The earliest armed clock."""
        clocks = self.carried.position.clocks
        return clocks[0] if clocks else None

    async def wait(self) -> Clock | None:
        """Wait for news, at most until the earliest clock; return the clock that passed, None when news came."""
        first = self.next_clock
        if first is None:
            raise RuntimeError(f"{self.subject} would wait without a clock")
        return None if await self.waiting.for_news(first.due_at, first.name.value) else first

    async def beside(self, work: Awaitable[T]) -> T:
        """Wait for other work (a child, a person) while the process's own clocks go on and news is read."""
        task = asyncio.ensure_future(work)
        while not task.done():
            first = self.next_clock
            if first is None:
                await workflow.wait_condition(lambda: task.done() or self.waiting.rung)
            else:
                await self.waiting.until(
                    lambda: task.done() or self.waiting.rung, first.due_at, first.name.value
                )
            if task.done():
                break
            if self.waiting.rung:
                self.waiting.rung = False
                await self.hear()
            elif first is not None:
                await self.passed(first)
        return await task

    async def hear(self) -> None:
        """News came while the process waited for other work: stand where the database says. A process may do more."""
        self.stand(await ask(ClockActivities.read_position, self.subject))

    async def passed(self, clock: Clock) -> None:
        """A clock passed that nothing else answers: it is missed. A process may do more."""
        await self.do(ClockActivities.miss_clock, clock.name)

    async def ask_person(
        self, kind: TaskKind, reason: str, due_at: datetime, *, about: str = "", cents: int = 0
    ) -> TaskDecision:
        """Put a task before a person; return the answer, or that nobody gave one even after escalation."""
        request = self.request(kind, reason, due_at, about=about, cents=cents)
        return await self.beside(
            workflow.execute_child_workflow(
                "HumanDecision",
                args=[request, self.waiting.clock],
                id=subjects.task(request.task_id),
                result_type=TaskDecision,
            )
        )

    async def tell_person(
        self, kind: TaskKind, reason: str, due_at: datetime, *, about: str = "", cents: int = 0
    ) -> None:
        """Put something on the worklist that needs a person's eyes, and go on without waiting for the answer."""
        request = self.request(kind, reason, due_at, about=about, cents=cents)
        await workflow.start_child_workflow(
            "HumanDecision",
            args=[request, self.waiting.clock],
            id=subjects.task(request.task_id),
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        )

    @workflow.query
    def position(self) -> Position:
        """Where the process stands, and the clocks it waits for, as the last effect told it."""
        return self.carried.position

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """There may be news in the inbox; a lost, doubled or early ring costs nothing."""
        self.waiting.ring()

    def request(
        self, kind: TaskKind, reason: str, due_at: datetime, *, about: str = "", cents: int = 0
    ) -> TaskRequest:
        """Mint the next task: its id names what asks, the kind, and a count that goes on over lives."""
        self.carried.tasks += 1
        name = self.subject.partition("/")[2]
        task_id = f"{name}-{kind.value}-{self.carried.epoch * 100 + self.carried.tasks}"
        return TaskRequest(task_id, kind, about or self.subject, reason, due_at, cents)


_KEYS = {
    key.name: key
    for key in (
        names.CLAIM_STAGE,
        names.PAYER_CLASS,
        names.NEXT_DEADLINE,
        names.DEADLINE_NAME,
        names.OWNER_CLASS,
        names.AMOUNT_BAND,
    )
}


def _update(name: str, value: Any) -> SearchAttributeUpdate[Any]:
    key: Any = _KEYS[name]
    update: SearchAttributeUpdate[Any] = key.value_unset() if value is None else key.value_set(value)
    return update
