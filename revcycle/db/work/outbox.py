"""From the database to Temporal: doorbells and starts, written in the transaction that causes them."""

import json
from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Index, Integer, Table, Text, delete, func, or_, select, update

from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.schema import Instant, metadata
from revcycle.db.upsert import insert_or_update
from revcycle.domain.work.starts import STARTS, Ring, Start

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("workflow", Text, nullable=False),
    Column("workflow_id", Text, nullable=False),
    Column("argument", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("rings", Integer, nullable=False),
    Column("taken_at", Instant),
)
_WAITING = outbox.c.taken_at.is_(None)
Index(
    "uq_outbox_waiting", outbox.c.workflow_id, unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING
)

STALE = timedelta(seconds=30)
"""A ring taken this long ago (real time) and not done was taken by a relay that died."""


def ring(tx: Tx, workflow_id: str, start: Start | None, attributes: dict[str, str] | None = None) -> None:
    """Ask the relay to ring the workflow, starting it (unless None) when it does not run.

    Rings not yet taken by the relay melt into one, which starts if any of them was to start; the row stays locked
    until commit, so none is lost between.
    """
    row = {
        "workflow": start.workflow if start else "",
        "workflow_id": workflow_id,
        "argument": to_json(start),
        "attributes": json.dumps(attributes or {}),
        "rings": 1,
        "taken_at": None,
    }
    overwritten = ("rings",) if start is None else ()
    insert_or_update(tx, outbox, row, ("workflow_id",), overwritten, index_where=_WAITING)


def take(tx: Tx, count: int, real_now: datetime, stale_after: timedelta = STALE) -> tuple[Ring, ...]:
    """Take rings to send now (real time). One taken long ago and never done is taken again: its relay died."""
    due = _due(real_now - stale_after)
    columns = (outbox.c.seq, outbox.c.workflow, outbox.c.workflow_id, outbox.c.argument, outbox.c.attributes)
    chosen = select(*columns).where(due).order_by(outbox.c.seq).limit(count).with_for_update(skip_locked=True)
    rows = tx.connection.execute(chosen).all()
    if rows:
        taken = outbox.c.seq.in_([row.seq for row in rows])
        tx.connection.execute(update(outbox).where(taken).values(taken_at=real_now))
    return tuple(
        Ring(row.seq, row.workflow_id, _start(row.workflow, row.argument), json.loads(row.attributes))
        for row in rows
    )


def _start(workflow: str, argument: str) -> Start | None:
    return from_json(argument, STARTS[workflow]) if workflow else None


def done(tx: Tx, rings: tuple[Ring, ...]) -> None:
    """Forget rings that were sent."""
    if rings:
        tx.connection.execute(delete(outbox).where(outbox.c.seq.in_([ring.seq for ring in rings])))


def waiting(tx: Tx, real_now: datetime, stale_after: timedelta = STALE) -> int:
    """Return how many rings ``take`` would find."""
    due = _due(real_now - stale_after)
    return tx.connection.execute(select(func.count()).select_from(outbox).where(due)).scalar_one()


def oldest(tx: Tx) -> int:
    """Return the number of the oldest ring not yet carried, zero when there is none."""
    return tx.connection.execute(select(func.min(outbox.c.seq))).scalar() or 0


def _due(taken_before: datetime) -> ColumnElement[bool]:
    return or_(_WAITING, outbox.c.taken_at < taken_before)
