"""Every list of the command line in a busy month: a table of 80 columns, CSV with every field, JSON as the api says."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from temporalio.client import Client

from revcycle.access import tokens
from revcycle.access.roles import Role
from revcycle.api.app import create_app
from revcycle.cli.desk import Desk, Verb
from revcycle.cli.listing import Listing
from revcycle.cli.main import cli, run
from revcycle.cli.places import keep_token
from revcycle.db.engine import Database
from revcycle.db.practice import users
from revcycle.domain.clock import BusinessClock
from revcycle.sandbox.outside import write_directory
from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.synthetic import SyntheticPractice, generate
from revcycle.sandbox.practice.unfinished import UNFINISHED, LateFile
from revcycle.sandbox.robot import Robot
from revcycle.temporal.codec import data_converter
from tests.support.api import PASSWORD, no_engine, serving
from tests.support.golden import TEST_RING
from tests.support.temporal import start_time_skipping
from tests.support.worlds.lives import EVEN, FIRST_DAY, STAFF, InProcessDesk
from tests.support.worlds.world import SkippedWorld, skipped_world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

DAYS, SEED, CLAIMS = 34, 5, 32
WIDTH = 80
ROLES = {"user": Role.ADMIN, "audit": Role.AUDITOR}
"""Who may see the list of a noun; a manager sees the rest."""


@dataclass
class Terminal:
    """A terminal at a world in which a month has passed; ``ids`` are things there by the name of the argument."""

    address: str
    sessions: dict[Role, str]
    place: Path
    ids: dict[str, str] = field(default_factory=dict)

    def type(self, capsys: pytest.CaptureFixture[str], *words: str) -> str:
        """Run a command as whoever may, and return what it printed. It may find something (exit 1)."""
        role = ROLES.get(words[0], Role.MANAGER)
        keep_token(self.place / "session.json", self.sessions[role])
        desk = Desk()
        code, failure = run(list(words), desk)
        desk.close()
        assert code in (0, 1), (words, failure)
        return capsys.readouterr().out

    def ask(self, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
        """Return the answer of a command."""
        return json.loads(self.type(capsys, *words, "--json"))


@pytest.fixture(scope="module")
async def terminal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Terminal]:
    """Let a month pass, then serve what is left of it without an engine: lists need none."""
    home = tmp_path_factory.mktemp("month")
    now = await _month(home)
    db = Database(f"sqlite:///{home / 'revcycle.db'}", TEST_RING)
    with db.write() as tx:  # only now: the month's payers were all behind one line
        write_directory(tx, now[1])
    app = create_app(db, no_engine, BusinessClock(now[0], now[1]), TEST_RING, now=lambda: now[0])
    with serving(app) as address:
        yield Terminal(address, _sessions(db, now[0]), home)
    db.close()


async def _month(home: Path) -> tuple[datetime, datetime]:
    """Live a month of three late files and one in time; return the real and the business time it is then."""
    practice = generate(SEED, CLAIMS, FIRST_DAY.date(), EVEN)
    late = [
        (DAYS - file.days_before_end, _late(file, number)) for number, file in enumerate(UNFINISHED, start=1)
    ]
    script = practice.script.beside(*(one.script for _, one in late))
    async with await start_time_skipping() as env:
        began = (await env.get_current_time()).astimezone(UTC)
        clock = BusinessClock(began, FIRST_DAY)
        async with skipped_world(env, home, script, clock=clock, ring=TEST_RING) as world:
            wall = [began]
            with world.db.write() as tx:
                for user_id, role in {**STAFF, "auditor": Role.AUDITOR, "admin": Role.ADMIN}.items():
                    users.add(tx, user_id, role, PASSWORD, created_by="test", now=began)

            async def engine() -> Client:
                return await Client.connect(
                    env.client.service_client.config.target_host, data_converter=data_converter(world.keyring)
                )

            app = create_app(world.db, engine, clock, world.keyring, now=lambda: wall[0])
            with serving(app) as address:
                desks = {user_id: InProcessDesk(world, address, user_id) for user_id in STAFF}
                await world.import_file(write_batch(practice, FIRST_DAY))
                await world.import_file(b"no claim at all")
                robot = Robot(dict(desks), practice.people, world.mail_drop)
                files = [(day, write_batch(one, FIRST_DAY)) for day, one in late]
                await _live(world, robot, desks, wall, files)
                for desk in desks.values():
                    desk.close()
            return wall[0], await world.now()


def _late(file: LateFile, number: int) -> SyntheticPractice:
    weights = dict.fromkeys(file.lives, 1.0)
    return generate(SEED + number, file.claims, FIRST_DAY.date(), weights, 1000 * number)


async def _live(
    world: SkippedWorld,
    robot: Robot,
    desks: dict[str, InProcessDesk],
    wall: list[datetime],
    files: list[tuple[int, bytes]],
) -> None:
    await world.settle()
    for day in range(DAYS):
        wall[0] = await world.real_now()
        for due, file in files:
            if due == day:
                await world.import_file(file)
        for desk in desks.values():
            desk.log_in(wall[0])
        await asyncio.to_thread(robot.look, world.clock.business(wall[0]))
        for _ in range(3):
            await world.settle()
            await world.env.sleep(timedelta(days=1) / 3)
    await world.settle()
    wall[0] = await world.real_now()


def _sessions(db: Database, now: datetime) -> dict[Role, str]:
    found = {}
    with db.write() as tx:
        for user_id, role in (("manager", Role.MANAGER), ("auditor", Role.AUDITOR), ("admin", Role.ADMIN)):
            session = users.open_session(tx, users.load(tx, user_id), f"{user_id}-terminal", now)
            found[role] = tokens.issue(TEST_RING.token_key, session)
    return found


@pytest.fixture
def here(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Sit down at the terminal."""
    monkeypatch.setenv("REVCYCLE_API", terminal.address)
    monkeypatch.setenv("REVCYCLE_SESSION_FILE", str(terminal.place / "session.json"))
    if not terminal.ids:
        terminal.ids |= _things(terminal, capsys)
    return terminal


