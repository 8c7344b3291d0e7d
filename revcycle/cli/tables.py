"""How answers look to people: tables, money, dates."""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from revcycle.domain.money import dollars

_PIPE_WIDTH = 160
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")


@cache
def console() -> Console:
    """Return the console on stdout; wide enough to be read by other programs when it is a pipe."""
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(width=width, highlight=False, emoji=False, markup=False)


def cell(name: str, value: Any) -> Text:
    """Write one value: cents as dollars, instants as days, words without underscores."""
    if value is None or value == "":
        return Text("")
    if _is_amount(name) and isinstance(value, int):
        return Text(dollars(value), style="red" if value < 0 else "")
    if isinstance(value, str) and _INSTANT.match(value):
        return Text(value[:10])
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, list):
        return Text(", ".join(str(part) for part in value))
    return Text(str(value))


def _is_amount(name: str) -> bool:
    return name == "cents" or name.endswith("_cents")


def heading(name: str) -> str:
    """Write a field's name as a heading."""
    if name == "cents":
        return "amount"
    return name.removesuffix("_cents").removesuffix("_at").replace("_", " ")


def table(out: Console, rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...], nothing: str) -> None:
    """Print rows as a table, or say that there are none."""
    rows = list(rows)
    if not rows:
        out.print(nothing)
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        amount = _is_amount(name)
        whole = amount or name.endswith("_id") or name in ("reference", "scope")
        grid.add_column(heading(name), justify="right" if amount else "left", no_wrap=whole)
    for row in rows:
        grid.add_row(*(cell(name, row.get(name)) for name in columns))
    out.print(grid)


def facts(out: Console, found: Any, skip: tuple[str, ...] = ()) -> None:
    """Print the plain fields of an object, one a line."""
    if not isinstance(found, Mapping):
        out.print(str(found))
        return
    grid = Table(box=None, pad_edge=False, show_header=False)
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    for name, value in found.items():
        if name not in skip and not isinstance(value, Mapping) and not _rows(value):
            grid.add_row(heading(name), cell(name, value))
    out.print(grid)


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def listing(key: str, columns: tuple[str, ...], nothing: str) -> Callable[[Console, Any], None]:
    """Return how to print an answer that holds one list."""

    def show(out: Console, found: Any) -> None:
        table(out, found[key], columns, nothing)

    return show
