"""An api in a world of its own, and the command line that talks to it as its manager."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from revcycle.cli.desk import Desk
from revcycle.cli.main import run
from tests.support.api import PASSWORD, ApiWorld, api_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ApiWorld]:
    with api_world(tmp_path) as made:
        yield made


@pytest.fixture
def cli(
    world: ApiWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    monkeypatch.setenv("REVCYCLE_API", world.address)
    monkeypatch.setenv("REVCYCLE_SESSION_FILE", str(tmp_path / "session.json"))
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n")

    def command(*words: str, text: bool = False) -> tuple[int, Any]:
        desk = Desk()
        code, failure = run([*words, *(() if text else ("--json",))], desk)
        desk.close()
        if failure is not None:
            return code, failure.error
        out = capsys.readouterr().out
        return code, out if text else json.loads(out)

    command("login", "manager", "--password-file", str(secret))
    return command
