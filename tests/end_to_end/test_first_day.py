"""The first day as the README tells it: its commands, typed at a terminal in an empty world, on difficult dates."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from revcycle.domain.clock import Pace
from revcycle.sandbox.timekeeper import Timekeeper
from revcycle.sandbox.world import World
from revcycle.temporal.timeline import Timeline
from tests.support.patience import patience, until
from tests.support.worlds.living_world import CLI, environment_of, processes_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
DAYS_PER_SECOND = 0.1
FOR_EVER = datetime(2060, 1, 1, tzinfo=UTC)
LEAP_DAY, NEW_YEARS_EVE, SATURDAY = date(2028, 2, 29), date(2026, 12, 31), date(2027, 7, 3)
PASSWORD = "a long word for maria"
IN_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def walk() -> list[str]:
    """Return the commands of the README's first day, without their comments."""
    section = (ROOT / "README.md").read_text().split("### A first day", 1)[1].split("\n#", 1)[0]
    lines = re.findall(r"^\$ (.*)$", section, re.MULTILINE)
    return [line.split(" #", 1)[0].strip() for line in lines]


@dataclass
class Walk:
    """A person at a terminal in an empty world, on a day."""

    folder: Path
    day: date
    environment: dict[str, str] = field(default_factory=dict)
    shown: dict[str, tuple[int, str]] = field(default_factory=dict)
    admin_password: str = ""
    keeper: Timekeeper | None = None

    def type(self, line: str) -> tuple[int, str]:
        """Type a line at a terminal, answer what it asks, and return exit code and screen."""
        process = subprocess.Popen(
            [sys.executable, "-c", IN_A_TERMINAL, "sh", "-c", line],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        screen, answered = "", 0
        secret = self.admin_password if "login admin" in line else PASSWORD
        while letters := os.read(process.stdout.fileno(), 4096):
            screen += letters.decode(errors="replace")
            asked = len(re.findall(r"(?:assword[^\n]*|onfirmation|again)[^\n:]*: ", screen))
            for _ in range(asked - answered):
                os.write(process.stdin.fileno(), secret.encode() + b"\n")
            answered = asked
        process.stdin.close()
        return process.wait(60 * patience()), COLOUR.sub("", screen)

    def ask(self, *words: str) -> dict[str, list[dict[str, object]]]:
        """Return what a command says to a program."""
        told = subprocess.run(
            [*CLI, *words, "--json"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, list[dict[str, object]]] = json.loads(told.stdout)
        return found

    def days_pass(self) -> bool:
        """Let time go on if nothing is late: until the walk is over the day stays."""
        if self.keeper is None:
            home = self.folder / ".revcycle"
            book = home / "payer" / "payer.sqlite3"
            self.keeper = Timekeeper(Timeline(home / "timeline"), World(home).database(), book, FOR_EVER)
        self.keeper.tick()
        return True

    def waiting(self) -> set[object]:
        """Return the kinds of tasks that wait."""
        self.days_pass()
        return {task["kind"] for task in self.ask("worklist", "list")["tasks"]}


@contextlib.contextmanager
def first_day(folder: Path, day: date) -> Iterator[Walk]:
    """Walk through the whole section on a day; the world stays up."""
    at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=14)
    pace = Pace(FOR_EVER, timedelta(days=DAYS_PER_SECOND) / timedelta(seconds=1))
    (folder / ".revcycle").mkdir(mode=0o700)
    Timeline.begin(folder / ".revcycle" / "timeline", (pace,), at, datetime.now(UTC)).close()
    kept = environment_of({})
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    person = Walk(folder, day, kept | {"PATH": path, "XDG_STATE_HOME": str(folder / "state")})
    up: subprocess.Popen[str] | None = None
    try:
        for line in walk():
            if line == "./run up":
                up = _up(person)
            elif line == ". .venv/bin/activate":
                assert (ROOT / ".venv" / "bin" / "activate").exists()
            else:
                person.shown[line] = person.type(line)
        yield person
    finally:
        if person.keeper is not None:
            person.keeper.db.close()
        if up is not None:
            up.send_signal(signal.SIGINT)
            up.wait(60 * patience())
        for pid in processes_of(folder / ".revcycle"):
            os.kill(pid, signal.SIGKILL)


def _up(person: Walk) -> subprocess.Popen[str]:
    """Start what `./run up` starts, in the folder of the walk, and read the password off the screen."""
    up = subprocess.Popen(
        [*CLI, "up"],
        cwd=person.folder,
        env=person.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert up.stdout is not None
    said = ""
    while "Ctrl-C stops it" not in said:
        line = up.stdout.readline()
        assert line, said
        said += line
    shown = re.search(r"password, shown once: (\S+)\)", said)
    assert shown is not None, said
    person.admin_password = shown[1]
    return up


def check(person: Walk) -> None:
    """Every command of the walk succeeded and fits the screen, and what it asks for is there."""
    for line, (code, screen) in person.shown.items():
        assert code == 0, f"{line}\n{screen}"
        for shown in screen.splitlines():
            assert len(shown.rstrip()) <= 80 or "--csv" in line, f"{line}\n{shown}"
    assert "300 claims imported" in person.shown["revcycle claim import practice/claims-1.837"][1]
    services = [row["service_date"] for row in person.ask("claim", "list")["claims"]]
    assert max(map(str, services)) < person.day.isoformat()
    assert min(map(str, services)) >= (person.day - timedelta(14)).isoformat()


def test_the_readme_has_the_walk_in_an_empty_world() -> None:
    lines = walk()
    assert lines[0] == "./run up"
    for words in ("login admin", "user add", "sandbox practice", "claim import", "worklist next"):
        assert any(words in line for line in lines), words
    assert len(lines) >= 10


def test_on_a_leap_day_a_biller_finds_rejections_denials_and_ended_coverage(tmp_path: Path) -> None:
    with first_day(tmp_path, LEAP_DAY) as person:
        check(person)
        until(lambda: {"fix_registration", "fix_rejection"} <= person.waiting(), 120, "a rejection")
        until(
            lambda: person.days_pass() and person.ask("denial", "list", "--open")["denials"], 120, "a denial"
        )


@pytest.mark.parametrize("day", [NEW_YEARS_EVE, SATURDAY])
def test_at_the_end_of_a_year_and_on_a_weekend_there_is_work_too(tmp_path: Path, day: date) -> None:
    with first_day(tmp_path, day) as person:
        check(person)
        until(lambda: "fix_registration" in person.waiting(), 120, "ended coverage")
