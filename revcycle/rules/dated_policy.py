"""Which of several rows of policy is in force on a day."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from revcycle.domain.dated_policy import DatedPolicy

P = TypeVar("P", bound=DatedPolicy)


def in_force(rows: Iterable[P], on: date) -> P | None:
    """Return the row of one scope that holds on the day, None when none does.

    The practice's own row beats a published one. Of rows that hold at the same time, the one that began last counts,
    in its newest version: when it ends, the one before holds again. Before the first published row, that row holds: an
    old claim has a policy too.
    """
    newest = _newest_versions(rows)
    holding = [row for row in newest if row.holds_on(on)]
    if holding:
        return max(holding, key=lambda row: (row.own, row.effective_from))
    published = [row for row in newest if not row.own]
    first = min(published, key=lambda row: row.effective_from, default=None)
    return first if first is not None and on < first.effective_from else None


def _newest_versions(rows: Iterable[P]) -> tuple[P, ...]:
    newest: dict[tuple[bool, date], P] = {}
    for row in sorted(rows, key=lambda row: row.version):
        newest[row.own, row.effective_from] = row
    return tuple(newest.values())
