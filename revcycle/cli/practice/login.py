"""Log in, log out, who am I."""

import sys
from pathlib import Path
from typing import Any

import click

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit, Failure


def read_password(file: Path | None, prompt: str, *, confirm: bool = False) -> str:
    """Return a password from a file (``-`` is stdin), or ask; never from an argument: others see those."""
    if file is None:
        if not sys.stdin.isatty():
            raise Failure.of(Exit.USAGE, "no terminal to ask for the password", remedy="use --password-file")
        return str(click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True))
    try:
        text = sys.stdin.readline() if str(file) == "-" else file.read_text()
    except (OSError, UnicodeDecodeError):
        raise Failure.of(Exit.USAGE, "cannot read that file", where=str(file)) from None
    return text.strip("\r\n")


password_file = click.option(
    "--password-file", type=click.Path(path_type=Path), help="File that holds the password; - is stdin."
)


@click.command(cls=Verb)
@click.argument("user")
@password_file
@pass_desk
def login(desk: Desk, user: str, password_file: Path | None) -> Any:
    """Log in as USER; the session lasts ten hours, or half an hour unused."""
    return desk.api.login(user, read_password(password_file, "Password"))


@click.command(cls=Verb)
@pass_desk
def logout(desk: Desk) -> Any:
    """End the session."""
    return desk.api.logout()


@click.command(cls=Verb)
@pass_desk
def whoami(desk: Desk) -> Any:
    """Show who is logged in, and what they may do."""
    return desk.get("/whoami")
