"""Migrations make the tables the code declares, on both databases, both ways, with their guards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from revcycle.access.keyring import KeyRing
from revcycle.db import migrate
from revcycle.db.engine import Database, Tx
from revcycle.db.practice import policies
from revcycle.db.schema import APPEND_ONLY
from revcycle.db.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind."""
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'a.db'}" if on_sqlite else request.getfixturevalue("fresh_postgres_url")
    opened = Database(url, KeyRing.generate())
    yield opened
    opened.close()


_DROP_GUARD = "DROP TRIGGER policies_append_only ON policies"


def on_sqlite(tx: Tx) -> bool:
    return tx.connection.dialect.name == "sqlite"


def tables(db: Database) -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def triggers(tx: Tx) -> set[tuple[str, str]]:
    """Return the table and verb of every trigger."""
    if tx.connection.dialect.name == "sqlite":
        found = tx.connection.execute(text("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return {(table, verb) for table, sql in found for verb in ("UPDATE", "DELETE") if verb in sql}
    found = tx.connection.execute(
        text("SELECT event_object_table, event_manipulation FROM information_schema.triggers")
    )
    return {(table, verb) for table, verb in found}


def downgrade(db: Database) -> None:
    config = migrate._config()
    with db.write() as tx:
        config.attributes["connection"] = tx.connection
        command.downgrade(config, "base")


def test_an_empty_database_comes_to_this_version(db: Database) -> None:
    before, after = migrate.upgrade(db)
    assert before == ""
    assert after
    assert migrate.is_current(db)
    assert tables(db) == set(metadata.tables)


def test_an_upgrade_writes_the_published_policies_that_are_missing(db: Database) -> None:
    migrate.upgrade(db)
    with db.write() as tx:
        held = tx.connection.execute(text("SELECT count(*) FROM policies")).scalar_one()
        assert held == len(policies.published())
        tx.connection.execute(text("DROP TRIGGER policies_no_delete" if on_sqlite(tx) else _DROP_GUARD))
        tx.connection.execute(text("DELETE FROM policies WHERE policy_id = 'cigna'"))
    assert not migrate.is_current(db)
    migrate.upgrade(db)
    assert migrate.is_current(db)
    with db.read() as tx:
        assert tx.connection.execute(text("SELECT count(*) FROM policies")).scalar_one() == held


def test_a_second_upgrade_does_nothing(db: Database) -> None:
    _, first = migrate.upgrade(db)
    assert migrate.upgrade(db) == (first, first)


def test_the_code_declares_nothing_that_no_migration_makes(db: Database) -> None:
    migrate.upgrade(db)
    with db.read() as tx:
        context = MigrationContext.configure(tx.connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_append_only_tables_are_guarded_after_migration(db: Database) -> None:
    migrate.upgrade(db)
    assert APPEND_ONLY
    with db.read() as tx:
        assert triggers(tx) >= {(table, verb) for table in APPEND_ONLY for verb in ("UPDATE", "DELETE")}


def test_the_guard_refuses_to_change_what_is_written(db: Database) -> None:
    migrate.upgrade(db)
    with db.write() as tx:
        tx.connection.execute(
            text(
                "INSERT INTO ledger_transactions (practice_id, key, kind, reverses, occurred_at, recorded_at)"
                " VALUES ('main', 'k', 'charge', '', '2026-01-05 13:00:00', '2026-01-05 13:00:00')"
            )
        )
    for forbidden in ("UPDATE ledger_transactions SET kind = 'x'", "DELETE FROM ledger_transactions"):
        with pytest.raises(DatabaseError, match="append-only"), db.write() as tx:
            tx.connection.execute(text(forbidden))


def test_down_to_nothing_and_up_again(db: Database) -> None:
    _, head = migrate.upgrade(db)
    with db.read() as tx:
        guarded = triggers(tx)
    downgrade(db)
    assert tables(db) == set()
    with db.read() as tx:
        assert triggers(tx) == set()
    assert migrate.upgrade(db) == ("", head)
    with db.read() as tx:
        assert triggers(tx) == guarded
