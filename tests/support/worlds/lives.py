"""Half a year in the life of a small practice, lived once: every life, played by the robot, time skipped."""

import asyncio
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from revcycle.access import tokens
from revcycle.access.keyring import KeyRing
from revcycle.access.roles import Role
from revcycle.api.app import create_app
from revcycle.cli.api_client import ApiClient
from revcycle.cli.batch import run_line
from revcycle.cli.desk import Desk
from revcycle.db.claims import claims
from revcycle.db.denials import appeals, denials
from revcycle.db.engine import Database
from revcycle.db.practice import users
from revcycle.db.remittances import remittances
from revcycle.db.work import tasks
from revcycle.domain.clock import BusinessClock
from revcycle.domain.work import subjects
from revcycle.effects.claims.intake import CONNECTION
from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import SyntheticPractice, generate
from revcycle.sandbox.robot import Robot
from revcycle.sandbox.terminal import Answer
from revcycle.temporal.codec import data_converter
from tests.support.api import PASSWORD, serving
from tests.support.golden import TEST_RING
from tests.support.worlds.world import SkippedWorld, skipped_world

SEED, CLAIMS = 11, 40
FIRST_DAY = datetime(2026, 1, 5, 14, tzinfo=UTC)
BUSY_DAYS, DAYS = 40, 183
STAFF = {"biller": Role.BILLER, "manager": Role.MANAGER, "front-desk": Role.BILLER}
EVEN = dict.fromkeys(Life, 1.0)
MANY = 10_000


@dataclass
class LivedHalfYear:
    """What is left after half a year: the books, the letters, and every workflow's history by its id."""

    db: Database
    keyring: KeyRing
    practice: SyntheticPractice
    robot: Robot
    mail_drop: Path
    began_at: datetime
    ended_at: datetime
    histories: dict[str, WorkflowHistory] = field(default_factory=dict)

    def of_life(self, life: Life) -> tuple[str, ...]:
        """Return the ids of the claims that were dealt the life."""
        with self.db.read() as tx:
            rows = claims.find(tx, limit=MANY)
            sources = {row.claim_id: claims.facts(tx, row.claim_id).source_control_number for row in rows}
        return tuple(
            one for one, source in sources.items() if self.practice.people.claims[source].life is life
        )


class InProcessDesk:
    """A person at ``revcycle batch`` in this process; logs in anew each day, as sessions end at night."""

    def __init__(self, world: SkippedWorld, address: str, user_id: str) -> None:
        """Sit down at the api's address."""
        self._world, self._user_id = world, user_id
        self._api = ApiClient(address)
        self._desk = Desk(batch=True)
        self._desk.use(self._api)

    def log_in(self, now: datetime) -> None:
        """Open a session without typing the password again: its hash is slow on purpose."""
        with self._world.db.write() as tx:
            user = users.load(tx, self._user_id)
            session = users.open_session(tx, user, f"{self._user_id}-{now:%Y%m%d%H}", now)
        self._api._token = tokens.issue(self._world.keyring.token_key, session)

    def type(self, *words: str) -> Answer:
        """Run one command."""
        found = run_line(self._desk, shlex.join(words))
        return Answer(found["exit"], found.get("result"), found.get("error", {}).get("message", ""))

    def close(self) -> None:
        """Leave."""
        self._api.close()


@asynccontextmanager
async def half_year(env: WorkflowEnvironment, home: Path) -> AsyncIterator[LivedHalfYear]:
    """Live half a year on a server of its own; yield what is left of it when all is over."""
    practice = generate(SEED, CLAIMS, FIRST_DAY.date(), EVEN)
    began = (await env.get_current_time()).astimezone(UTC)
    clock = BusinessClock(real_anchor=began, business_anchor=FIRST_DAY)
    async with skipped_world(env, home, practice.script, clock=clock, ring=TEST_RING) as world:
        wall = [began]
        with world.db.write() as tx:
            for user_id, role in STAFF.items():
                users.add(tx, user_id, role, PASSWORD, created_by="test", now=began)

        async def engine() -> Client:
            return await Client.connect(
                env.client.service_client.config.target_host, data_converter=data_converter(world.keyring)
            )

        app = create_app(world.db, engine, clock, world.keyring, now=lambda: wall[0])
        with serving(app) as address:
            desks = {user_id: InProcessDesk(world, address, user_id) for user_id in STAFF}
            robot = Robot(dict(desks), practice.people, world.mail_drop)
            await world.import_file(write_batch(practice, FIRST_DAY))
            await _live(world, robot, desks, wall)
            for desk in desks.values():
                desk.close()
        lived = LivedHalfYear(
            world.db, world.keyring, practice, robot, world.mail_drop, FIRST_DAY, await world.now()
        )
        await _collect(world, lived)
        yield lived


async def _live(
    world: SkippedWorld, robot: Robot, desks: dict[str, InProcessDesk], wall: list[datetime]
) -> None:
    """Let the days pass; staff and patients act each morning."""
    await world.settle()
    for day in range(DAYS):
        wall[0] = await world.real_now()
        for desk in desks.values():
            desk.log_in(wall[0])
        await asyncio.to_thread(robot.look, world.clock.business(wall[0]))
        parts = 4 if day < BUSY_DAYS else 2
        for _ in range(parts):
            await world.settle()
            await world.env.sleep(timedelta(days=1) / parts)
    await world.settle()


async def _collect(world: SkippedWorld, lived: LivedHalfYear) -> None:
    with world.db.read() as tx:
        rows = claims.find(tx, limit=MANY)
        ids = {subjects.claim(row.claim_id) for row in rows}
        ids |= {subjects.account(row.account_id) for row in rows}
        ids |= {subjects.denial(row.denial_id) for row in denials.find(tx, limit=MANY)}
        ids |= {subjects.appeal(row.appeal_id) for row in appeals.find(tx, limit=MANY)}
        ids |= {subjects.remittance(row.remittance_id) for row in remittances.find(tx, limit=MANY)}
        ids |= {subjects.task(row.task_id) for row in tasks.find(tx, open_only=False, limit=MANY)}
    ids |= {subjects.submission(CONNECTION), subjects.mailbox(CONNECTION)}
    for workflow_id in sorted(ids):
        handle = world.client.get_workflow_handle(workflow_id)
        try:
            history = await handle.fetch_history()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            continue  # an account that never owed anything never had a process
        lived.histories[workflow_id] = history
