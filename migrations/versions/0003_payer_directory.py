"""The payer directory, and how each connection stands.

Why: claims are held for payers that have not enrolled us, and a connection that is down keeps its claims in
the queue; both must be known to every worker and to people. Entries of the directory are versions: what we
knew of a payer on a day must stay as it was.
"""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("submissions", sa.Column("payer_id", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "connections",
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "connection_id", name=op.f("pk_connections")),
    )
    op.create_table(
        "payer_versions",
        sa.Column("entry", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("payer_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_payer_versions")),
        sa.UniqueConstraint(
            "practice_id", "payer_id", "version", name=op.f("uq_payer_versions_practice_id_payer_id_version")
        ),
    )
    for statement in _guarded():
        op.execute(statement)


def downgrade() -> None:
    """Go back from it."""
    for statement in _unguarded():
        op.execute(statement)
    op.drop_table("payer_versions")
    op.drop_table("connections")
    with op.batch_alter_table("submissions") as table:
        table.drop_column("payer_id")


def _guarded() -> tuple[str, ...]:
    if op.get_bind().dialect.name == "sqlite":
        return tuple(
            f"CREATE TRIGGER payer_versions_no_{verb.lower()} BEFORE {verb} ON payer_versions "
            "BEGIN SELECT RAISE(ABORT, 'payer_versions is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        )
    return (
        "CREATE FUNCTION payer_versions_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'payer_versions is append-only'; END $$",
        "CREATE TRIGGER payer_versions_append_only BEFORE UPDATE OR DELETE ON payer_versions "
        "FOR EACH ROW EXECUTE FUNCTION payer_versions_append_only()",
    )


def _unguarded() -> tuple[str, ...]:
    if op.get_bind().dialect.name == "sqlite":
        return ("DROP TRIGGER payer_versions_no_update", "DROP TRIGGER payer_versions_no_delete")
    return (
        "DROP TRIGGER payer_versions_append_only ON payer_versions",
        "DROP FUNCTION payer_versions_append_only()",
    )
