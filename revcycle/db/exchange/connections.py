"""The state of each payer connection: open, in an outage, or parked by a person."""

from datetime import datetime

from sqlalchemy import Column, Integer, Table, Text, select

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata
from revcycle.db.upsert import insert_or_update
from revcycle.domain.exchange.connection import ConnectionState, ConnectionStatus

connections = Table(
    "connections",
    metadata,
    Column("practice_id", Text, primary_key=True),
    Column("connection_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("failures", Integer, nullable=False),
)
_STATUS = [connections.c[name] for name in ConnectionStatus.__dataclass_fields__]


def status(tx: Tx, connection_id: str, at: datetime) -> ConnectionStatus:
    """Return how the connection stands; one nobody has ever written about is open."""
    mine = connections.c.practice_id == tx.practice_id, connections.c.connection_id == connection_id
    row = tx.connection.execute(select(*_STATUS).where(*mine)).first()
    if row is None:
        return ConnectionStatus(connection_id, ConnectionState.OPEN, at)
    return ConnectionStatus(row[0], ConnectionState(row[1]), *row[2:])


def save(tx: Tx, told: ConnectionStatus) -> None:
    """Write how the connection stands now."""
    row = {
        "practice_id": tx.practice_id,
        "connection_id": told.connection_id,
        "state": told.state.value,
        "since": told.since,
        "reason": told.reason,
        "actor": told.actor,
        "failures": told.failures,
    }
    insert_or_update(tx, connections, row, ("practice_id", "connection_id"))
