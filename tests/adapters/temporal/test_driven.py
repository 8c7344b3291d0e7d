"""Workflows in driven time: they wait while it stands, go on when it is granted, and replay as they lived."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker

from revcycle.domain.clock import REAL_TIME, BusinessClock, Pace
from revcycle.temporal.driven import DrivenRunner
from revcycle.temporal.timeline import Timeline
from tests.support.patience import come
from workflows.catalog import runner

with workflow.unsafe.imports_passed_through():
    from workflows.waiting import Waiting

FIRST = datetime(2026, 1, 5, 14, tzinfo=UTC)
DAY = timedelta(days=1)
A_DAY_IN_A_FIFTIETH = (Pace(FIRST + 1000 * DAY, DAY / timedelta(seconds=0.02)),)


@dataclass(frozen=True)
class Wait:
    """Business days to sleep, and then to wait for a doorbell."""

    clock: BusinessClock
    days: int


@workflow.defn
class Waits:
    """Waits twice, and tells when each wait ended."""

    @workflow.init
    def __init__(self, start: Wait) -> None:
        self.waiting = Waiting(start.clock)

    @workflow.run
    async def run(self, start: Wait) -> list[str]:
        """Wait."""
        ended = [self.waiting.now().isoformat()]
        await self.waiting.sleep_until(FIRST + start.days * DAY, "the first wait")
        ended.append(self.waiting.now().isoformat())
        rang = await self.waiting.for_news(FIRST + 2 * start.days * DAY, "the second wait")
        return [*ended, self.waiting.now().isoformat(), str(rang)]


def real_now() -> datetime:
    return datetime.now(UTC)


async def timers(handle: WorkflowHandle[Waits, list[str]]) -> int:
    """How many timers came."""
    history = await handle.fetch_history()
    return sum(event.HasField("timer_fired_event_attributes") for event in history.events)


async def test_time_that_stands_holds_a_workflow_and_a_grant_lets_it_go(
    dev_server: WorkflowEnvironment, home: Path
) -> None:
    timeline = Timeline.begin(home / "timeline", A_DAY_IN_A_FIFTIETH, FIRST, real_now())
    driven, queue = DrivenRunner(runner(), timeline), f"driven-{uuid4().hex}"
    client = dev_server.client
    async with Worker(client, task_queue=queue, workflows=[Waits], workflow_runner=driven):
        handle = await client.start_workflow(Waits.run, Wait(REAL_TIME, 10), id=queue, task_queue=queue)
        for day in (5, 9):
            timeline.grant(FIRST + day * DAY, real_now)
            until = FIRST + day * DAY

            def reached(until: datetime = until) -> bool:
                return timeline.business(real_now()) >= until

            await come(reached, f"day {day}")
            came = await timers(handle)

            async def looked_again(came: int = came) -> bool:
                return await timers(handle) > came + 1

            await come(looked_again, "it looks at its clock again, and goes on waiting")
        timeline.grant(FIRST + 30 * DAY, real_now)
        began, first, second, rang = await handle.result()
        history = await handle.fetch_history()
    assert datetime.fromisoformat(began) < FIRST + DAY
    assert datetime.fromisoformat(first) + timedelta(seconds=1) >= FIRST + 10 * DAY
    assert datetime.fromisoformat(second) + timedelta(seconds=1) >= FIRST + 20 * DAY
    assert rang == "False"
    timeline.grant(FIRST + 60 * DAY, real_now)
    replayed = DrivenRunner(runner(), Timeline(home / "timeline"))
    await Replayer(workflows=[Waits], workflow_runner=replayed).replay_workflow(history)
