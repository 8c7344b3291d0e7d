"""A wrong call from a workflow to an activity is refused by mypy before anything runs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

HEAD = """
from datetime import datetime

from activities.tasks import TaskActivities
from revcycle.domain.work.act import Act
from revcycle.domain.work.task import TaskDecision, TaskRequest
from workflows.asking import INQUIRY, ask
from workflows.process import Process


async def planted(process: Process, act: Act, request: TaskRequest, decision: TaskDecision, at: datetime) -> None:
    {line}
"""
RIGHT = (
    "await process.do(TaskActivities.open_task, request)",
    "await ask(TaskActivities.close_task, act, request, decision)",
)
WRONG = (
    "await process.do(TaskActivities.open_task)",  # an argument is missing
    "await process.do(TaskActivities.close_task, decision, request)",  # they are swapped
    "await process.do(TaskActivities.escalate_task, request, 'tomorrow')",  # one is of another type
    "await ask(TaskActivities.open_task, request)",  # the act, and with it the key, is forgotten
    "found: str = await process.do(TaskActivities.open_task, request)",  # the answer is another
    "await INQUIRY.ask(TaskActivities.open_task, at, request)",  # over the line too
)
KEYLESS = """
from revcycle.db.engine import Tx
from revcycle.effects.effect import Door, effect


class Keyless(Door):
    @effect
    def forget(self, tx: Tx, claim_id: str) -> bool:
        return bool(claim_id)
"""


def _errors(tmp_path: Path, *sources: str) -> list[str]:
    """Return what mypy says of each source, a line each, empty where nothing."""
    files = [tmp_path / f"planted_{number}.py" for number in range(len(sources))]
    for file, source in zip(files, sources, strict=True):
        file.write_text(source)
    command = (sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), *map(str, files))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    told = done.stdout.splitlines()
    return [next((one for one in told if file.name in one and ": error:" in one), "") for file in files]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    place = tmp_path_factory.mktemp("planted")
    lines = (*RIGHT, *WRONG)
    sources = (*(HEAD.format(line=line) for line in lines), KEYLESS)
    return dict(zip((*lines, "keyless"), _errors(place, *sources), strict=True))


@pytest.mark.parametrize("line", RIGHT)
def test_a_right_call_passes(said: dict[str, str], line: str) -> None:
    assert said[line] == ""


@pytest.mark.parametrize("line", WRONG)
def test_a_planted_wrong_call_is_refused(said: dict[str, str], line: str) -> None:
    assert ": error:" in said[line], line


def test_an_effect_without_its_act_is_refused(said: dict[str, str]) -> None:
    assert "Argument 1" in said["keyless"]
