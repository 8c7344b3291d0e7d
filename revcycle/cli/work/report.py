"""Reports: stages, endings, aging, kpi, day-sheet, deadlines, cash, letters, invariants."""

from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit
from revcycle.cli.tables import facts, table


@click.group()
def group() -> None:
    """Numbers from the books, the decisions and the clocks; each drills down to claims with --json."""


_ASIDE = ("since", "until", "severity", "segment_position", "code")


def _show(out: Console, found: Any) -> None:
    rows = found["rows"]
    shown = (
        tuple(name for name in rows[0] if not name.endswith("_ids") and name not in _ASIDE) if rows else ()
    )
    table(out, rows, shown, "nothing to report")
    if found["totals"]:
        out.print()
        facts(out, found["totals"])
    for finding in found["findings"]:
        out.print(Text(f"{finding['where']}: {finding['message']}", style="bold red"))


def _judge(found: Any) -> int:
    return Exit.FINDING if found["findings"] else Exit.OK


def _ask(desk: Desk, name: str, **query: Any) -> Any:
    return desk.get(f"/reports/{name}", **query)


@group.command(cls=Verb, show=_show, judge=_judge)
@pass_desk
def stages(desk: Desk) -> Any:
    """How many claims stand at each stage."""
    return _ask(desk, "stages")


@group.command(cls=Verb, show=_show, judge=_judge)
@pass_desk
def endings(desk: Desk) -> Any:
    """How claims ended, and how many are still open."""
    return _ask(desk, "endings")


@group.command(cls=Verb, show=_show, judge=_judge)
@click.option("--on", metavar="DATE", help="At the end of this day; today if left out.")
@pass_desk
def aging(desk: Desk, on: str | None) -> Any:
    """What is owed, by age and by who owes it."""
    return _ask(desk, "aging", on=on)


@group.command(cls=Verb, show=_show, judge=_judge)
@click.option("--since", metavar="DATE", help="From this day.")
@click.option("--until", metavar="DATE", help="To the end of this day.")
@pass_desk
def kpi(desk: Desk, since: str | None, until: str | None) -> Any:
    """Days in A/R, first-pass yield, denial rate, collection rates."""
    return _ask(desk, "kpi", since=since, until=until)


@group.command("day-sheet", cls=Verb, show=_show, judge=_judge)
@click.option("--on", metavar="DATE", help="This day; today if left out.")
@pass_desk
def day_sheet(desk: Desk, on: str | None) -> Any:
    """What was booked on a day."""
    return _ask(desk, "day-sheet", on=on)


@group.command(cls=Verb, show=_show, judge=_judge)
@pass_desk
def deadlines(desk: Desk) -> Any:
    """Clocks by name: armed, met, missed."""
    return _ask(desk, "deadlines")


@group.command(cls=Verb, show=_show, judge=_judge)
@pass_desk
def cash(desk: Desk) -> Any:
    """Whether the bank, the remittances and the books agree; exit 1 if not."""
    return _ask(desk, "cash")


@group.command(cls=Verb, show=_show, judge=_judge)
@pass_desk
def letters(desk: Desk) -> Any:
    """Letters that went out, by reader and kind."""
    return _ask(desk, "letters")


@group.command(cls=Verb, show=_show, judge=_judge)
@pass_desk
def invariants(desk: Desk) -> Any:
    """Whether everything holds that must hold; exit 1 if anything does not."""
    return _ask(desk, "invariants")
