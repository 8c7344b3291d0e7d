"""How answers look to people: tables that fit the terminal, money in dollars, dates, states by urgency."""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from revcycle.domain.money import dollars

PIPE_WIDTH = 80
"""Columns of a table that nobody watches: a file or a pipe has no width of its own."""
_GAP = 2
_PROSE_MIN = 22
"""A wrapped sentence narrower than this is a column of single words."""
_TOKEN_MAX = 40
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")
_AMOUNT = ("cents", "_cents")
_DATES = ("_at", "_on", "_by", "date", "since", "_from", "_to")

URGENT, SOON, OVER = "bold red", "yellow", "dim"
_STYLES = {
    **dict.fromkeys(("denied", "rejected", "scrub_failed", "missed", "error", "parked", "down"), URGENT),
    **dict.fromkeys(("expired", "refused", "broken", "inactive", "disputed", "unmatched"), URGENT),
    **dict.fromkeys(("appealed", "escalated", "warning", "pending", "needed", "unknown", "held"), SOON),
    **dict.fromkeys(("patient_due", "partially_paid", "past_due", "final_notice"), SOON),
    **dict.fromkeys(("closed", "ended", "resolved", "cancelled", "decided", "met"), OVER),
}
"""Colour by urgency. It only repeats the word, which stands there for whoever sees no colour."""


class Kind(StrEnum):
    """What a column holds, and with that how it may shrink: only sentences wrap, nothing is ever cut."""

    ID = "id"
    MONEY = "money"
    DATE = "date"
    NUMBER = "number"
    STATE = "state"
    FLAG = "flag"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a row. Priority 1 always stays; the highest number goes first where the terminal is narrow."""

    name: str
    priority: int = 1
    kind: Kind | None = None
    title: str = ""

    @property
    def heading(self) -> str:
        """What stands above it."""
        return self.title or heading(self.name)

    def in_rows(self, rows: Iterable[Mapping[str, Any]]) -> "Column":
        """Return it knowing what it holds: what was said, else what its name and its values say."""
        kind = self.kind or kind_of(self.name)
        values = [value for row in rows if (value := row.get(self.name)) is not None]
        if kind is Kind.WORDS and values and all(type(value) is int for value in values):
            kind = Kind.NUMBER
        return replace(self, kind=kind)


Columns = Sequence[Column | str]


def console() -> Console:
    """Return the console on stdout, as wide as the terminal, or 80 columns where there is none."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(width=width, highlight=False, emoji=False, markup=False)


def kind_of(name: str) -> Kind:
    """Return what a field of this name holds."""
    if name in _AMOUNT or name.endswith(_AMOUNT[1]):
        return Kind.MONEY
    if name == "id" or name.endswith("_id"):
        return Kind.ID
    if name.endswith(_DATES):
        return Kind.DATE
    if name in ("stage", "state", "severity"):
        return Kind.STATE
    return Kind.WORDS


def heading(name: str) -> str:
    """Write a field's name as a heading."""
    if name == "cents":
        return "amount"
    return name.removesuffix("_cents").removesuffix("_at").replace("_", " ")


def cell(name: str, value: Any, kind: Kind | None = None) -> Text:
    """Write one value: cents as dollars, instants as days, lists with commas."""
    kind = kind or kind_of(name)
    if value is None or value == "":
        return Text("")
    if isinstance(value, bool):
        said = "yes" if value else ("" if kind is Kind.FLAG else "no")
        return Text(said, style=URGENT if name == "overdue" and value else "")
    if kind is Kind.MONEY and isinstance(value, int):
        return Text(dollars(value), style="red" if value < 0 else "")
    if isinstance(value, str) and _INSTANT.match(value):
        return Text(value[:10])
    if isinstance(value, list):
        return Text(", ".join(str(part) for part in value))
    return Text(str(value), style=_STYLES.get(str(value), "") if kind is Kind.STATE else "")


def table(out: Console, rows: Iterable[Mapping[str, Any]], columns: Columns, nothing: str) -> None:
    """Print rows as a table that fits, or say that there are none.

    Columns without a value are left out. Where the rest is too wide, columns go by priority, and stderr says
    which; where even those of priority 1 do not fit, each row is printed as a list of its fields.
    """
    rows = list(rows)
    if not rows:
        out.print(nothing)
        return
    grid = _Grid(rows, _numbered(columns))
    dropped = grid.fit(out.width)
    out.print(grid.drawn() if grid.fits(out.width) else grid.as_records())
    if dropped:
        names = ", ".join(column.heading for column in dropped)
        click.echo(_folded(f"not shown here: {names} (--csv and --json have everything)"), err=True)


