"""Alembic's way to the database: the open connection it is given, and our metadata."""

from alembic import context

from revcycle.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=True
)
context.run_migrations()
