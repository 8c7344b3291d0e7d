"""A worker for remittances on the time-skipping server, a database, a bank, and a person who answers tasks."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.clocks import ClockActivities
from activities.posting import PostingActivities
from activities.reassociation import ReassociationActivities
from activities.remittance import RemittanceActivities
from activities.tasks import TaskActivities
from revcycle.db.engine import Database
from revcycle.db.remittances import deposits, remittances
from revcycle.db.work import deadlines, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.db.work.tasks import TaskRow
from revcycle.domain.clock import BusinessClock
from revcycle.domain.remittances.remittance import Remittance as RemittanceFacts
from revcycle.domain.remittances.state import RemittanceState
from revcycle.domain.work import subjects
from revcycle.domain.work.starts import RemittanceStart
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from tests.support.remittances.remittance_book import (
    AT,
    charge,
    claim_facts,
    open_book,
    receive,
)
from workflows.human_decision import HumanDecision
from workflows.remittance import Remittance

QUEUE = "test-remittance"


class World:
    """A worker on a database, a business clock that starts at AT, and a person who answers tasks."""

    def __init__(self, env: WorkflowEnvironment, db: Database, clock: BusinessClock) -> None:
        self.env, self.db, self.clock = env, db, clock

    async def start(self, facts: RemittanceFacts) -> WorkflowHandle[Remittance, str]:
        """Receive a remittance and start its workflow, as the relay would."""
        remittance_id = receive(self.db, facts)
        assert remittance_id is not None
        return await self.env.client.start_workflow(
            Remittance.run,
            args=[RemittanceStart(remittance_id), self.clock, None],
            id=subjects.remittance(remittance_id),
            task_queue=QUEUE,
        )

    def deposit(self, trace: str, amount: str) -> str:
        """The bank's file with one credit; returns the id the deposit got."""
        csv = f"deposit_date,amount,eft_trace_number,payer_id\n2026-03-04,{amount},{trace},PAY01\n"
        with self.db.write() as tx:
            return deposits.receive_csv(tx, csv.encode(), "document", AT).deposit_ids[0]

    async def task(self) -> TaskRow:
        """The open task; waits until there is one."""
        for _ in range(400):
            with self.db.read() as tx:
                if found := tasks.find(tx):
                    return found[0]
            await asyncio.sleep(0.02)
        raise AssertionError("no task was opened")

    async def answer(self, choice: str, reference: str = "") -> TaskRow:
        """Answer the open task as a biller."""
        row = await self.task()
        handle = self.env.client.get_workflow_handle(subjects.task(row.task_id))
        decision = TaskDecision(choice, "biller", reference)
        await handle.execute_update(HumanDecision.decide, decision)
        return row

    def state(self, remittance_id: str) -> RemittanceState:
        """Where a remittance stands."""
        with self.db.read() as tx:
            return remittances.load(tx, remittance_id).state


class Lives(World):
    """A world whose engine can be lost: every process gone, the database as it stands."""

    async def lose_engine(self, remittance_id: str) -> None:
        """Terminate the remittance and the processes of its tasks."""
        with self.db.read() as tx:
            open_tasks = [subjects.task(row.task_id) for row in tasks.find(tx)]
        for one in (subjects.remittance(remittance_id), *open_tasks):
            with suppress(RPCError):  # the server may have ended the tasks with what asked them
                await self.env.client.get_workflow_handle(one).terminate("engine lost")

    async def again(self, remittance_id: str) -> WorkflowHandle[Remittance, str]:
        """Start the remittance anew, as the relay does."""
        return await self.env.client.start_workflow(
            Remittance.run,
            args=[RemittanceStart(remittance_id), self.clock, None],
            id=subjects.remittance(remittance_id),
            task_queue=QUEUE,
        )

    def clocks(self, remittance_id: str) -> list[tuple[str, DeadlineState]]:
        """The clocks the remittance held and holds."""
        with self.db.read() as tx:
            found = deadlines.of_subject(tx, subjects.remittance(remittance_id))
        return [(one.name, one.state) for one in found]

    def asked(self, *, open_only: bool = True) -> list[tuple[TaskKind, str]]:
        """The tasks and what was answered, or how else they ended."""
        with self.db.read() as tx:
            return [
                (one.kind, one.choice or (one.state if one.ended_at else ""))
                for one in tasks.find(tx, open_only=open_only)
            ]


@asynccontextmanager
async def remittance_world(env: WorkflowEnvironment, home: Path) -> AsyncIterator[Lives]:
    """Start it."""
    db = open_book(f"sqlite:///{home / 'book.db'}")
    clock = BusinessClock(await env.get_current_time(), AT)
    owners = (
        RemittanceActivities(db),
        PostingActivities(db),
        ReassociationActivities(db),
        TaskActivities(db),
        ClockActivities(db),
    )
    methods = [getattr(owner, name) for owner in owners for name in dir(owner) if not name.startswith("_")]
    passed = SandboxRestrictions.default.with_passthrough_modules("revcycle", "activities", "workflows")
    with ThreadPoolExecutor(4) as threads:
        async with Worker(
            env.client,
            task_queue=QUEUE,
            workflows=[Remittance, HumanDecision],
            activities=methods,
            activity_executor=threads,
            workflow_runner=SandboxedWorkflowRunner(restrictions=passed),
        ):
            yield Lives(env, db, clock)
    db.close()


def charged(world: World, *numbers: int) -> list[str]:
    """Charge the claims of these numbers."""
    with world.db.write() as tx:
        return [charge(tx, claim_facts(number)) for number in numbers]
