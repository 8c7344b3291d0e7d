"""Payer connections: list, park, resume."""

from typing import Any

import click

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment
from revcycle.cli.tables import Column, Kind

_COLUMNS = (
    Column("connection_id"),
    Column("state"),
    Column("since", 2),
    Column("waiting"),
    Column("first_deadline", 2, Kind.DATE),
    Column("unknown_batches", 3),
    Column("failures", 4),
    Column("reason", 3),
    Column("actor", 5),
)


@click.group(cls=Noun)
def group() -> None:
    """The lines to payers: whether each is up, and what waits for it."""


@group.command("list", cls=Listing, rows="connections", columns=_COLUMNS, nothing="no connection is defined")
@pass_desk
def list_(desk: Desk) -> Any:
    """List the connections with their queues."""
    return desk.get("/connections")


@group.command(cls=Verb)
@click.argument("connection_id")
@click.option("--reason", required=True, help="Why nothing shall go over it now.")
@pass_desk
def park(desk: Desk, connection_id: str, reason: str) -> Any:
    """Stop deliveries; claims wait in the queue, earliest deadline first."""
    return desk.post(f"/connections/{segment(connection_id)}/park", {"reason": reason})


@group.command(cls=Verb)
@click.argument("connection_id")
@click.option("--reason", default="", help="What has changed.")
@pass_desk
def resume(desk: Desk, connection_id: str, reason: str) -> Any:
    """Deliver again; what waits goes out, earliest deadline first."""
    return desk.post(f"/connections/{segment(connection_id)}/resume", {"reason": reason})
