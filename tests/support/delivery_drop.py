"""A world whose line to the payer is bad, and claims that want to go over it."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
from temporalio.testing import WorkflowEnvironment

from revcycle.db.claims import claims
from revcycle.db.exchange import connections, submissions
from revcycle.db.exchange.submissions import BatchRow
from revcycle.db.mail import documents
from revcycle.db.work import tasks
from revcycle.db.work.tasks import TaskRow
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.clock import BusinessClock
from revcycle.domain.exchange.connection import ConnectionState
from revcycle.domain.work import subjects
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.edi.claim_837.x12_837 import read_claims
from revcycle.effects.claims.intake import CONNECTION
from revcycle.rules.claims.timely_filing import filing_deadline
from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import generate
from tests.support.exchange.lossy_line import REQUEST, LossyLine
from tests.support.policies import policy_for
from tests.support.worlds.world import SkippedWorld, skipped_world
from workflows.human_decision import HumanDecision

FIRST_DAY = datetime(2026, 1, 5, 14, tzinfo=UTC)
CLAIMS = 6
SILENT = (REQUEST,) * 200


@dataclass
class Drop:
    """A world whose line to the payer is bad, and some claims that want to go over it."""

    world: SkippedWorld
    line: LossyLine
    data: bytes

    async def send(self) -> None:
        await self.world.import_file(self.data)
        await self.world.settle()

    async def until_all(self, stage: ClaimStage, days: int = 40) -> None:
        for _ in range(days):
            if set(self.stages().values()) == {stage}:
                return
            await self.world.pass_days(1)
        assert set(self.stages().values()) == {stage}, self.stages()

    def stages(self) -> dict[str, ClaimStage]:
        with self.world.db.read() as tx:
            return {row.claim_id: row.stage for row in claims.find(tx, limit=100)}

    def filings(self) -> Counter[str]:
        """How many claims the payer has taken in under each patient control number."""
        rows = self.world.office.book.sql.execute("select patient_control_number from claim")
        return Counter(row[0] for row in rows)

    def batches(self) -> list[BatchRow]:
        with self.world.db.read() as tx:
            found = {b.batch_id: b for c in self.stages() for b in submissions.batches_of_claim(tx, c)}
        return [found[key] for key in sorted(found)]

    def sent_deadlines(self) -> list[date]:
        """Return the filing deadlines of the claims in the order in which the last batch names them."""
        with self.world.db.read() as tx:
            file = read_claims(documents.content(tx, self.batches()[-1].document_id))
            rows = [claims.by_control_number(tx, one.claim.patient_control_number) for one in file.claims]
            limit = [(policy_for(r.filing_indicator, r.payer_id, r.service_date), r) for r in rows if r]
            return [filing_deadline(policy, row.service_date) for policy, row in limit]

    def state(self) -> ConnectionState:
        with self.world.db.read() as tx:
            return connections.status(tx, CONNECTION, FIRST_DAY).state

    def tasks(self, kind: TaskKind) -> list[TaskRow]:
        with self.world.db.read() as tx:
            return [one for one in tasks.find(tx, open_only=False) if one.kind is kind]

    async def decide(self, task: TaskRow, choice: str) -> None:
        handle = self.world.client.get_workflow_handle(subjects.task(task.task_id))
        await handle.execute_update(HumanDecision.decide, TaskDecision(choice, "biller"))
        await self.world.settle()


@asynccontextmanager
async def drop(
    env: WorkflowEnvironment, home: Path, *fates: str, proofs: tuple[str, ...] = (), count: int = CLAIMS
) -> AsyncIterator[Drop]:
    practice = generate(5, count, FIRST_DAY.date(), {Life.PAID_CLEAN: 1})
    clock = BusinessClock((await env.get_current_time()).astimezone(UTC), FIRST_DAY)
    lines: list[LossyLine] = []

    def bad(transport: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        lines.append(LossyLine(transport, *fates, proofs=proofs))
        return lines[0]

    async with skipped_world(env, home, practice.script, clock=clock, line=bad) as world:
        yield Drop(world, lines[0], write_batch(practice, FIRST_DAY))
