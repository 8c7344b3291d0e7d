"""Sequences of claim ids and control numbers. A number is never given twice."""

import threading

from sqlalchemy import Column, Integer, Table, Text, bindparam, select, update

from revcycle.db.engine import Database, Tx
from revcycle.db.schema import metadata
from revcycle.db.upsert import insert_once

sequences = Table(
    "sequences",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)
_TAKE = (
    update(sequences)
    .where(sequences.c.name == bindparam("of_name"))
    .values(value=sequences.c.value + bindparam("more"))
    .returning(sequences.c.value)
)


def take(tx: Tx, name: str, count: int = 1) -> int:
    """Take ``count`` numbers of the sequence; return the first. The row's lock serialises callers until commit."""
    last = tx.connection.execute(_TAKE, {"of_name": name, "more": count}).scalar_one_or_none()
    if last is None:
        insert_once(tx, sequences, {"name": name, "value": 0})
        last = tx.connection.execute(_TAKE, {"of_name": name, "more": count}).scalar_one()
    return int(last) - count + 1


def identifier(tx: Tx, name: str, prefix: str) -> str:
    """Take one number and write it as an id: ``C000001``."""
    return f"{prefix}{take(tx, name):06d}"


def current(tx: Tx, name: str) -> int:
    """Return the last number taken, 0 when there is none."""
    found = tx.connection.execute(select(sequences.c.value).where(sequences.c.name == name))
    return int(found.scalar_one_or_none() or 0)


class Numbers:
    """Numbers of one sequence for one process, taken from the database a block at a time.

    A process that ends leaves a gap, never a repeat. Thread-safe.
    """

    def __init__(self, db: Database, name: str, block: int = 100) -> None:
        self._db, self._name, self._block = db, name, block
        self._lock = threading.Lock()
        self._next = self._end = 0

    def take(self) -> int:
        """Return the next number."""
        with self._lock:
            if self._next == self._end:
                with self._db.write() as tx:
                    self._next = take(tx, self._name, self._block)
                self._end = self._next + self._block
            self._next += 1
            return self._next - 1
