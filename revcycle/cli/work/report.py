"""Reports: stages, endings, aging, kpi, day-sheet, deadlines, cash, letters, invariants."""

from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Desk, pass_desk
from revcycle.cli.exits import Exit
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing, Rows, plain_dollars
from revcycle.cli.tables import Column, Columns, Kind, facts


@click.group(cls=Noun)
def group() -> None:
    """Numbers from the books, the decisions and the clocks; each drills down to claims with --json."""


def _show_rest(out: Console, found: Any) -> None:
    if found["totals"]:
        out.print()
        facts(out, found["totals"])
    for finding in found["findings"]:
        out.print(Text(f"{finding['where']}: {finding['message']}", style="bold red"))


_STAGES = ("stage", "claims")
_ENDINGS = (
    Column("ending"),
    Column("claims"),
    Column("charge_cents", 2),
    Column("payer_cents", title="payer paid"),
    Column("patient_cents", title="patient paid"),
    Column("contractual_cents", 4),
    Column("written_off_cents", 3),
    Column("open_cents"),
)
_AGING = ("owed_by", "payer_id", "bucket", "cents", "claims")
_KPI = (Column("name"), Column("value", kind=Kind.NUMBER), Column("definition", 2))
_DAY_SHEET = (Column("kind"), Column("account"), Column("cents"), Column("entries", 2))
_DEADLINES = (Column("name"), Column("armed"), Column("met", 2), Column("missed"), Column("cancelled", 3))
_CASH = (
    Column("remittance_id"),
    Column("payer_id", 4),
    Column("eft_trace_number", 3, Kind.ID, "trace"),
    Column("payment_date", 5, title="paid on"),
    Column("state", 3),
    Column("announced_cents"),
    Column("posted_cents", 2),
    Column("deposited_cents", 2),
    Column("difference_cents"),
)
_LETTERS = ("to", "kind", "letters")
_INVARIANTS = (Column("where", kind=Kind.WORDS), Column("message"), Column("remedy", 2))


def _judge(found: Any) -> int:
    return Exit.FINDING if found["findings"] else Exit.OK


def _report(columns: Columns, rows: str | Rows = "rows") -> dict[str, Any]:
    """Return what every report has: its rows as a list, then totals, then what does not agree."""
    return {
        "cls": Listing,
        "rows": rows,
        "columns": columns,
        "nothing": "nothing to report",
        "after": _show_rest,
        "judge": _judge,
    }


def _figures(found: Any) -> list[dict[str, Any]]:
    """A key figure counts claims or dollars; the api says the latter in cents."""
    return [_in_dollars(row) if row["unit"] == "cents" else row for row in found["rows"]]


def _in_dollars(row: dict[str, Any]) -> dict[str, Any]:
    amounts = {name: plain_dollars(row[name]) for name in ("numerator", "denominator")}
    return row | amounts | {"unit": "dollars"}


def _ask(desk: Desk, name: str, **query: Any) -> Any:
    return desk.get(f"/reports/{name}", **query)


@group.command(**_report(_STAGES))
@pass_desk
def stages(desk: Desk) -> Any:
    """How many claims stand at each stage."""
    return _ask(desk, "stages")


@group.command(**_report(_ENDINGS))
@pass_desk
def endings(desk: Desk) -> Any:
    """How claims ended, and how many are still open."""
    return _ask(desk, "endings")


@group.command(**_report(_AGING))
@click.option("--on", metavar="DATE", help="At the end of this day; today if left out.")
@pass_desk
def aging(desk: Desk, on: str | None) -> Any:
    """What is owed, by age and by who owes it."""
    return _ask(desk, "aging", on=on)


@group.command(**_report(_KPI, _figures))
@click.option("--since", metavar="DATE", help="From this day.")
@click.option("--until", metavar="DATE", help="To the end of this day.")
@pass_desk
def kpi(desk: Desk, since: str | None, until: str | None) -> Any:
    """Days in A/R, first-pass yield, denial rate, collection rates."""
    return _ask(desk, "kpi", since=since, until=until)


@group.command("day-sheet", **_report(_DAY_SHEET))
@click.option("--on", metavar="DATE", help="This day; today if left out.")
@pass_desk
def day_sheet(desk: Desk, on: str | None) -> Any:
    """What was booked on a day."""
    return _ask(desk, "day-sheet", on=on)


@group.command(**_report(_DEADLINES))
@pass_desk
def deadlines(desk: Desk) -> Any:
    """Clocks by name: armed, met, missed."""
    return _ask(desk, "deadlines")


@group.command(**_report(_CASH))
@pass_desk
def cash(desk: Desk) -> Any:
    """Whether the bank, the remittances and the books agree; exit 1 if not."""
    return _ask(desk, "cash")


@group.command(**_report(_LETTERS))
@pass_desk
def letters(desk: Desk) -> Any:
    """Letters that went out, by reader and kind."""
    return _ask(desk, "letters")


@group.command(**_report(_INVARIANTS))
@pass_desk
def invariants(desk: Desk) -> Any:
    """Whether everything holds that must hold; exit 1 if anything does not."""
    return _ask(desk, "invariants")
