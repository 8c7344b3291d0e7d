"""Every armed clock: what must happen, by when, and whether it did. Temporal holds the timer, this the record."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ColumnElement, Index, Integer, Table, Text, func, select

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata

deadlines = Table(
    "deadlines",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("practice_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("about", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("armed_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
Index("ix_deadlines_subject", deadlines.c.subject, deadlines.c.name)
Index("ix_deadlines_about", deadlines.c.about)


class DeadlineState(StrEnum):
    """``met``: the thing happened in time; ``missed``: it did not; ``cancelled``: it no longer matters."""

    ARMED = "armed"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One clock: ``subject`` is the process that holds it, ``about`` what it concerns (``claim/C000001``)."""

    subject: str
    about: str
    name: str
    state: DeadlineState
    armed_at: datetime
    due_at: datetime
    ended_at: datetime | None


def about(tx: Tx, about: str) -> tuple[DeadlineRow, ...]:
    """Return every clock that concerns something (``claim/C000001``), whichever process holds it, oldest first."""
    return _rows(tx, deadlines.c.about == about)


def of_subject(tx: Tx, subject: str) -> tuple[DeadlineRow, ...]:
    """Return the clocks that the subject's process holds or held, oldest first."""
    return _rows(tx, deadlines.c.subject == subject)


def _rows(tx: Tx, wanted: ColumnElement[bool]) -> tuple[DeadlineRow, ...]:
    columns = [deadlines.c[name] for name in DeadlineRow.__dataclass_fields__]
    rows = tx.connection.execute(select(*columns).where(wanted).order_by(deadlines.c.seq)).all()
    return tuple(
        DeadlineRow(r.subject, r.about, r.name, DeadlineState(r.state), r.armed_at, r.due_at, r.ended_at)
        for r in rows
    )


def overdue(tx: Tx, before: datetime) -> tuple[DeadlineRow, ...]:
    """Return the clocks still armed that were due before the instant, the one due first before the others."""
    late = _rows(tx, (deadlines.c.state == DeadlineState.ARMED.value) & (deadlines.c.due_at < before))
    return tuple(sorted(late, key=lambda clock: clock.due_at))


def armed_subjects(tx: Tx) -> tuple[str, ...]:
    """Return the subjects that hold an armed clock."""
    armed = select(deadlines.c.subject).where(deadlines.c.state == DeadlineState.ARMED.value).distinct()
    return tuple(tx.connection.execute(armed.order_by(deadlines.c.subject)).scalars())


def armed_about(tx: Tx) -> frozenset[str]:
    """Return what armed clocks are about: the claims and accounts for which something is waited for."""
    armed = select(deadlines.c.about).where(deadlines.c.state == DeadlineState.ARMED.value).distinct()
    return frozenset(tx.connection.execute(armed).scalars())


def count(tx: Tx) -> dict[tuple[str, DeadlineState], int]:
    """Return how many clocks of each name are in each state."""
    counted = select(deadlines.c.name, deadlines.c.state, func.count()).group_by(
        deadlines.c.name, deadlines.c.state
    )
    return {(name, DeadlineState(state)): int(n) for name, state, n in tx.connection.execute(counted)}
