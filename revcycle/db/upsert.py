"""INSERT … ON CONFLICT for both dialects."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from revcycle.db.engine import Tx

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@cache
def _insert_once(table: Table, dialect: str) -> Executable:
    statement: Executable = _INSERT[dialect](table).on_conflict_do_nothing()
    return statement


def insert_once(tx: Tx, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its unique key exists; tell whether it was inserted."""
    statement = _insert_once(table, tx.connection.dialect.name)
    # Without this option SQLAlchemy returns -1 as the row count of an INSERT on PostgreSQL.
    options = {"preserve_rowcount": True}
    return tx.connection.execute(statement, values, execution_options=options).rowcount == 1


@cache
def _insert_or_update(
    table: Table,
    dialect: str,
    keys: tuple[str, ...],
    fresh: tuple[str, ...],
    where: ColumnElement[bool] | None,
) -> Executable:
    statement = _INSERT[dialect](table)
    upsert: Executable = statement.on_conflict_do_update(
        index_elements=list(keys), index_where=where, set_={name: statement.excluded[name] for name in fresh}
    )
    return upsert


def insert_or_update(
    tx: Tx,
    table: Table,
    values: dict[str, Any],
    keys: tuple[str, ...],
    overwritten: tuple[str, ...] = (),
    index_where: ColumnElement[bool] | None = None,
) -> None:
    """Insert a row, or overwrite columns of the row that has the same keys (and lock it until commit).

    All other columns are overwritten unless ``overwritten`` names some. ``index_where`` is that of a partial
    unique index.
    """
    fresh = overwritten or tuple(name for name in values if name not in keys)
    statement = _insert_or_update(table, tx.connection.dialect.name, keys, fresh, index_where)
    tx.connection.execute(statement, values)
