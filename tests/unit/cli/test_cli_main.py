"""The program without an api: help, laziness, usage, completion, glossary."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from revcycle.cli.desk import Desk, Verb
from revcycle.cli.exits import Exit
from revcycle.cli.lazy import MEANT
from revcycle.cli.main import cli, run

MAIN = "from revcycle.cli.main import main; main()"
HEAVY = ("temporalio", "sqlalchemy", "typst", "starlette", "httpx", "rich", "jinja2", "cryptography")


def python(code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | variables
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=False
    )


def walk(group: click.Group, *path: str) -> list[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found += (
            walk(command, *path, name) if isinstance(command, click.Group) else [((*path, name), command)]
        )
    return found


def test_help_imports_nothing_heavy() -> None:
    code = f"""
import sys
from revcycle.cli.main import cli
cli.main(['--help'], standalone_mode=False)
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = python(code)
    assert done.returncode == 0
    assert "Every medical claim" in done.stdout
    assert done.stderr.strip() == "[]"


def test_every_command_has_help_in_words() -> None:
    for path, command in walk(cli):
        assert command.help, path
        assert command.get_short_help_str(), path


ALONE = {("up",), ("batch",), ("completion",), ("admin", "serve"), ("sandbox", "payer")}


def test_every_command_that_answers_takes_json() -> None:
    for path, command in walk(cli):
        assert isinstance(command, Verb) or path in ALONE, path


def test_the_entries_name_what_is_there() -> None:
    names = {path[0] for path, _ in walk(cli)}
    assert names == set(cli.list_commands(click.Context(cli)))


@pytest.mark.parametrize(
    "words", [["nonsense"], ["claim", "show"], ["claim", "list", "--limit", "0"], ["claim", "x"]]
)
def test_what_cannot_be_understood_is_a_usage_failure(words: list[str]) -> None:
    code, failure = run(words, Desk())
    assert code == Exit.USAGE
    assert failure is not None


def test_an_api_that_is_not_there_is_told_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REVCYCLE_API", "http://127.0.0.1:9")
    monkeypatch.setenv("REVCYCLE_SESSION_FILE", str(tmp_path / "session.json"))
    code, failure = run(["whoami"], Desk())
    assert code == Exit.UNREACHABLE
    assert failure is not None
    assert failure.lines()[0] == "the api does not answer (http://127.0.0.1:9)"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_each_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell], Desk())[0] == Exit.OK
    assert "_REVCYCLE_COMPLETE" in capsys.readouterr().out


def test_a_shell_completes_a_noun() -> None:
    done = python(
        MAIN,
        _REVCYCLE_COMPLETE="bash_complete",
        COMP_WORDS="revcycle work",
        COMP_CWORD="1",
    )
    assert "worklist" in done.stdout


def test_the_glossary_explains_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["glossary", "charity", "care"], Desk())[0] == Exit.OK
    assert "cannot pay" in capsys.readouterr().out


def test_the_glossary_offers_near_words() -> None:
    code, failure = run(["glossary", "copaiment"], Desk())
    assert code == Exit.NOT_FOUND
    assert failure is not None
    assert "copayment" in failure.error["remedy"]


def test_json_is_one_line_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    run(["glossary", "appeal", "--json"], Desk())
    assert list(json.loads(capsys.readouterr().out)) == ["appeal"]


def test_a_failure_prints_no_traceback() -> None:
    done = python(MAIN, "claim", "import", "nowhere.837", REVCYCLE_API="http://127.0.0.1:9")
    assert done.returncode == Exit.NOT_FOUND
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["clam", "list"], "`revcycle claim`"),
        (["claims", "list"], "`revcycle claim`"),
        (["tasks"], "`revcycle worklist`"),
        (["era", "list"], "`revcycle remittance`"),
        (["claim", "lst"], "`revcycle claim list`"),
        (["claim", "fix", "C000001"], "`revcycle claim correct`"),
        (["report", "agin"], "`revcycle report aging`"),
        (["x12", "inspekt"], "`revcycle x12 inspect`"),
    ],
)
def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(words: list[str], meant: str) -> None:
    code, failure = run(words, Desk())
    assert code == Exit.USAGE
    assert failure is not None
    assert f"did you mean {meant}?" in failure.error["remedy"]


def test_a_command_like_no_other_is_sent_to_the_list_of_all() -> None:
    code, failure = run(["qqqqq"], Desk())
    assert code == Exit.USAGE
    assert failure is not None
    assert failure.error["remedy"] == "`revcycle --help` lists what there is"


def test_a_mistyped_choice_is_answered_with_the_nearest() -> None:
    code, failure = run(["patient", "hold", "A000001", "decesed"], Desk())
    assert code == Exit.USAGE
    assert failure is not None
    assert failure.error["message"].startswith("REASON: 'decesed' is not known; did you mean deceased?")
    assert failure.error["remedy"] == "see `revcycle patient hold --help`"


def test_words_that_stand_for_a_command_name_one_that_is_there() -> None:
    there = {word for path, _ in walk(cli) for word in path}
    assert set(MEANT.values()) <= there
