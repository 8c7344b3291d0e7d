"""One claim in a world of its own, lines that fail it, and an engine that forgets it."""

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.work import doorbell, tasks
from revcycle.db.work.tasks import TaskRow
from revcycle.domain.clock import BusinessClock
from revcycle.domain.work import subjects
from revcycle.domain.work.starts import ClaimStart
from revcycle.domain.work.task import TaskDecision
from revcycle.sandbox.payer.script import Fault
from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import generate
from tests.support import golden
from tests.support.worlds.world import Line, SkippedWorld, skipped_world
from workflows.human_decision import HumanDecision

FIRST_DAY = datetime(2026, 1, 5, 14, tzinfo=UTC)
CLAIM_ID = "C000001"
SUBJECT = subjects.claim(CLAIM_ID)
FOR_EVER = 1_000_000


@dataclass
class Bench:
    """One claim in a world."""

    world: SkippedWorld

    def row(self) -> ClaimRow:
        with self.world.db.read() as tx:
            return claims.load(tx, CLAIM_ID)

    def story(self) -> list[str]:
        with self.world.db.read() as tx:
            return [one.outcome for one in decisions.of_subject(tx, SUBJECT)]

    def tasks(self) -> tuple[TaskRow, ...]:
        with self.world.db.read() as tx:
            found = tasks.find(tx, subject=SUBJECT, open_only=False)
        return tuple(sorted(found, key=lambda one: one.task_id))

    def ring(self) -> None:
        with self.world.db.write() as tx:
            doorbell.wake(tx, ClaimStart(CLAIM_ID, resume=True))

    async def decide(self, task: TaskRow, decision: TaskDecision) -> str:
        handle = self.world.client.get_workflow_handle(subjects.task(task.task_id))
        return await handle.execute_update(HumanDecision.decide, decision)

    async def ending(self) -> str:
        return golden.ending(await self.world.client.get_workflow_handle(SUBJECT).fetch_history())

    async def until(self, reached: Callable[[], bool], days: int) -> None:
        """Let days pass until it is so."""
        for _ in range(days):
            if reached():
                return
            await self.world.pass_days(1)
        assert reached(), self.story()


@asynccontextmanager
async def one_claim(
    env: WorkflowEnvironment,
    home: Path,
    *faults: Fault,
    life: Life = Life.PAID_CLEAN,
    line: Line = lambda transport: transport,
) -> AsyncIterator[Bench]:
    """A practice with one claim of the life, imported."""
    practice = generate(5, 1, FIRST_DAY.date(), {life: 1})
    clock = BusinessClock((await env.get_current_time()).astimezone(UTC), FIRST_DAY)
    async with skipped_world(
        env, home, practice.script.with_faults(*faults), clock=clock, line=line
    ) as world:
        await world.import_file(write_batch(practice, FIRST_DAY))
        await world.settle()
        yield Bench(world)


class BadLine(httpx.AsyncBaseTransport):
    """A line that loses the first deliveries: on the way there, or on the way back; or for ever and says nothing."""

    def __init__(
        self, payer: httpx.AsyncBaseTransport, lose: str, count: int = 1, *, deaf: bool = False
    ) -> None:
        """Lose the ``request``, or the ``answer``, or swallow the batch and say it was ``taken``.

        One that is ``deaf`` refuses every question for a claim's status.
        """
        self._payer, self._lose, self._left, self._deaf = payer, lose, count, deaf
        self.keys: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry the request, or not."""
        if self._deaf and b"005010X212" in await request.aread():
            return httpx.Response(400)
        if request.url.path != "/batch":
            return await self._payer.handle_async_request(request)
        self.keys.append(request.headers["idempotency-key"])
        if not self._left:
            return await self._payer.handle_async_request(request)
        self._left -= 1
        if self._lose == "taken":
            return httpx.Response(202, json={"receipt": "R0"})
        if self._lose == "answer":
            await self._payer.handle_async_request(request)
        raise httpx.ReadTimeout("silence", request=request)


async def lose(bench: Bench, *workflow_ids: str) -> None:
    """The engine forgets these processes; the claim is told to go on."""
    for workflow_id in (SUBJECT, *workflow_ids):
        with contextlib.suppress(RPCError):  # a child may have ended with its parent
            await bench.world.client.get_workflow_handle(workflow_id).terminate("the engine lost its memory")
    bench.ring()
    await bench.world.settle()


async def shown(bench: Bench) -> dict[str, str]:
    """What operations see of the claim: the last word on each search attribute, none where it was unset."""
    history = await bench.world.client.get_workflow_handle(SUBJECT).fetch_history()
    told: dict[str, str] = {}
    for event in history.events:
        upsert = event.upsert_workflow_search_attributes_event_attributes
        for name, payload in upsert.search_attributes.indexed_fields.items():
            told[name] = json.loads(payload.data or b"null")
    return {name: value for name, value in told.items() if value}
