"""Clocks by name: how many are armed, met, missed and cancelled."""

import re
from dataclasses import dataclass

from revcycle.db.engine import Tx
from revcycle.db.work import deadlines as store
from revcycle.db.work.deadlines import DeadlineState
from revcycle.reports.report import Report

_TASK = re.compile(r"^task .*-([a-z_]+)-[^-]*(?:-\d+)?$")


@dataclass(frozen=True, slots=True)
class DeadlineCountRow:
    """One kind of clock."""

    name: str
    armed: int
    met: int
    missed: int
    cancelled: int


def deadlines(tx: Tx) -> Report[DeadlineCountRow]:
    """Return the clocks in order of name; the clocks of tasks are counted by kind of task."""
    counts: dict[str, dict[DeadlineState, int]] = {}
    for (name, state), number in store.count(tx).items():
        states = counts.setdefault(_kind(name), {})
        states[state] = states.get(state, 0) + number
    rows = tuple(
        DeadlineCountRow(name, *(counts[name].get(state, 0) for state in DeadlineState))
        for name in sorted(counts)
    )
    totals = {state.value: sum(states.get(state, 0) for states in counts.values()) for state in DeadlineState}
    return Report(rows, totals)


def _kind(name: str) -> str:
    task = _TASK.match(name)
    return f"task {task[1]}" if task else name
