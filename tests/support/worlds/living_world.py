"""A whole world of real processes for slow tests: fast clock, staff at command lines, parts killed and revived."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from revcycle.cli.exits import Exit
from revcycle.domain.clock import Pace
from revcycle.sandbox.practice.files import PracticeFiles, save
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.people_script import PeopleScript
from revcycle.sandbox.practice.synthetic import SyntheticPractice, generate
from revcycle.sandbox.robot import Robot
from revcycle.sandbox.terminal import Answer, Terminal, must
from revcycle.sandbox.timekeeper import Timekeeper
from revcycle.sandbox.world import World
from revcycle.temporal.timeline import Timeline
from tests.support.patience import patience, until

FIRST_DAY = datetime(2026, 1, 5, 14, tzinfo=UTC)
FOR_EVER = FIRST_DAY + timedelta(days=1_000)
STAFF = {"biller": "biller", "front-desk": "biller", "manager": "manager", "auditor": "auditor"}
"""Users and their roles; the robot plays all but the auditor."""
TWICE_A_DAY = 720
"""Minutes between two looks into the mailbox: often enough, and cheap on a fast clock."""
PAUSE_SECONDS = 0.1
"""Between two looks around: who asks all the time takes the machine from those who work."""
STAFF_PASSWORD = "the {} has a long password"
EVERYBODY = "staff and patients"
CLI = (sys.executable, "-m", "revcycle.cli.main")


def fast(days_per_second: float) -> tuple[Pace, ...]:
    """Return the plan of a world whose time runs at that pace when nothing is late."""
    return (Pace(FOR_EVER, timedelta(days=days_per_second) / timedelta(seconds=1)),)


def practice_of(lives: Sequence[Life], claims: int, seed: int = 7) -> SyntheticPractice:
    """Return a practice whose claims have these lives only, in equal parts."""
    return generate(seed, claims, FIRST_DAY.date(), dict.fromkeys(lives, 1.0))


def write_files(practice: SyntheticPractice, home: Path) -> PracticeFiles:
    """Write the practice into the world's home."""
    return save(practice, home / "practice", FIRST_DAY)


def processes_of(home: Path) -> dict[int, str]:
    """Return every live process that names the home in its command or its environment, us excepted."""
    found = {}
    for one in psutil.process_iter(["pid", "cmdline", "status"]):
        if one.pid == os.getpid() or one.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        with contextlib.suppress(psutil.Error):
            told = " ".join(one.info["cmdline"] or ())
            if str(home) in told or one.environ().get("REVCYCLE_HOME") == str(home):
                found[one.pid] = told
    return found


