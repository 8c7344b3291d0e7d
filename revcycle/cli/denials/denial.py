"""Denials: list, show."""

from typing import Any

import click
from rich.console import Console

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment
from revcycle.cli.tables import Column, facts, table

_COLUMNS = (
    Column("denial_id"),
    Column("claim_id"),
    Column("payer_id", 4),
    Column("code"),
    Column("category", 3),
    Column("route", 5),
    Column("state", 2),
    Column("outcome", 5),
    Column("value_cents", title="value"),
    Column("correct_by", 2),
)
_APPEAL = ("appeal_id", "level", "level_name", "kind", "state", "file_by", "filed_at", "outcome")


@click.group(cls=Noun)
def group() -> None:
    """What payers refused, and what we do about it."""


@group.command("list", cls=Listing, rows="denials", columns=_COLUMNS, nothing="no denial fits")
@click.option("--open", "open_", is_flag=True, help="Only denials that have not ended.")
@click.option("--state", help="Only denials in this state.")
@click.option("--payer", help="Only denials by this payer id.")
@click.option("--category", help="Only denials of this category.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, show_default=True)
@pass_desk
def list_(desk: Desk, /, open_: bool, **query: Any) -> Any:
    """List denials."""
    return desk.get("/denials", open="yes" if open_ else None, **query)


def _show(out: Console, found: Any) -> None:
    facts(out, found)
    if found["appeals"]:
        out.print()
        table(out, found["appeals"], _APPEAL, "")


@group.command(cls=Verb, show=_show)
@click.argument("denial_id")
@pass_desk
def show(desk: Desk, denial_id: str) -> Any:
    """Show one denial with its appeals."""
    return desk.get(f"/denials/{segment(denial_id)}")
