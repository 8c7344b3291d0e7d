"""Alembic's way to the database: the open connection it is given, and our metadata."""

from typing import Any, Literal

from alembic import context

from revcycle.db.schema import Instant
from revcycle.db.tables import metadata


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database, so that a migration needs none of our code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_item=render_item,
)
context.run_migrations()
