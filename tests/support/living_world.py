"""A whole world of real processes for slow tests: fast clock, staff at command lines, parts killed and revived."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from revcycle.cli.exits import Exit
from revcycle.domain.clock import BusinessClock, Pace
from revcycle.sandbox.practice.files import PracticeFiles, save
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.people_script import PeopleScript
from revcycle.sandbox.practice.synthetic import SyntheticPractice, generate
from revcycle.sandbox.robot import Robot
from revcycle.sandbox.terminal import Answer, Terminal, must
from revcycle.sandbox.world import World

FIRST_DAY = datetime(2026, 1, 5, 14, tzinfo=UTC)
FOR_EVER = FIRST_DAY + timedelta(days=1_000)
STAFF = {"biller": "biller", "front-desk": "biller", "manager": "manager", "auditor": "auditor"}
"""Users and their roles; the robot plays all but the auditor."""
TWICE_A_DAY = 720
"""Minutes between two looks into the mailbox: often enough, and cheap on a fast clock."""
STAFF_PASSWORD = "the {} has a long password"
CLI = (sys.executable, "-m", "revcycle.cli.main")


def compressed(days_per_second: float, starts_in_seconds: float = 0.0) -> BusinessClock:
    """Return a clock that runs at real speed until it starts, and then at that pace."""
    rate = timedelta(days=days_per_second) / timedelta(seconds=1)
    started = datetime.now(UTC) + timedelta(seconds=starts_in_seconds)
    return BusinessClock(started, FIRST_DAY, (Pace(FOR_EVER, rate),))


def practice_of(lives: Sequence[Life], claims: int, seed: int = 7) -> SyntheticPractice:
    """Return a practice whose claims have these lives only, in equal parts."""
    return generate(seed, claims, FIRST_DAY.date(), dict.fromkeys(lives, 1.0))


def write_files(practice: SyntheticPractice, home: Path) -> PracticeFiles:
    """Write the practice into the world's home."""
    return save(practice, home / "practice", FIRST_DAY)


def until(condition: Callable[[], Any], seconds: float, what: str, pause: float = 0.1) -> Any:
    """Wait for the condition and return it; fail with ``what`` when it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(pause)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


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
        timeout=60,
    )


def clock_environment(clock: BusinessClock) -> dict[str, str]:
    """Return the variables that give a command this clock."""
    assert clock.paces
    return {
        "REVCYCLE_CLOCK_REAL_ANCHOR": clock.real_anchor.isoformat(),
        "REVCYCLE_CLOCK_BUSINESS_ANCHOR": clock.business_anchor.isoformat(),
        "REVCYCLE_CLOCK_PACES": ", ".join(f"{p.rate!r} until {p.until.isoformat()}" for p in clock.paces),
    }


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
    part.process.wait(30)


@dataclass
class Patient:
    """Somebody who tries a command again when the other end is away, as people do; the api keeps it to once."""

    terminal: Terminal
    tries: int = 20

    def type(self, *words: str) -> Answer:
        """Run one command."""
        for _ in range(self.tries):
            answer = self.terminal.type(*words)
            if answer.exit != Exit.UNREACHABLE:
                break
            time.sleep(0.3)
        return answer


@dataclass
class Staff:
    """People logged in at command lines, and the robot that has them and the patients follow the script."""

    world: World
    clock: BusinessClock
    people: PeopleScript
    desks: dict[str, Terminal] = field(default_factory=dict)
    robot: Robot = field(init=False)

    def __post_init__(self) -> None:
        patient = {role: Patient(desk) for role, desk in self.desks.items()}
        self.robot = Robot({**patient}, self.people, self.world.settings.mail_drop)

    def now(self) -> datetime:
        """Return the business instant."""
        return self.clock.business(datetime.now(UTC))

    def ask(self, *words: str, role: str = "auditor") -> Any:
        """Run a command that has to succeed."""
        return must(self.desks[role].type(*words, "--json"))

    def open_claims(self) -> list[dict[str, Any]]:
        """Return the claims that have not ended."""
        rows = self.ask("claim", "list", "--limit", "1000")["claims"]
        return [row for row in rows if row["stage"] != "closed"]

    def live_until_all_end(self, seconds: float) -> None:
        """Play the parts until every claim has ended and the banks have paid; fail after that many seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.world.check()
            self.robot.look(self.now())
            if not self.open_claims() and not self.ask("report", "cash")["findings"]:
                return
            time.sleep(0.15)
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
    world: World, clock: BusinessClock, people: PeopleScript, admin_password: str = "", hired: bool = False
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
        yield Staff(world, clock, people, desks)


def environment_of(extra: Mapping[str, str]) -> dict[str, str]:
    """Return our environment without any setting of a world, and with these."""
    return {name: v for name, v in os.environ.items() if not name.startswith("REVCYCLE_")} | dict(extra)
