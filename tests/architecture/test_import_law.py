"""The import law holds, and would notice if it did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("revcycle", "workflows", "activities")

PLANTED = {
    "workflows/planted.py": (
        "from revcycle.rules import payer_policy",
        "reaches facts, names and activities",
    ),
    "activities/planted.py": ("import workflows", "Imports run down the floors"),
    "revcycle/domain/planted.py": ("import sqlalchemy", "Facts, judgements and formats"),
    "revcycle/rules/planted.py": ("import revcycle.config", "Only the edges read settings"),
    "revcycle/payers/planted.py": ("import revcycle.db", "Imports run down the floors"),
    "revcycle/db/planted.py": ("import httpx", "HTTP client and quick retries stay in payers"),
    "revcycle/letters/planted.py": ("import sqlalchemy", "SQL stays in db"),
    "revcycle/reports/planted.py": ("import jinja2", "Templates and PDF stay in press"),
    "revcycle/api/planted.py": ("import jwt", "Ciphers, password hashes and tokens stay in access"),
    "activities/planted_judge.py": ("import revcycle.rules", "neither judge nor store"),
    "activities/planted_store.py": ("import revcycle.db.ledger", "neither judge nor store"),
    "revcycle/api/planted_door.py": ("import activities.tasks", "never activities"),
    "revcycle/effects/claims/planted.py": ("import revcycle.effects.mail", "Effects: mail above"),
    "revcycle/effects/denials/planted.py": ("import revcycle.effects.claims", "Effects: mail above"),
    "revcycle/edi/wire/planted.py": ("import revcycle.edi.inquiry", "Formats: checks above"),
    "revcycle/edi/remittance_835/planted.py": ("import revcycle.edi.claim_837", "Formats: checks above"),
    "revcycle/forms/planted.py": ("import revcycle.letters", "Imports run down the floors"),
    "revcycle/press/planted.py": ("import revcycle.access", "Imports run down the floors"),
    "workflows/planted_judge.py": ("import revcycle.effects.work", "reaches facts, names and activities"),
    "revcycle/cli/planted.py": ("import revcycle.db", "knows no workflow, no activity and no store"),
}

BANNED = {
    "datetime.now": "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n",
    "date.today": "from datetime import date\n\nTODAY = date.today()\n",
    "time": "import time\n\nprint(time)\n",
    "random": "import random\n\nprint(random)\n",
    "secrets": "import secrets\n\nprint(secrets)\n",
    "uuid4": "from uuid import uuid4\n\nKEY = uuid4()\n",
    "environment": "import os\n\nHOME = os.environ\n",
}


def _lint_imports(place: Path) -> subprocess.CompletedProcess[str]:
    script = str(Path(sys.executable).with_name("lint-imports"))
    return subprocess.run(
        (script, "--no-cache"),
        cwd=place,
        env={"PYTHONPATH": str(place), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_law_holds() -> None:
    done = _lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


def test_the_import_law_notices_each_planted_breach(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, (line, _) in PLANTED.items():
        (tmp_path / name).write_text(f"{line}\n")
    done = _lint_imports(tmp_path)
    assert done.returncode == 1, done.stderr
    _, _, broken = done.stdout.partition("Broken contracts")
    for name, (_, contract) in PLANTED.items():
        module = name.removesuffix(".py").replace("/", ".")
        assert contract in broken, name
        assert module in broken, f"{module} was not noticed"


@pytest.mark.parametrize("room", ["workflows", "revcycle/domain", "revcycle/rules"])
@pytest.mark.parametrize("source", BANNED.values(), ids=BANNED.keys())
def test_no_clock_chance_or_environment_where_the_answer_must_not_depend_on_it(
    room: str, source: str
) -> None:
    ruff = str(Path(sys.executable).with_name("ruff"))
    command = (
        ruff,
        "check",
        "--no-cache",
        "--select",
        "TID251",
        "--stdin-filename",
        f"{room}/planted.py",
        "-",
    )
    done = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "TID251" in done.stdout
