"""Bring a database to this version's tables (Alembic, ``migrations`` beside the packages) and published policies."""

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from revcycle.db.engine import Database
from revcycle.db.practice import policies

_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(db: Database) -> tuple[str, str]:
    """Apply what is missing and write the published policies, in one transaction; return the revision before and after.

    ``migrations/env.py`` finds the open connection in ``config.attributes["connection"]``.
    """
    config = _config()
    with db.write() as tx:
        before = MigrationContext.configure(tx.connection).get_current_revision()
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "head")
        policies.publish(tx.connection, datetime.now(UTC))
        after = MigrationContext.configure(tx.connection).get_current_revision()
    return before or "", after or ""


def is_current(db: Database) -> bool:
    """Tell whether the database has this version's tables and published policies."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with db.read() as tx:
        current = MigrationContext.configure(tx.connection).get_current_revision() == head
        return current and policies.is_published(tx)
