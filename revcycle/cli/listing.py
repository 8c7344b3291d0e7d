"""The verb of every list: a table that fits the terminal, ``--csv`` for spreadsheets, ``--json`` for programs."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO

import click
from rich.console import Console

from revcycle.cli.desk import Desk, Show, Verb
from revcycle.cli.tables import Columns, Kind, kind_of, table

Rows = Callable[[Any], list[dict[str, Any]]]


class Listing(Verb):
    """A verb whose answer holds rows.

    ``rows`` names the field of the answer that holds them, or finds them in it; ``columns`` are what people see,
    ``--csv`` has every field. ``before`` and ``after`` print what else the answer says; ``show`` prints all of it
    where a table is not how people read it.
    """

    def __init__(
        self,
        *arguments: Any,
        rows: str | Rows,
        columns: Columns = (),
        nothing: str = "",
        before: Show | None = None,
        after: Show | None = None,
        **options: Any,
    ) -> None:
        self.rows: Rows = (lambda found: list(found[rows])) if isinstance(rows, str) else rows
        self.columns = columns
        self._nothing = nothing
        self._around = before, after
        super().__init__(*arguments, **{"show": self._show_table} | options)
        self.params.insert(
            -1,
            click.Option(
                ["--csv"],
                is_flag=True,
                expose_value=False,
                callback=_want_csv,
                help="Print every field as CSV, amounts in dollars.",
            ),
        )

    def print(self, desk: Desk, answer: Any) -> None:
        """Print the answer as the person asked for it."""
        if desk.csv and not desk.json:
            write_csv(sys.stdout, self.rows(answer), tuple(_name(one) for one in self.columns))
        else:
            super().print(desk, answer)

    def _show_table(self, out: Console, found: Any) -> None:
        before, after = self._around
        if before is not None:
            before(out, found)
        table(out, self.rows(found), self.columns, self._nothing)
        if after is not None:
            after(out, found)


def write_csv(out: TextIO, rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...] = ()) -> None:
    """Write rows as RFC 4180 says, with every field of them: in the answer's order, ``columns`` when it is empty.

    ``charge_cents`` becomes ``charge_dollars``, digits and a point only; lists are joined with semicolons.
    """
    rows = list(rows)
    names = tuple(dict.fromkeys(name for row in rows for name in row)) or columns
    writer = csv.writer(out)
    writer.writerow([_csv_name(name) for name in names])
    writer.writerows([_csv_value(name, row.get(name)) for name in names] for row in rows)


def plain_dollars(cents: int) -> str:
    """Write cents as spreadsheets read dollars: digits and a point."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _name(column: Any) -> str:
    return column if isinstance(column, str) else str(column.name)


def _csv_name(name: str) -> str:
    return f"{name.removesuffix('cents')}dollars" if kind_of(name) is Kind.MONEY else name


def _csv_value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and kind_of(name) is Kind.MONEY:
        return plain_dollars(value)
    if isinstance(value, list) and not any(isinstance(part, dict | list) for part in value):
        return "; ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _want_csv(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        context.ensure_object(Desk).csv = True