def _things(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    def first(name: str, *words: str) -> str:
        rows = next(iter(terminal.ask(capsys, *words).values()))
        return str(rows[0][name])

    denial = first("denial_id", "denial", "list")
    claim_id = denial.rsplit("-", 1)[0]
    shown = terminal.ask(capsys, "claim", "show", claim_id)
    return {
        "state": "CA",
        "denial_id": denial,
        "member_id": shown["facts"]["coverages"][0]["member_id"],
        "claim_id": claim_id,
        "subject": claim_id,
        "appeal_id": first("appeal_id", "appeal", "list"),
        "remittance_id": first("remittance_id", "remittance", "list"),
        "account_id": first("account_id", "patient", "list", "--state", "billed"),
        "task_id": first("task_id", "worklist", "list"),
        "payer_id": first("payer_id", "payer", "list"),
    }


def commands(kind: type[click.Command]) -> list[tuple[tuple[str, ...], click.Command]]:
    """Return every command of a class with its path."""
    found: list[tuple[tuple[str, ...], click.Command]] = []

    def walk(group: click.Group, *path: str) -> None:
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                walk(command, *path, name)
            elif isinstance(command, kind):
                found.append(((*path, name), command))

    walk(cli)
    return found


LISTS = commands(Listing)
SHOWN = [
    ("claim", "show", "claim_id"),
    ("claim", "explain", "claim_id"),
    ("denial", "show", "denial_id"),
    ("appeal", "show", "appeal_id"),
    ("remittance", "show", "remittance_id"),
    ("patient", "show", "account_id"),
    ("payer", "show", "payer_id"),
    ("worklist", "show", "task_id"),
    ("worklist", "next", ""),
    ("whoami", "", ""),
]


def words_of(terminal: Terminal, path: tuple[str, ...], command: click.Command) -> list[str]:
    """Return the command with an argument for each it needs."""
    if path == ("patient", "find"):
        return [*path, "--member", terminal.ids["member_id"]]
    if path == ("report", "day-sheet"):
        return [*path, "--on", str(FIRST_DAY.date())]
    if path == ("payer", "policy", "history"):
        return [*path, "--class", "commercial"]
    needed = [one.name or "" for one in command.params if isinstance(one, click.Argument) and one.required]
    return [*path, *(terminal.ids[name] for name in needed)]


def test_whatever_is_called_a_list_is_one() -> None:
    paths = {path for path, _ in LISTS}
    for path, _ in commands(Verb):
        if path[-1] in ("list", "find", "timeline", "quarantine", "statements") or path[0] == "report":
            assert path in paths, path
    assert paths >= {
        ("ledger", "show"),
        ("ledger", "trial-balance"),
        ("payer", "check"),
        ("eligibility", "show"),
    }


@pytest.mark.parametrize(
    ("path", "command"), LISTS, ids=lambda one: " ".join(one) if isinstance(one, tuple) else ""
)
def test_a_list_fits_80_columns_and_gives_csv_and_json(
    here: Terminal, capsys: pytest.CaptureFixture[str], path: tuple[str, ...], command: Listing
) -> None:
    words = words_of(here, path, command)
    rows = command.rows(here.ask(capsys, *words))
    assert rows or path in MAY_BE_EMPTY, "a month leaves something in every list"

    screen = here.type(capsys, *words)
    for line in screen.splitlines():
        assert len(line.rstrip()) <= WIDTH, line
    for row in rows[:50]:
        for column in command.columns[:1]:
            name = column if isinstance(column, str) else column.name
            if name.endswith("_id"):
                assert str(row[name]) in screen

    table = list(csv.reader(io.StringIO(here.type(capsys, *words, "--csv"), newline="")))
    assert len(table) == len(rows) + 1
    assert {len(line) for line in table} == {len(table[0])}
    fields = {name for row in rows for name in row}
    assert {name.replace("_dollars", "_cents").replace("dollars", "cents") for name in table[0]} >= fields
    assert not any(name.endswith("cents") for name in table[0])


MAY_BE_EMPTY = {("report", "invariants"), ("payer", "check")}
"""Lists of what is wrong."""


@pytest.mark.parametrize(("noun", "verb", "argument"), SHOWN)
def test_what_is_shown_fits_80_columns_too(
    here: Terminal, capsys: pytest.CaptureFixture[str], noun: str, verb: str, argument: str
) -> None:
    words = [word for word in (noun, verb, here.ids.get(argument, "")) if word]
    screen = here.type(capsys, *words)
    assert screen
    for line in screen.splitlines():
        assert len(line.rstrip()) <= WIDTH, line
    assert "_cents" not in screen


@pytest.mark.parametrize("words", [["worklist", "list"], ["denial", "list", "--open"], ["claim", "list"]])
def test_nothing_people_read_speaks_of_cents(
    here: Terminal, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    screen = here.type(capsys, *words)
    assert " cents" not in screen
    assert "$" in screen
