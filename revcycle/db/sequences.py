"""Numbers given out in order: claim ids, control numbers. A number is never given twice."""

from sqlalchemy import Column, Integer, Table, Text, select, update

from revcycle.db.engine import Tx
from revcycle.db.schema import metadata
from revcycle.db.upsert import insert_once

sequences = Table(
    "sequences",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)


def take(tx: Tx, name: str, count: int = 1) -> int:
    """Take ``count`` numbers of the sequence; return the first. Serialised by the row's lock until commit."""
    insert_once(tx, sequences, {"name": name, "value": 0})
    tx.connection.execute(
        update(sequences).where(sequences.c.name == name).values(value=sequences.c.value + count)
    )
    last = tx.connection.execute(select(sequences.c.value).where(sequences.c.name == name)).scalar_one()
    return int(last) - count + 1


def identifier(tx: Tx, name: str, prefix: str) -> str:
    """Take one number and write it as an id: ``C000001``."""
    return f"{prefix}{take(tx, name):06d}"


def current(tx: Tx, name: str) -> int:
    """Return the last number given out, 0 when there is none."""
    found = tx.connection.execute(select(sequences.c.value).where(sequences.c.name == name))
    return int(found.scalar_one_or_none() or 0)