def cli(
    home: Path, *words: str, session: str = "admin", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run one command as a person would, with that person's session."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REVCYCLE_")}
    told = {"REVCYCLE_HOME": str(home), "REVCYCLE_SESSION_FILE": str(home / f"session-{session}.json")}
    return subprocess.run(
        (*CLI, *words),
        env=kept | told | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60 * patience(),
    )


def revive(world: World, name: str, **environment: str) -> None:
    """Start a dead part again in the world's group, as the command that keeps the world would have done."""
    part = next(one for one in world._processes.running if one.name == name)
    assert part.process.poll() is not None, f"{name} still lives"
    alive = next(one for one in world._processes.running if one.process.poll() is None)
    more = {"GOGC": "200"} if name == "temporal" else world.settings.environment()
    with part.log.open("ab") as out:
        part.process = subprocess.Popen(
            part.process.args,
            env={**os.environ, **more, **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            pass_fds=(world._processes._lock.fileno(),),
            process_group=os.getpgid(alive.process.pid),
        )


def kill(world: World, name: str) -> None:
    """End a part with SIGKILL: it gets no chance to put anything in order."""
    _end(world, name, signal.SIGKILL)


def stop(world: World, name: str) -> None:
    """End a part with SIGTERM: it finishes what it does."""
    _end(world, name, signal.SIGTERM)


def _end(world: World, name: str, sign: signal.Signals) -> None:
    part = next(one for one in world._processes.running if one.name == name)
    part.process.send_signal(sign)
    part.process.wait(30 * patience())


@dataclass
class Patient:
    """Somebody who tries a command again when the other end is away, as people do; the api keeps it to once."""

    terminal: Terminal

    def type(self, *words: str) -> Answer:
        """Run one command."""

        def reached() -> Answer | None:
            answer = self.terminal.type(*words)
            return None if answer.exit == Exit.UNREACHABLE else answer

        answer: Answer = until(reached, 30, f"the api answers {words[:2]}", 0.3)
        return answer


@dataclass
class Staff:
    """People logged in at command lines, and the robot that has them and the patients follow the script."""

    world: World
    keeper: Timekeeper
    people: PeopleScript
    desks: dict[str, Terminal] = field(default_factory=dict)
    robot: Robot = field(init=False)

    def __post_init__(self) -> None:
        patient = {role: Patient(desk) for role, desk in self.desks.items()}
        self.robot = Robot({**patient}, self.people, self.world.settings.mail_drop)

    def now(self) -> datetime:
        """Return the business instant."""
        return self.keeper.now()

    def look(self) -> None:
        """Have everybody look around once, and time go on if nothing is late."""
        now = self.keeper.now()
        self.robot.look(now)
        self.keeper.looked(EVERYBODY, now)
        self.keeper.tick()
        time.sleep(PAUSE_SECONDS)

    def idle(self) -> None:
        """Have time go on if nothing but the staff is late."""
        self.keeper.looked(EVERYBODY, self.keeper.now())
        self.keeper.tick()

    def ask(self, *words: str, role: str = "auditor") -> Any:
        """Run a command that has to succeed."""
        return must(self.desks[role].type(*words, "--json"))

    def open_claims(self) -> list[dict[str, Any]]:
        """Return the claims that have not ended."""
        rows = self.ask("claim", "list", "--limit", "1000")["claims"]
        return [row for row in rows if row["stage"] != "closed"]

    def live_until(self, day: datetime) -> None:
        """Play the parts until every claim has ended and the banks have paid; fail after that business day."""
        while self.now() < day:
            self.world.check()
            self.look()
            if not self.open_claims() and not self.ask("report", "cash")["findings"]:
                return
        left = [(row["claim_id"], row["stage"]) for row in self.open_claims()]
        raise AssertionError(f"on {self.now():%Y-%m-%d} still open: {left}; refused: {self.robot.refused}")


def password_file(home: Path, user: str, password: str) -> Path:
    """Keep a password where the command line reads it."""
    file = home / f"password-{user}"
    file.touch(0o600)
    file.write_text(password)
    return file


@contextlib.contextmanager
def staff(
    world: World, timeline: Timeline, people: PeopleScript, admin_password: str = "", hired: bool = False
) -> Iterator[Staff]:
    """Sit the staff at command lines; hire them first unless they are."""
    with contextlib.ExitStack() as stack:

        def sit(user: str, password: str) -> Terminal:
            session = world.home / f"session-{user}.json"
            desk = Terminal(world.settings.api_url, session, world.home / "logs" / f"desk-{user}.log")
            stack.callback(desk.close)
            must(desk.type("login", user, "--password-file", str(password_file(world.home, user, password))))
            return desk

        admin = None if hired else sit("admin", admin_password or world.first_password)
        desks = {}
        for user, role in STAFF.items():
            password = STAFF_PASSWORD.format(user)
            if admin:
                file = password_file(world.home, user, password)
                must(admin.type("user", "add", user, "--role", role, "--password-file", str(file)))
            desks[user] = sit(user, password)
        db = world.database()
        stack.callback(db.close)
        keeper = Timekeeper(timeline, db, world.home / "payer" / "payer.sqlite3", FOR_EVER)
        yield Staff(world, keeper, people, desks)


def environment_of(extra: Mapping[str, str]) -> dict[str, str]:
    """Return our environment without any setting of a world, and with these."""
    return {name: v for name, v in os.environ.items() if not name.startswith("REVCYCLE_")} | dict(extra)
