"""Many commands over one connection: a line in, a line of JSON out, at once."""

import json
import shlex
import sys
from typing import Any, TextIO

import click

from revcycle.cli.desk import Desk, pass_desk
from revcycle.cli.exits import Exit, Failure

_ALONE = ("batch", "up", "demo", "admin", "sandbox", "completion")
"""Commands that run a world or set one up; they are not steps of a day's work."""


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@pass_desk
def batch(desk: Desk, file: TextIO) -> None:
    """Run the commands in FILE (or stdin), one a line, without `revcycle` before them.

    Prints one line of JSON for each, at once: {"command", "exit", "result"} or {"command", "exit",
    "error"}. A command that fails does not stop the batch; the exit code is the worst of all.
    Empty lines and lines that begin with # are skipped.
    """
    inner = Desk(batch=True)
    inner.use(desk.api)
    worst = 0
    while line := file.readline():
        command = line.strip()
        if not command or command.startswith("#"):
            continue
        found = run_line(inner, command)
        worst = max(worst, found["exit"])
        sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")
        sys.stdout.flush()
    desk.answer, desk.exit = None, worst
    if worst:
        click.get_current_context().exit(worst)


def run_line(desk: Desk, command: str) -> dict[str, Any]:
    """Run one command; return what its line of JSON says."""
    from revcycle.cli.main import run

    desk.fresh()
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        failure: Failure | None = Failure.of(Exit.USAGE, f"cannot read the line: {error}".lower())
        code: int = Exit.USAGE
    else:
        if arguments[0] in _ALONE:
            code, failure = Exit.USAGE, Failure.of(Exit.USAGE, f"{arguments[0]} does not run in a batch")
        else:
            code, failure = run(arguments, desk)
    if failure is not None:
        return {"command": command, "exit": int(code), "error": failure.error}
    return {"command": command, "exit": int(code), "result": desk.answer}
