"""The demo that is kept: work of several kinds waits, it says which, and what it says to type works."""

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from revcycle.access.keyring import KeyRing
from revcycle.config import Settings
from revcycle.db import positions
from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.work import deadlines
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import Clock
from revcycle.temporal.client import connect
from tests.support.patience import until
from tests.support.worlds.living_world import CLI, environment_of, processes_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

CLAIMS, DAYS = 24, 30


@dataclass(frozen=True)
class Kept:
    """A demo that stays up, and everything it said."""

    folder: Path
    said: str

    def paste(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line it printed, in the folder where it was started."""
        environment = environment_of({"XDG_STATE_HOME": str(self.folder / "state")})
        return subprocess.run(
            ["sh", "-c", line], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Play a short demo and keep it."""
    folder = tmp_path_factory.mktemp("kept")
    demo = subprocess.Popen(
        [*CLI, "demo", "--keep", "--claims", str(CLAIMS), "--days", str(DAYS), "--home", "world"],
        cwd=folder,
        env=environment_of({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert demo.stdout is not None
    said = ""
    try:
        while "worklist next" not in said:
            line = demo.stdout.readline()
            assert line, said
            said += line
        yield Kept(folder, said)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0
        assert processes_of(folder / "world") == {}
    finally:
        demo.kill()


def test_it_says_which_work_waits(kept: Kept) -> None:
    for kind in ("fix denial", "fix registration", "fix rejection"):
        assert re.search(rf"^  \d+ {kind}, for instance C\d+", kept.said, re.MULTILINE), kept.said
    assert re.search(r"\d+ denials are under way, for instance C\d+-\d", kept.said), kept.said
    assert re.search(r"\d+ claims wait for a payer that is late, for instance C\d+", kept.said), kept.said


def test_its_books_are_right_all_the_same(kept: Kept) -> None:
    assert re.search(r"^broken +0 *$", kept.said, re.MULTILINE), kept.said


def test_the_commands_it_prints_show_the_work_it_names(kept: Kept) -> None:
    login, following = re.findall(r"^  (REVCYCLE_HOME=.*)$", kept.said, re.MULTILINE)[-2:]
    assert kept.paste(login).returncode == 0
    shown = kept.paste(following)
    assert shown.returncode == 0
    assert re.search(r"^task id +C\d+-", shown.stdout, re.MULTILINE), shown.stdout
    typed = re.search(r"^revcycle (claim explain C\d+)$", shown.stdout, re.MULTILINE)
    assert typed is not None, shown.stdout
    assert kept.paste(following.replace("worklist next", typed[1])).returncode == 0


def _settings(kept: Kept) -> Settings:
    return Settings.load({"REVCYCLE_HOME": str(kept.folder / "world")})


def _database(settings: Settings) -> Database:
    return Database(settings.database_url, KeyRing.load(settings.keyring_file))


def _proof(kept: Kept) -> list[dict[str, str]]:
    """Log in as the manager and return what the proof finds."""
    login, _ = re.findall(r"^  (REVCYCLE_HOME=.*)$", kept.said, re.MULTILINE)[-2:]
    assert kept.paste(login.replace("biller", "manager")).returncode == 0
    said = kept.paste(login.split("login")[0] + "report invariants --json").stdout
    found: list[dict[str, str]] = json.loads(said)["findings"]
    return found


def _waiting_claim(db: Database) -> tuple[str, Clock]:
    """Return an open claim whose own process waits for a payer, and its next clock."""
    with db.read() as tx:
        for claim_id in claims.every_id(tx):
            position = positions.of(tx, subjects.claim(claim_id))
            if position.stage == ClaimStage.ACCEPTED and position.clocks:
                return claim_id, position.clocks[0]
    raise AssertionError("no claim waits for a payer")


async def test_a_timer_taken_away_by_hand_is_named_with_its_claim_and_comes_back(kept: Kept) -> None:
    settings = _settings(kept)
    db = _database(settings)
    claim_id, clock = _waiting_claim(db)
    ports = json.loads((kept.folder / "world" / "world.json").read_text())["ports"]
    client = await connect(
        f"127.0.0.1:{ports['temporal']}", settings.temporal_namespace, KeyRing.load(settings.keyring_file)
    )
    await client.get_workflow_handle(subjects.claim(claim_id)).terminate("by hand")

    (finding,) = _proof(kept)
    assert finding["code"] == "process.lost"
    assert claim_id in finding["message"]
    assert clock.name.value in finding["message"]

    login, _ = re.findall(r"^  (REVCYCLE_HOME=.*)$", kept.said, re.MULTILINE)[-2:]
    assert kept.paste(login.split("login")[0] + f"claim rehydrate {claim_id}").returncode == 0
    until(lambda: not _proof(kept), 60, lambda: str(_proof(kept)))
    db.close()


async def test_a_process_that_waits_for_a_wrong_day_is_named(kept: Kept) -> None:
    db = _database(_settings(kept))
    claim_id, clock = _waiting_claim(db)

    def move(due_at: datetime) -> None:
        held = deadlines.deadlines.c
        with db.write() as tx:
            tx.connection.execute(
                deadlines.deadlines.update()
                .where(held.subject == subjects.claim(claim_id), held.name == clock.name.value)
                .where(held.state == DeadlineState.ARMED.value)
                .values(due_at=due_at)
            )

    move(clock.due_at + timedelta(days=3))
    (finding,) = _proof(kept)
    move(clock.due_at)
    assert (finding["code"], finding["where"]) == ("process.clocks", f"claim/{claim_id}")
    assert _proof(kept) == []
    db.close()
