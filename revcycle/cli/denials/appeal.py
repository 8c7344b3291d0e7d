"""Appeals: list, show, packet."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment, write_private
from revcycle.cli.tables import Column, facts, table

_COLUMNS = (
    Column("appeal_id"),
    Column("claim_id"),
    Column("level_name", 3, title="level"),
    Column("kind", 4),
    Column("state", 2),
    Column("file_by"),
    Column("filed_at", 4),
    Column("decide_by", 2),
    Column("outcome", 3),
)


@click.group(cls=Noun)
def group() -> None:
    """Asking a payer to decide again, level by level."""


@group.command("list", cls=Listing, rows="appeals", columns=_COLUMNS, nothing="no appeal fits")
@click.option("--state", help="Only appeals in this state.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, show_default=True)
@pass_desk
def list_(desk: Desk, /, **query: Any) -> Any:
    """List appeals."""
    return desk.get("/appeals", **query)


def _show(out: Console, found: Any) -> None:
    facts(out, found)
    if found["exhibits"]:
        out.print()
        table(out, found["exhibits"], ("label", "kind", "document_id"), "")


@group.command(cls=Verb, show=_show)
@click.argument("appeal_id")
@pass_desk
def show(desk: Desk, appeal_id: str) -> Any:
    """Show one appeal and what lay beside the letter."""
    return desk.get(f"/appeals/{segment(appeal_id)}")


@group.command(cls=Verb)
@click.argument("appeal_id")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The PDF file to write.")
@pass_desk
def packet(desk: Desk, appeal_id: str, out: Path) -> Any:
    """Write the packet as it was filed (PDF). It names the patient."""
    content = desk.api.download(f"/appeals/{segment(appeal_id)}/packet", desk.why)
    write_private(out, content)
    return {"appeal_id": appeal_id, "file": str(out), "bytes": len(content)}
