"""Every command that a message names is one the program has, with the words it takes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from revcycle.cli.main import cli

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("revcycle", "activities", "workflows")
_COMMAND = re.compile(r"`revcycle ([^`]*)`")
_SAID = "something"
"""Stands for what a message fills in."""


def texts(path: Path) -> Iterator[str]:
    """Yield every string of a file that people may read, with what is filled in made a word."""
    tree = ast.parse(path.read_text())
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            values = (v.value if isinstance(v, ast.Constant) else _SAID for v in node.values)
            yield "".join(str(value) for value in values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def named() -> list[tuple[str, str]]:
    """Return every command a message or docstring names, with its file."""
    files = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return [
        (str(path.relative_to(ROOT)), command.strip())
        for path in files
        for text in texts(path)
        for command in _COMMAND.findall(text)
        if not command.startswith((_SAID, "NOUN", "<"))
    ]


def resolve(words: list[str]) -> click.Command:
    """Return the command the words name. Raises AssertionError."""
    command: click.Command = cli
    for word in words:
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), word)
        assert found is not None, f"there is no {word!r} in {command.name}"
        command = found
    return command


def test_there_are_messages_that_name_commands() -> None:
    assert len(named()) > 30


@pytest.mark.parametrize(("file", "command"), named())
def test_a_named_command_is_one_that_can_be_typed(file: str, command: str) -> None:
    words = command.split()
    found = resolve([word for word in words if not word.startswith("-")])
    assert not isinstance(found, click.Group) or words[-1] == "--help", f"{file} names a noun without a verb"
    known = {option for parameter in found.params for option in parameter.opts} | {"--help"}
    assert {word for word in words if word.startswith("--")} <= known, file
