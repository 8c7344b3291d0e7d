"""The sandbox: a synthetic payer and a synthetic practice."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from revcycle.cli.desk import Verb
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.lazy import Noun
from revcycle.cli.places import home


@click.group(cls=Noun)
def group() -> None:
    """A payer and a practice that do not exist, for trying out."""


@group.command()
@click.option("--host", help="Address to listen on; the one in REVCYCLE_CONNECTION_URL if left out.")
@click.option("--port", type=int, help="Port; the one in REVCYCLE_CONNECTION_URL if left out.")
@click.option("--token-file", type=click.Path(path_type=Path), help="File with the bearer token to ask for.")
@click.option(
    "--script", type=click.Path(path_type=Path), help="What the payer does with each claim; else all is paid."
)
@click.option(
    "--scripts",
    type=click.Path(path_type=Path),
    help="Follow every script in this folder, also those that come later; the rest is paid within two days.",
)
@click.option("--data", type=click.Path(path_type=Path), help="Folder for the payer's own records.")
@click.option("--sftp-port", type=int, help="Serve an SFTP drop too, on this loopback port; user practice.")
@click.option("--sftp-partner", default="", help="The ISA06 of who uses the drop.")
@click.option(
    "--apart", multiple=True, metavar="ISA06", help="A partner who fetches over its own way only; may repeat."
)
def payer(**told: Any) -> None:
    """Serve the sandbox payer until stopped."""
    from revcycle.config import BadSetting
    from revcycle.sandbox.parts import serve_payer

    try:
        serve_payer(**told)
    except BadSetting as error:
        raise Failure.of(Exit.REFUSED, str(error), remedy="see .env.example") from error


@group.command(cls=Verb)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--claims", type=click.IntRange(1), default=300, show_default=True)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder to write into.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day it is there; today on the world's clock if left out.",
)
def practice(seed: int, claims: int, out: Path, today: datetime | None) -> Any:
    """Write a batch file (837P) of a synthetic practice, for services of the last two weeks.

    The sandbox payer of the world in REVCYCLE_HOME learns what to do with the claims: it pays most, rejects and
    denies some, finds coverage ended, and says nothing about others.
    """
    from revcycle.sandbox.parts import write_practice

    day = today.date() if today is not None else None
    return write_practice(seed=seed, claims=claims, out=out, first_day=day, home=home())
