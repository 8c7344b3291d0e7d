"""A world of real processes lives, is refused twice, is killed, taken over, stopped and started, and loses nothing."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from revcycle.db.claims import claims
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import SyntheticPractice
from revcycle.sandbox.processes import WorldRunning
from revcycle.sandbox.world import World
from revcycle.temporal.timeline import Timeline
from tests.support.patience import patience, until
from tests.support.worlds.living_world import (
    CLI,
    FIRST_DAY,
    STAFF,
    STAFF_PASSWORD,
    TWICE_A_DAY,
    cli,
    environment_of,
    fast,
    password_file,
    practice_of,
    processes_of,
    staff,
    write_files,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

CLAIMS = 24
LIVES = (
    Life.PAID_CLEAN,
    Life.PAID_PATIENT_PAYS,
    Life.REJECTED_277CA_CORRECTED,
    Life.INACTIVE_COVERAGE_CORRECTED,
    Life.PRIMARY_THEN_SECONDARY,
    Life.DENIED_CO16_REPLACED,
)
PARTS = {"temporal", "payer", "api", "worker", "worker-io"}
DAYS_PER_SECOND = 2.0
LAST_DAY = FIRST_DAY + timedelta(days=300)
"""By then the last of the patients has paid."""
CAME_LATE = ("already ", "nothing waits for this any more", "no open task", "belongs to a manager")
"""What people are told who answer what the claim, or a colleague, answered between their look and their answer."""


@dataclass
class Up:
    """A running ``revcycle up``, and the password it showed."""

    process: subprocess.Popen[str]
    home: Path
    said: list[str] = field(default_factory=list)

    def read_until(self, words: str) -> str:
        """Read what it prints until the words come; return everything so far."""
        assert self.process.stdout is not None
        while words not in "".join(self.said):
            line = self.process.stdout.readline()
            assert line, f"up ended: {''.join(self.said)}"
            self.said.append(line)
        return "".join(self.said)

    def end(self, sign: signal.Signals) -> int:
        """Send it a signal and wait for its end; return its exit code."""
        self.process.send_signal(sign)
        return self.process.wait(60 * patience())


def start_up(home: Path) -> Up:
    """Run ``revcycle up`` until it says that the world is up; time stands, for nobody drives it."""
    process = subprocess.Popen(
        (*CLI, "up", "--home", str(home)),
        env=environment_of({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    up = Up(process, home)
    up.read_until("Ctrl-C stops it")
    return up


def reports(home: Path) -> dict[str, Any]:
    """Return what three reports say, and how the command ended, each from a command of its own.

    Days pass meanwhile: a clock that has just passed is acted upon when a busy worker comes to it, so the proof of the
    processes is asked again until all is well, or too long.
    """
    found: dict[str, Any] = {}

    def ask(name: str) -> bool:
        shown = cli(home, "report", name, "--json", session="auditor")
        assert shown.stdout, shown.stderr
        found[name] = (shown.returncode, json.loads(shown.stdout))
        return shown.returncode == 0

    for name in ("stages", "endings"):
        ask(name)
    until(lambda: ask("invariants"), 60, lambda: str(found["invariants"]))
    return found


def hire(home: Path, role: str) -> int:
    """Have the admin hire somebody, who then logs in; return the worst exit code."""
    file = str(password_file(home, role, STAFF_PASSWORD.format(role)))
    added = cli(home, "user", "add", role, "--role", STAFF[role], "--password-file", file)
    came = cli(home, "login", role, "--password-file", file, session=role)
    return max(added.returncode, came.returncode)


def stored_claims(world: World) -> list[str]:
    """Return the ids of the claims in a world's database."""
    db = world.database()
    with db.read() as tx:
        found = [row.claim_id for row in claims.find(tx, limit=1_000)]
    db.close()
    return found


