"""INSERT … ON CONFLICT in the words of both dialects."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from revcycle.db.engine import Tx


def insert_once(tx: Tx, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its unique key is taken; tell whether it went in."""
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(values).on_conflict_do_nothing()
    # Without the option SQLAlchemy forgets the row count of an INSERT on PostgreSQL and tells -1.
    return tx.connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1


def insert_or_update(
    tx: Tx,
    table: Table,
    values: dict[str, Any],
    keys: tuple[str, ...],
    overwritten: tuple[str, ...] = (),
    **where: Any,
) -> None:
    """Insert a row, or overwrite columns of the row that has the same keys (and lock it until commit).

    All other columns are overwritten unless ``overwritten`` names some. ``where`` passes ``index_where`` for a
    partial unique index.
    """
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    fresh = {name: value for name, value in values.items() if name in overwritten or not overwritten}
    fresh = {name: value for name, value in fresh.items() if name not in keys}
    statement = dialect.insert(table).values(values)
    tx.connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=fresh, **where))