def _folded(text: str) -> str:
    return click.wrap_text(text, PIPE_WIDTH, subsequent_indent="  ")


def _numbered(columns: Columns) -> list[Column]:
    """Give columns that are only named a priority by their place: the first stays, the last goes first."""
    return [Column(one, place) if isinstance(one, str) else one for place, one in enumerate(columns, start=1)]


class _Grid:
    """Cells by column, and the widths they get."""

    def __init__(self, rows: list[Mapping[str, Any]], columns: list[Column]) -> None:
        known = [column.in_rows(rows) for column in columns]
        cells = {one: [cell(one.name, row.get(one.name), one.kind) for row in rows] for one in known}
        self._cells = {
            column: texts
            for column, texts in cells.items()
            if column.priority == 1 or any(t.plain for t in texts)
        }
        self._rows = len(rows)

    def fit(self, width: int) -> list[Column]:
        """Drop columns until the rest fits; return them in the order they stood."""
        dropped: list[Column] = []
        while not self.fits(width):
            least = max(self._cells, key=lambda column: (column.priority, self._place(column)))
            if least.priority == 1:
                break
            del self._cells[least]
            dropped.insert(0, least)
        self._widths = self._spread(width)
        return dropped

    def fits(self, width: int) -> bool:
        """Tell whether every column left has room for what it may not break."""
        return sum(map(self._least, self._cells)) + self._gaps() <= width

    def drawn(self) -> Table:
        """Return the table."""
        drawn = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
        for column in self._cells:
            right = column.kind in (Kind.MONEY, Kind.NUMBER)
            drawn.add_column(
                column.heading,
                justify="right" if right else "left",
                width=self._widths[column],
                overflow="fold",
            )
        for number in range(self._rows):
            drawn.add_row(*(texts[number] for texts in self._cells.values()))
        return drawn

    def as_records(self) -> Table:
        """Return each row as a list of its fields, for what no table of this width can hold."""
        drawn = Table(box=None, pad_edge=False, show_header=False)
        drawn.add_column(style="bold", no_wrap=True)
        drawn.add_column(overflow="fold")
        for number in range(self._rows):
            if number:
                drawn.add_row()
            for column, texts in self._cells.items():
                drawn.add_row(column.heading, texts[number])
        return drawn

    def _place(self, column: Column) -> int:
        return list(self._cells).index(column)

    def _gaps(self) -> int:
        return _GAP * max(len(self._cells) - 1, 0)

    def _least(self, column: Column) -> int:
        """The width below which a heading's word, an id or an amount would be cut."""
        texts = [text.plain for text in self._cells[column]]
        title = _longest_word(column.heading)
        if column.kind is not Kind.WORDS:
            return max(title, *map(cell_len, texts))
        word = min(max(map(_longest_word, texts)), _TOKEN_MAX)
        return max(title, word, min(max(map(cell_len, texts)), _PROSE_MIN))

    def _most(self, column: Column) -> int:
        return max(cell_len(column.heading), *(cell_len(text.plain) for text in self._cells[column]))

    def _spread(self, width: int) -> dict[Column, int]:
        """Share the room that is left: to what does not wrap first, then to the sentences, evenly."""
        widths = {column: self._least(column) for column in self._cells}
        spare = width - sum(widths.values()) - self._gaps()
        for column in sorted(widths, key=lambda one: (one.kind is Kind.WORDS, self._most(one) - widths[one])):
            more = max(min(self._most(column) - widths[column], spare), 0)
            widths[column] += more
            spare -= more
        return widths


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


def facts(out: Console, found: Any, skip: tuple[str, ...] = ()) -> None:
    """Print the plain fields of an object that say something, one a line."""
    if not isinstance(found, Mapping):
        out.print(str(found))
        return
    grid = Table(box=None, pad_edge=False, show_header=False)
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in found.items():
        if (
            name not in skip
            and value not in (None, "", [])
            and not isinstance(value, Mapping)
            and not _rows(value)
        ):
            grid.add_row(heading(name), cell(name, value))
    out.print(grid)


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
