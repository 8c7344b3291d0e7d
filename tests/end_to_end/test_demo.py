"""The demo as one runs it: a short life of a few claims, its last pages, its exit code, and the same file again."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from revcycle.sandbox.demo import FIRST_DAY
from revcycle.sandbox.practice.files import save
from revcycle.sandbox.practice.synthetic import generate
from tests.support.patience import patience
from tests.support.worlds.living_world import CLI, environment_of, processes_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SEED, CLAIMS, DAYS = 4, 48, 40
PAGES = {
    "report endings",
    "ledger trial-balance",
    "report cash",
    "report deadlines",
    "report letters",
    "report kpi",
    "report invariants",
}


@dataclass(frozen=True)
class Played:
    """A demo that has ended."""

    home: Path
    run: subprocess.CompletedProcess[str]
    pages: dict[str, Any]
    processes_left: dict[int, str]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play it once."""
    home = tmp_path_factory.mktemp("demo") / "home"
    words = ("--seed", SEED, "--claims", CLAIMS, "--days", DAYS, "--home", home, "--json")
    run = subprocess.run(
        (*CLI, "demo", *map(str, words)),
        env=environment_of({}),
        capture_output=True,
        text=True,
        check=False,
        timeout=150 * patience(),
    )
    return Played(home, run, json.loads(run.stdout or "{}"), processes_of(home))


def test_the_demo_ends_well(played: Played) -> None:
    assert played.run.returncode == 0, played.run.stderr
    assert "Traceback" not in played.run.stderr


def test_it_shows_its_last_pages(played: Played) -> None:
    assert played.pages.keys() == PAGES
    for name, page in played.pages.items():
        assert not page.get("findings"), name
        assert page, name
    assert played.pages["ledger trial-balance"]["balanced"]


def test_every_claim_of_the_file_is_accounted_for(played: Played) -> None:
    totals = played.pages["report endings"]["totals"]
    assert totals["claims"] == CLAIMS
    assert totals["closed"] + totals["open"] == CLAIMS


def test_it_tells_its_progress_and_where_things_are(played: Played) -> None:
    for words in (f"{CLAIMS} claims taken in", "Temporal UI http://127.0.0.1:", "letters in", "of real time"):
        assert words in played.run.stderr
    assert list((played.home / "mail").glob("*.pdf"))


def test_nothing_is_left_running(played: Played) -> None:
    assert played.processes_left == {}


def test_the_same_seed_gives_the_same_practice_to_the_byte(played: Played, tmp_path: Path) -> None:
    again = save(generate(SEED, CLAIMS, FIRST_DAY.date()), tmp_path, FIRST_DAY)
    for file in (again.claims, again.payer_script, again.people_script):
        assert file.read_bytes() == (played.home / "practice" / file.name).read_bytes(), file.name
    other = save(generate(SEED + 1, CLAIMS, FIRST_DAY.date()), tmp_path / "other", FIRST_DAY)
    assert other.claims.read_bytes() != again.claims.read_bytes()
