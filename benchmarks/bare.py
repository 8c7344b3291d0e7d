"""A bare Temporal workflow with the counts of a clean claim and nothing else, and its load.

Server, codec, queues, worker settings and payload sizes are the product's; the activities return at once.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client

with workflow.unsafe.imports_passed_through():
    from revcycle.temporal import names

BARE_QUEUE, BARE_IO_QUEUE = "bare", "bare-io"
WINDOW = 200
"""Open workflows at a time, as in the product's run."""
PAUSE_SECONDS = 1.0
"""The pause between a workflow's wait and its signal, so that its timer is armed, as the product's is."""


@dataclass(frozen=True)
class Shape:
    """The contents of one claim's history: counts, and the mean bytes of an activity's argument and answer."""

    activities: int
    local_activities: int
    signals: int
    timers: int
    upserts: int
    argument_bytes: int
    answer_bytes: int


@activity.defn
async def bare_activity(argument: str, answer_bytes: int) -> str:
    """Return that many bytes at once."""
    return "x" * answer_bytes


class BareRelay:
    """Local activities, and the signals that follow them, sent from the worker's process as the product sends them."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._due: list[tuple[float, str]] = []

    @activity.defn
    def bare_local_activity(self, argument: str, answer_bytes: int, ring: bool) -> str:
        """Return at once, from a thread, as the product's SQL activities do; signal the workflow a little later."""
        if ring:
            workflow_id = activity.info().workflow_id
            assert workflow_id is not None, "a local activity belongs to a workflow"
            self._due.append((time.monotonic() + PAUSE_SECONDS, workflow_id))
        return "x" * answer_bytes

    async def run(self) -> None:
        """Send due signals, for ever."""
        while True:
            now = time.monotonic()
            due = [workflow_id for at, workflow_id in self._due if at <= now]
            self._due = [one for one in self._due if one[0] > now]
            await asyncio.gather(*(self._client.get_workflow_handle(one).signal("ring", "") for one in due))
            await asyncio.sleep(0.05)


@workflow.defn
class Bare:
    """Remote activities, then for each signal: a local activity, an upsert, a timer that the next signal cancels."""

    def __init__(self) -> None:
        self.signals = 0

    @workflow.run
    async def run(self, shape: Shape) -> str:
        """Run the shape."""
        argument = "x" * shape.argument_bytes
        for _ in range(shape.activities):
            await workflow.execute_activity(
                bare_activity,
                args=[argument, shape.answer_bytes],
                task_queue=BARE_IO_QUEUE,
                start_to_close_timeout=timedelta(seconds=60),
            )
        for turn in range(shape.local_activities):
            await workflow.execute_local_activity_method(
                BareRelay.bare_local_activity,
                args=[argument, shape.answer_bytes, turn < shape.signals - 1],
                start_to_close_timeout=timedelta(seconds=30),
            )
            if turn < shape.upserts:
                workflow.upsert_search_attributes([names.CLAIM_STAGE.value_set(f"bare_{turn}")])
            if turn < shape.signals - 1:
                await self.wait_for(turn + 2, armed=turn < shape.timers)
        return "done"

    async def wait_for(self, signals: int, *, armed: bool) -> None:
        """Wait for that many signals, under a timer that never fires in this run."""
        limit = timedelta(days=30) if armed else None
        await workflow.wait_condition(lambda: self.signals >= signals, timeout=limit, timeout_summary="bare")

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """Count one more signal."""
        self.signals += 1


async def load(client: Client, shape: Shape, count: int, name: str) -> float:
    """Run ``count`` bare workflows, ``WINDOW`` at a time; return workflows a second."""
    lanes = asyncio.Semaphore(WINDOW)

    async def one(number: int) -> None:
        async with lanes:
            handle = await client.start_workflow(
                Bare.run,
                shape,
                id=f"{name}/{number}",
                task_queue=BARE_QUEUE,
                start_signal="ring",
                start_signal_args=[""],
            )
            await handle.result()

    began = time.monotonic()
    await asyncio.gather(*(one(number) for number in range(count)))
    return count / (time.monotonic() - began)
