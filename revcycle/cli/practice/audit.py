"""The audit log: list, verify."""

from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing
from revcycle.cli.tables import Column, Kind

_COLUMNS = (
    Column("seq", 3),
    Column("real_at", title="on"),
    Column("user_id", title="user"),
    Column("role", 5),
    Column("action", kind=Kind.ID),
    Column("subject", kind=Kind.ID),
    Column("why", 2),
    Column("outcome", 4),
)


@click.group(cls=Noun)
def group() -> None:
    """Who did what, to which record, when and why."""


@group.command("list", cls=Listing, rows="records", columns=_COLUMNS, nothing="nothing")
@click.option("--user", help="Only what this user did.")
@click.option("--subject", help="Only what was done to this (claim/C000001).")
@click.option("--persons", is_flag=True, help="Only looks at a person.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--before", type=int, help="Go on before this record.")
@pass_desk
def list_(desk: Desk, /, persons: bool, **query: Any) -> Any:
    """List audit records, the newest first."""
    return desk.get("/audit", persons="yes" if persons else None, **query)


def _show(out: Console, found: Any) -> None:
    out.print(Text(found["message"], style="" if found["whole"] else "bold red"))


def _judge(found: Any) -> int:
    return Exit.OK if found["whole"] else Exit.FINDING


@group.command(cls=Verb, show=_show, judge=_judge)
@pass_desk
def verify(desk: Desk) -> Any:
    """Check that no record was changed, added or removed; exit 1 if one was."""
    return desk.get("/audit/verify")
