"""A person at the command line: ``revcycle batch`` behind a pipe, logged in under their own name."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """What one command gave: its exit code, its result, or its error in words."""

    exit: int
    result: Any
    error: str = ""


class Desk(Protocol):
    """Something one can type commands into."""

    def type(self, *words: str) -> Answer:
        """Run one command, given as its words without ``revcycle``."""
        ...


class CommandRefused(Exception):
    """A command the script needs did not succeed."""


class Terminal:
    """One person's ``revcycle batch``; one HTTP connection, one session."""

    def __init__(self, api_url: str, session_file: Path, log: Path) -> None:
        environment: Mapping[str, str] = {"REVCYCLE_API": api_url, "REVCYCLE_SESSION_FILE": str(session_file)}
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "revcycle.cli.main", "batch", "-"],
            env={**_without_ours(), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            bufsize=1,
        )

    def type(self, *words: str) -> Answer:
        """Run one command. Raises CommandRefused when the command line itself is gone."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(shlex.join(words) + "\n")
            self._process.stdin.flush()
            said = self._process.stdout.readline()
        except BrokenPipeError:
            said = ""
        if not said:
            raise CommandRefused(f"the command line ended: see {self._log.name}")
        found = json.loads(said)
        error = found.get("error") or {}
        return Answer(found["exit"], found.get("result"), error.get("message", ""))

    def close(self) -> None:
        """Leave."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._log.close()


def must(answer: Answer) -> Any:
    """Return the result of a command that has to succeed. Raises CommandRefused."""
    if answer.exit:
        raise CommandRefused(f"exit {answer.exit}: {answer.error}")
    return answer.result


def _without_ours() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("REVCYCLE_")}
