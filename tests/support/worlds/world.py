"""A world in one process for workflow tests: real database, real payer behind ASGI, Temporal that skips time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import catalog
from activities.relay import Relay
from revcycle.access.keyring import KeyRing
from revcycle.db.engine import Database
from revcycle.db.practice import practices
from revcycle.db.tables import metadata
from revcycle.domain.clock import REAL_TIME, BusinessClock
from revcycle.domain.work import subjects
from revcycle.domain.work.starts import MailboxStart
from revcycle.effects.claims.intake import CONNECTION, ImportReport, import_837
from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.payers.switchboard import Connection
from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.script import PayerScript
from revcycle.sandbox.practice.profile import PRACTICE
from revcycle.temporal import names
from revcycle.temporal.codec import data_converter
from tests.support.exchange.switchboards import with_one
from tests.support.temporal import settled
from workflows.catalog import WORKFLOWS, runner
from workflows.mailbox import Mailbox

TOKEN = "a token of the sandbox"
Line = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]


@dataclass
class SkippedWorld:
    """What a test holds in its hand."""

    env: WorkflowEnvironment
    client: Client
    db: Database
    office: Office
    relay: Relay
    mail_drop: Path
    keyring: KeyRing
    clock: BusinessClock = REAL_TIME

    async def real_now(self) -> datetime:
        """What the test server takes for real time."""
        return (await self.env.get_current_time()).astimezone(UTC)

    async def now(self) -> datetime:
        """The business instant."""
        return self.clock.business(await self.real_now())

    async def import_file(self, data: bytes) -> ImportReport:
        """Import a claim file as a biller would."""
        return await asyncio.to_thread(import_837, self.db, data, "upload", await self.now(), "bo")

    async def settle(self) -> None:
        """Carry every doorbell until none is left and the workflows have nothing more to do at this instant."""
        await settled(self.env)
        while await self.relay.drain():
            await settled(self.env)

    async def pass_days(self, days: int) -> None:
        """Let business days pass one by one, doorbells carried four times a day."""
        for _ in range(days * 4):
            await self.env.sleep(timedelta(hours=6))
            await self.settle()


@asynccontextmanager
async def skipped_world(
    env: WorkflowEnvironment,
    home: Path,
    script: PayerScript,
    database_url: str = "",
    *,
    clock: BusinessClock = REAL_TIME,
    line: Line = lambda transport: transport,
    ring: KeyRing | None = None,
    more: tuple[Connection, ...] = (),
) -> AsyncIterator[SkippedWorld]:
    """Start a world on a time-skipping server of its own.

    ``line`` puts a bad line between our client and the payer; by default it is a good one. ``more`` are further
    connections.
    """
    ring = ring or KeyRing.generate()
    db = Database(database_url or f"sqlite:///{home / 'revcycle.db'}", ring)
    metadata.create_all(db.engine)
    with db.write() as tx:
        practices.save(tx, PRACTICE)
    config = env.client.config()
    config["data_converter"] = data_converter(ring)
    client = Client(**config)
    office = Office(home / "payer", script)
    transport = line(httpx.ASGITransport(make_app(office, TOKEN)))
    gateway = Clearinghouse("http://payer.test", TOKEN, transport)
    switchboard = with_one(gateway, *more)
    mail_drop = home / "mail"
    async with AsyncExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(8))
        for queue, activities in {
            names.CLAIMS_QUEUE: catalog.rule_activities(db, switchboard),
            names.PAYER_QUEUE: catalog.payer_activities(db, switchboard, mail_drop),
            names.LETTERS_QUEUE: catalog.letter_activities(db, mail_drop),
        }.items():
            workflows = WORKFLOWS if queue == names.CLAIMS_QUEUE else ()
            worker = Worker(
                client,
                task_queue=queue,
                workflows=workflows,
                activities=activities,
                activity_executor=threads,
                workflow_runner=runner(),
            )
            await stack.enter_async_context(worker)
        await client.start_workflow(
            Mailbox.run,
            args=[MailboxStart(CONNECTION, every_minutes=720), clock, None],
            id=subjects.mailbox(CONNECTION),
            task_queue=names.CLAIMS_QUEUE,
        )
        yield SkippedWorld(env, client, db, office, Relay(db, client, clock), mail_drop, ring, clock)
        office.close()
        db.close()
