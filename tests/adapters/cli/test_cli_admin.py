"""Setting up a service on a machine: keys, tables, the first admin, the practice."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from revcycle.cli.desk import Desk
from revcycle.cli.exits import Exit
from revcycle.cli.main import run

Cli = Callable[..., tuple[int, Any]]

PROFILE = """
name = "Elm Street Clinic"
phone = "614-555-0100"
npi = "1990000014"
tin = "99-0000001"
website = "elm.example"
signer_name = "A. Signer"

[address]
line1 = "1 Elm St"
city = "Columbus"
state = "OH"
postal_code = "43004"
"""


@pytest.fixture
def cli(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    monkeypatch.setenv("REVCYCLE_HOME", str(home))

    def command(*words: str) -> tuple[int, Any]:
        code, failure = run([*words, "--json"], Desk())
        return code, failure.error if failure else json.loads(capsys.readouterr().out)

    return command


@pytest.fixture
def password(tmp_path: Path) -> str:
    file = tmp_path / "password"
    file.write_text("correct horse battery")
    return str(file)


def test_a_service_is_set_up_once(cli: Cli, home: Path, password: str) -> None:
    code, made = cli("admin", "init", "--password-file", password)

    assert (code, made["admin"], made["made"], made["before"]) == (Exit.OK, "admin", True, "empty")
    assert stat.S_IMODE((home / "keyring.json").stat().st_mode) == 0o600
    assert cli("admin", "migrate")[1]["before"] == made["after"]

    code, error = cli("admin", "init", "--user", "other", "--password-file", password)
    assert (code, error["message"]) == (Exit.REFUSED, "there is an admin already")


def test_a_weak_first_password_is_refused(cli: Cli, tmp_path: Path) -> None:
    weak = tmp_path / "weak"
    weak.write_text("short")
    assert cli("admin", "init", "--password-file", str(weak))[0] == Exit.REFUSED


def test_a_key_ring_is_never_overwritten(cli: Cli, home: Path) -> None:
    assert cli("admin", "keyring")[1]["made"]
    before = (home / "keyring.json").read_bytes()
    assert not cli("admin", "keyring")[1]["made"]
    assert (home / "keyring.json").read_bytes() == before


def test_without_a_key_ring_nothing_starts(cli: Cli) -> None:
    code, error = cli("admin", "migrate")
    assert code == Exit.REFUSED
    assert "key ring" in error["message"]


def test_a_bad_setting_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVCYCLE_DATABASE_URL", "mysql://somewhere")
    code, error = cli("admin", "migrate")
    assert code == Exit.REFUSED
    assert "REVCYCLE_DATABASE_URL" in error["message"]


def test_a_practice_is_written_and_shown(cli: Cli, tmp_path: Path, password: str) -> None:
    cli("admin", "init", "--password-file", password)
    assert cli("admin", "practice")[0] == Exit.REFUSED
    file = tmp_path / "practice.toml"
    file.write_text(PROFILE)

    assert cli("admin", "practice", "--file", str(file))[0] == Exit.OK
    assert cli("admin", "practice")[1]["address"]["city"] == "Columbus"
    file.write_text('name = "half a profile"')
    assert cli("admin", "practice", "--file", str(file))[0] == Exit.REFUSED


def test_a_synthetic_practice_is_written_as_files(cli: Cli, tmp_path: Path) -> None:
    code, wrote = cli("sandbox", "practice", "--claims", "5", "--out", str(tmp_path / "batch"))
    assert code == Exit.OK
    assert Path(wrote["claims"]).read_bytes().startswith(b"ISA")
