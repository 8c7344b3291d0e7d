"""The demo that is kept: work of several kinds waits, it says which, and what it says to type works."""

import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

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
