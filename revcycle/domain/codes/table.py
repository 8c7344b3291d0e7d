"""Read a code table: a CSV beside this module, one row for each code and date, once per process."""

import csv
from collections.abc import Callable
from datetime import date
from importlib import resources
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A code with its meaning from a day on."""

    @property
    def code(self) -> str:
        """The code itself."""
        ...

    @property
    def effective_from(self) -> date:
        """The first day of this meaning."""
        ...


D = TypeVar("D", bound=Dated)


def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table (``carc.csv``) by column name."""
    file = resources.files("revcycle.domain.codes").joinpath(name)
    return tuple(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def by_code(name: str, read: Callable[[dict[str, str]], D]) -> dict[str, tuple[D, ...]]:
    """Return a table's codes, each with its versions, oldest first."""
    table: dict[str, tuple[D, ...]] = {}
    for entry in sorted((read(row) for row in rows(name)), key=lambda entry: entry.effective_from):
        table[entry.code] = (*table.get(entry.code, ()), entry)
    return table


def in_force(versions: tuple[D, ...], on: date) -> D | None:
    """Return the version in force on the day; before the first version, that one."""
    held = [version for version in versions if version.effective_from <= on]
    return held[-1] if held else next(iter(versions), None)


def words(cell: str) -> tuple[str, ...]:
    """Split a cell that holds several values."""
    return tuple(part.strip() for part in cell.split(",") if part.strip())