@dataclass
class Story:
    """What was seen while the world lived; each test below judges one part of it."""

    practice: SyntheticPractice
    seen: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Live the whole story once."""
    home = tmp_path_factory.mktemp("world") / "home"
    practice = practice_of(LIVES, CLAIMS)
    told = Story(practice)
    files = write_files(practice, home)
    Timeline.begin(home / "timeline", fast(DAYS_PER_SECOND), FIRST_DAY, datetime.now(UTC)).close()
    try:
        told.seen |= first_day(home, files.claims)
        told.seen |= killed_and_taken_over(home)
        told.seen |= to_the_end(home, practice, files.payer_script)
        yield told
    finally:
        for pid in processes_of(home):
            os.kill(pid, signal.SIGKILL)


def first_day(home: Path, claim_file: Path) -> dict[str, Any]:
    """``revcycle up`` in an empty home; commands work; a second world is refused; the command is killed."""
    up = start_up(home)
    shown = re.search(r"password, shown once: (\S+)\)", up.read_until("Ctrl-C"))
    assert shown is not None
    file = password_file(home, "admin", shown[1])
    seen: dict[str, Any] = {
        "login": cli(home, "login", "admin", "--password-file", str(file)),
        "hired": [hire(home, role) for role in STAFF],
        "import": cli(home, "claim", "import", str(claim_file), "--json", session="biller"),
        "again": cli(home, "claim", "import", str(claim_file), "--json", session="biller"),
        "list": cli(home, "claim", "list", "--json", session="biller"),
        "explain": cli(home, "claim", "explain", "C000001", session="biller"),
        "reports": reports(home),
        "second_up": cli(home, "up", "--home", str(home)),
        "parts": processes_of(home),
    }
    with pytest.raises(WorldRunning) as refused:
        World(home).prepare()
    seen["second_world"] = str(refused.value)
    seen["killed"] = up.end(signal.SIGKILL)
    seen["orphans"] = processes_of(home)
    return seen


def killed_and_taken_over(home: Path) -> dict[str, Any]:
    """The next ``revcycle up`` ends what the killed one left, goes on from the files, and stops at Ctrl-C."""
    up = start_up(home)
    seen: dict[str, Any] = {"taken_over": processes_of(home)}
    seen["kept"] = cli(home, "claim", "list", "--json", session="biller")
    seen["later_up_says"] = "".join(up.said)
    seen["stopped"] = up.end(signal.SIGINT)
    seen["after_stop"] = processes_of(home)
    return seen


def to_the_end(home: Path, practice: SyntheticPractice, script: Path) -> dict[str, Any]:
    """Start it a third time, with the payer's script and the people, until every claim has ended."""
    world = World(home).prepare()
    seen: dict[str, Any] = {"third": stored_claims(world)}
    try:
        world.start(script, TWICE_A_DAY)
        with staff(world, Timeline(home / "timeline"), practice.people, hired=True) as people:
            people.live_until(LAST_DAY)
            seen["refused"], seen["forsaken"] = people.robot.refused, people.keeper.forsaken
            seen["final"] = reports(home)
    finally:
        world.stop()
    seen["end"] = processes_of(home)
    return seen


def test_up_starts_every_part_on_an_empty_home(story: Story) -> None:
    told = " ".join(story.seen["parts"].values())
    for words in ("server start-dev", "sandbox payer", "admin serve", "-m worker"):
        assert words in told


def test_the_commands_of_a_first_day_work(story: Story) -> None:
    assert story.seen["login"].returncode == 0, story.seen["login"].stderr
    assert story.seen["hired"] == [0, 0, 0, 0]
    assert story.seen["import"].returncode == 0, story.seen["import"].stderr
    (file,) = json.loads(story.seen["import"].stdout)["files"]
    assert len(file["accepted"]) == CLAIMS
    assert len(json.loads(story.seen["list"].stdout)["claims"]) == CLAIMS
    assert story.seen["explain"].returncode == 0
    assert "Imported from an 837 file" in " ".join(story.seen["explain"].stdout.split())


def test_the_same_file_again_changes_nothing(story: Story) -> None:
    (file,) = json.loads(story.seen["again"].stdout)["files"]
    assert file["already_imported"]
    assert not file["accepted"]


def test_reports_agree_from_the_first_day_to_the_last(story: Story) -> None:
    for when in ("reports", "final"):
        for name, (code, found) in story.seen[when].items():
            assert code == 0, (when, name, found["findings"])


def test_a_second_world_in_the_home_is_refused_in_plain_words(story: Story) -> None:
    second = story.seen["second_up"]
    assert second.returncode == 6
    assert "already runs" in second.stderr
    assert "Ctrl-C" in second.stderr
    assert "Traceback" not in second.stderr
    assert "already runs" in story.seen["second_world"]


def test_a_killed_command_leaves_parts_that_the_next_one_ends(story: Story) -> None:
    assert story.seen["killed"] == -signal.SIGKILL
    assert len(story.seen["orphans"]) >= len(PARTS)
    assert not set(story.seen["orphans"]) & set(story.seen["taken_over"])


def test_the_next_command_goes_on_where_the_killed_one_was(story: Story) -> None:
    assert story.seen["kept"].returncode == 0, "the session outlives the restart"
    assert len(json.loads(story.seen["kept"].stdout)["claims"]) == CLAIMS
    assert "shown once" not in story.seen["later_up_says"]


def test_ctrl_c_leaves_no_process(story: Story) -> None:
    assert story.seen["stopped"] == 0
    assert story.seen["after_stop"] == {}
    assert story.seen["end"] == {}


def test_every_claim_ends_in_a_third_world_on_the_same_files(story: Story) -> None:
    assert len(story.seen["third"]) == CLAIMS
    assert [said for said in story.seen["refused"] if not any(late in said for late in CAME_LATE)] == []
    assert story.seen["forsaken"] == []
    totals = story.seen["final"]["endings"][1]["totals"]
    assert (totals["closed"], totals["open"], totals["open_cents"]) == (CLAIMS, 0, 0)
