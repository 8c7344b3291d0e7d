"""The command line against a real api over HTTP: exit codes, JSON, tables, sessions, batch."""

import io
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from revcycle.access.roles import Role
from revcycle.cli.desk import Desk
from revcycle.cli.exits import Exit
from revcycle.cli.main import run
from revcycle.db.practice import users
from tests.support.api import PASSWORD, ApiWorld, api_world, synthetic, with_claims

Cli = Callable[..., tuple[int, Any]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ApiWorld]:
    with api_world(tmp_path) as made:
        yield made


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return tmp_path / "state" / "session.json"


@pytest.fixture
def password(tmp_path: Path) -> str:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    return str(file)


@pytest.fixture
def cli(
    world: ApiWorld, session: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Cli:
    """Run a command with --json; return its exit code, and its answer or its error."""
    monkeypatch.setenv("REVCYCLE_API", world.address)
    monkeypatch.setenv("REVCYCLE_SESSION_FILE", str(session))

    def command(*words: str) -> tuple[int, Any]:
        desk = Desk()
        code, failure = run([*words, "--json"], desk)
        desk.close()
        if failure is not None:
            return code, failure.error
        return code, json.loads(capsys.readouterr().out)

    return command


def test_a_session_is_kept_in_a_file_of_its_owner(cli: Cli, session: Path, password: str) -> None:
    assert cli("whoami")[0] == Exit.NOT_LOGGED_IN

    code, who = cli("login", "biller", "--password-file", password)

    assert (code, who["role"]) == (Exit.OK, "biller")
    assert "token" not in who
    assert stat.S_IMODE(session.stat().st_mode) == 0o600
    assert cli("whoami")[1]["user"] == "biller"
    assert cli("logout")[0] == Exit.OK
    assert not session.exists()
    assert cli("whoami")[0] == Exit.NOT_LOGGED_IN


def test_a_wrong_password_is_not_logged_in(cli: Cli, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("something else entirely")
    assert cli("login", "biller", "--password-file", str(wrong))[0] == Exit.NOT_LOGGED_IN


def test_without_a_terminal_a_password_comes_from_a_file(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert cli("login", "biller")[0] == Exit.USAGE
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert cli("login", "biller", "--password-file", "-")[0] == Exit.OK


def test_a_batch_with_a_bad_file_is_partly_done(cli: Cli, tmp_path: Path, password: str) -> None:
    good, bad = tmp_path / "good.837", tmp_path / "bad.837"
    good.write_bytes(synthetic(4)[1])
    bad.write_bytes(b"%PDF-1.4 not a claim")
    cli("login", "biller", "--password-file", password)

    code, answer = cli("claim", "import", str(good), str(bad))

    assert code == Exit.PARTLY
    assert [len(report["accepted"]) for report in answer["files"]] == [4, 0]
    assert cli("claim", "import", str(good))[1]["files"][0]["already_imported"]
    assert len(cli("claim", "quarantine")[1]["quarantine"]) == 1


def test_a_dry_run_keeps_nothing(cli: Cli, tmp_path: Path, password: str) -> None:
    good, bad = tmp_path / "good.837", tmp_path / "bad.837"
    good.write_bytes(synthetic(4)[1])
    bad.write_bytes(b"not a claim")
    cli("login", "biller", "--password-file", password)

    code, answer = cli("claim", "import", "--dry-run", str(good), str(bad))

    assert code == Exit.PARTLY
    assert [report["readable"] for report in answer["files"]] == [4, 0]
    assert cli("claim", "list")[1]["claims"] == []
    assert cli("claim", "quarantine")[1]["quarantine"] == []


def test_a_file_that_cannot_be_written_is_told(cli: Cli, tmp_path: Path, password: str) -> None:
    cli("login", "manager", "--password-file", password)
    code, error = cli("ledger", "export", "--out", str(tmp_path / "no" / "such" / "folder.csv"))
    assert (code, error["message"]) == (Exit.REFUSED, "no such file or directory")


def test_each_failure_has_its_exit_code(cli: Cli, world: ApiWorld, password: str) -> None:
    with_claims(world)
    cli("login", "auditor", "--password-file", password)
    assert cli("claim", "list", "--stage", "asleep")[0] == Exit.USAGE
    assert cli("claim", "correct", "C000001", "--set", "place_of_service=22")[0] == Exit.NOT_ALLOWED
    assert cli("claim", "show", "C999999")[0] == Exit.NOT_FOUND
    cli("login", "biller", "--password-file", password)
    assert cli("claim", "correct", "C000001", "--set", "place_of_service=22")[0] == Exit.REFUSED
    assert cli("claim", "correct", "C000001", "--set", "nothing")[0] == Exit.USAGE
    assert cli("eligibility", "check", "C000001")[0] == Exit.UNREACHABLE


def test_broken_books_and_a_broken_chain_are_exit_one(cli: Cli, world: ApiWorld, password: str) -> None:
    from sqlalchemy import text

    with_claims(world)
    cli("login", "auditor", "--password-file", password)
    assert cli("ledger", "trial-balance")[0] == Exit.OK
    assert cli("audit", "verify")[0] == Exit.OK
    with world.db.engine.begin() as connection:
        for table in ("ledger_entries", "audit_records"):
            connection.execute(text(f"DROP TRIGGER {table}_no_update"))
        connection.execute(
            text("UPDATE ledger_entries SET amount_cents = amount_cents + 1 WHERE entry_id = 1")
        )
        connection.execute(text("UPDATE audit_records SET why = 'nothing' WHERE seq = 1"))

    assert cli("ledger", "trial-balance")[0] == Exit.FINDING
    assert cli("audit", "verify")[0] == Exit.FINDING


def test_the_reason_for_a_look_is_in_the_audit_log(cli: Cli, world: ApiWorld, password: str) -> None:
    with_claims(world)
    cli("login", "biller", "--password-file", password)
    cli("claim", "show", "C000001", "--why", "the patient called")
    cli("login", "auditor", "--password-file", password)
    (looked,) = cli("audit", "list", "--persons")[1]["records"]
    assert looked["why"] == "the patient called"


def test_people_read_tables(
    cli: Cli, world: ApiWorld, password: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_claims(world)
    cli("login", "biller", "--password-file", password)
    capsys.readouterr()
    for words, expected in (
        (["claim", "list"], "ready_to_bill"),
        (["claim", "show", "C000001"], "timely filing"),
        (["claim", "explain", "C000001"], "Imported from an 837 file"),
        (["claim", "timeline", "C000001"], "armed"),
        (["ledger", "show", "C000001"], "open: insurance $"),
        (["ledger", "trial-balance"], "total $0.00"),
        (["patient", "show", "A000001"], "guarantor"),
        (["worklist", "next"], "nothing waits for you"),
        (["claim", "quarantine"], "nothing is in quarantine"),
        (["denial", "list"], "no denial fits"),
        (["whoami"], "biller"),
    ):
        desk = Desk()
        assert run(words, desk) == (Exit.OK, None), words
        desk.close()
        assert expected in capsys.readouterr().out, words


def test_a_batch_answers_each_line_at_once_and_goes_on_after_a_failure(
    cli: Cli,
    world: ApiWorld,
    password: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_claims(world)
    lines = f"""
# the day begins
login biller --password-file {password}
claim list --limit 2
claim show C999999
nonsense
claim list --stage "
demo
claim explain C000001 --json
"""
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    desk = Desk()
    code, failure = run(["batch"], desk)
    desk.close()
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [answer["exit"] for answer in found] == [
        0,
        0,
        Exit.NOT_FOUND,
        Exit.USAGE,
        Exit.USAGE,
        Exit.USAGE,
        0,
    ]
    assert (code, failure) == (Exit.NOT_FOUND, None)
    assert len(found[1]["result"]["claims"]) == 2
    assert found[2]["error"]["message"] == "no claim C999999"
    assert found[6]["result"]["story"]
    assert all(
        set(answer) == {"command", "exit", "result" if answer["exit"] == 0 else "error"} for answer in found
    )


def test_staff_are_managed_at_the_command_line(cli: Cli, world: ApiWorld, password: str) -> None:
    cli("login", "admin", "--password-file", password)
    assert cli("user", "add", "grace", "--role", "manager", "--password-file", password)[0] == Exit.OK
    assert cli("user", "add", "grace", "--role", "manager", "--password-file", password)[0] == Exit.REFUSED
    assert cli("user", "disable", "grace")[1] == {"user": "grace", "disabled": True}
    with world.db.read() as tx:
        grace = users.load(tx, "grace")
    assert (grace.role, grace.disabled, grace.created_by) == (Role.MANAGER, True, "admin")


def test_what_is_written_to_a_file_is_not_on_the_screen(
    cli: Cli, world: ApiWorld, password: str, tmp_path: Path
) -> None:
    with_claims(world, 3)
    cli("login", "manager", "--password-file", password)
    out = tmp_path / "ledger.csv"
    assert cli("ledger", "export", "--out", str(out))[1] == {"file": str(out), "entries": 6}
    assert cli("claim", "quarantine", "--raw", "1")[0] == Exit.USAGE


def test_a_search_for_a_person_does_not_pretend_to_be_narrowed(cli: Cli, password: str) -> None:
    cli("login", "biller", "--password-file", password)
    code, error = cli("claim", "list", "--name", "Alder,Ash", "--stage", "denied")
    assert code == Exit.USAGE
    assert "--stage" in error["message"]
