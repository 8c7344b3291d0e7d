"""Exit codes, and the failures that carry them."""

from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """What the exit code of every command means."""

    OK = 0
    FINDING = 1
    USAGE = 2
    NOT_LOGGED_IN = 3
    NOT_ALLOWED = 4
    NOT_FOUND = 5
    REFUSED = 6
    UNREACHABLE = 7
    PARTLY = 8


MEANING = {
    Exit.OK: "done",
    Exit.FINDING: "done, and something is wrong: a broken invariant, a changed audit record",
    Exit.USAGE: "the command or a value in it cannot be understood",
    Exit.NOT_LOGGED_IN: "nobody is logged in, or the session is over",
    Exit.NOT_ALLOWED: "the role does not allow it",
    Exit.NOT_FOUND: "no such claim, task, account or document",
    Exit.REFUSED: "a rule refuses it, for the reason given",
    Exit.UNREACHABLE: "the api, the engine or a worker does not answer",
    Exit.PARTLY: "partly done: some claims of the file are in quarantine",
}

_BY_STATUS = {401: Exit.NOT_LOGGED_IN, 403: Exit.NOT_ALLOWED, 404: Exit.NOT_FOUND}


class Failure(Exception):
    """A command that could not do what it was asked: what, where, and what to do next."""

    def __init__(self, code: Exit, error: dict[str, Any]) -> None:
        super().__init__(str(error.get("message", "failed")))
        self.exit = code
        self.error = error

    @classmethod
    def of(cls, code: Exit, message: str, *, remedy: str = "", where: str = "") -> "Failure":
        """Make a failure of our own."""
        error = {"code": code.name.lower(), "message": message, "where": where, "remedy": remedy}
        return cls(code, error)

    def lines(self) -> tuple[str, ...]:
        """Return the message as people read it."""
        where = f" ({self.error['where']})" if self.error.get("where") else ""
        remedy = self.error.get("remedy")
        first = f"{self}{where}"
        return (first, f"→ {remedy}") if remedy else (first,)


def exit_for(status: int, error_code: str) -> Exit:
    """Return the exit code of an HTTP answer that is not a success."""
    if error_code == "bad_input":
        return Exit.USAGE
    if status >= 500:
        return Exit.UNREACHABLE
    return _BY_STATUS.get(status, Exit.REFUSED)
