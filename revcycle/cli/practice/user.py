"""Staff: add, list, disable, password."""

from pathlib import Path
from typing import Any

import click

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.lazy import Noun, Word
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment
from revcycle.cli.practice.login import password_file, read_password
from revcycle.cli.tables import Column, Kind

_COLUMNS = (
    Column("user_id"),
    Column("role"),
    Column("disabled", 1, Kind.FLAG),
    Column("created_at", 2),
    Column("created_by", 3, Kind.WORDS),
)


@click.group(cls=Noun)
def group() -> None:
    """Who works here, and as what."""


@group.command(cls=Verb)
@click.argument("user")
@click.option("--role", required=True, type=Word(["biller", "manager", "auditor", "admin"]))
@password_file
@pass_desk
def add(desk: Desk, user: str, role: str, password_file: Path | None) -> Any:
    """Add a member of staff."""
    password = read_password(password_file, "Their first password", confirm=True)
    return desk.post("/users", {"user": user, "role": role, "password": password})


@group.command("list", cls=Listing, rows="users", columns=_COLUMNS, nothing="nobody")
@pass_desk
def list_(desk: Desk) -> Any:
    """List the staff."""
    return desk.get("/users")


@group.command(cls=Verb)
@click.argument("user")
@click.option("--enable", is_flag=True, help="Open the access again.")
@pass_desk
def disable(desk: Desk, user: str, enable: bool) -> Any:
    """Close a user's access at once."""
    return desk.post(f"/users/{segment(user)}/disable", {"disabled": not enable})


@group.command(cls=Verb)
@click.argument("user", required=False)
@password_file
@pass_desk
def password(desk: Desk, user: str | None, password_file: Path | None) -> Any:
    """Set the password of USER (admins), or your own when USER is left out. Sessions end."""
    if user:
        new = read_password(password_file, "Their new password", confirm=True)
        return desk.post(f"/users/{segment(user)}/password", {"password": new})
    old = read_password(None, "Your password now")
    return desk.post(
        "/password", {"old": old, "new": read_password(password_file, "Your new password", confirm=True)}
    )
