"""A whole world on this machine: ``up`` and ``demo``."""

from pathlib import Path

import click

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.places import home as default_home

_HOME = click.option(
    "--home", type=click.Path(path_type=Path), help="Where the world keeps everything; .revcycle if left out."
)


def _end(code: int) -> None:
    click.get_current_context().exit(code)


@click.command()
@_HOME
def up(home: Path | None) -> None:
    """Start the world: workflow engine with its web page, api, worker, sandbox payer.

    All on loopback, in this terminal, until Ctrl-C; it continues where it left off.
    """
    from revcycle.sandbox.world import up as start

    _end(start(home=home or default_home()))


@click.command(cls=Verb, show=lambda out, answer: None)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same endings.")
@click.option("--claims", type=click.IntRange(1), default=300, show_default=True)
@click.option("--days", type=click.IntRange(1), default=183, show_default=True, help="Days of business time.")
@click.option("--keep", is_flag=True, help="Leave the world up for looking around.")
@click.option(
    "--home", type=click.Path(path_type=Path), help="Where to; .revcycle-demo, begun anew, if left out."
)
@pass_desk
def demo(desk: Desk, seed: int, claims: int, days: int, keep: bool, home: Path | None) -> None:
    """Run half a year of a synthetic practice in two minutes; exit 0 only if every invariant held."""
    from revcycle.sandbox.demo import demo as play

    _end(play(seed=seed, claims=claims, days=days, keep=keep, home=home, json=desk.json))
