"""Policies as dated rows: payers' clocks and ladders, what is asked of patients, state law, poverty guidelines.

Why: a practice's contract differs from what a payer publishes, and both change with a date; a program that holds
them as code is changed by its authors only. The rows are append-only: decisions name the row they were made under.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision; ``revcycle.db.policies.publish`` writes the published rows."""
    op.create_table(
        "policies",
        sa.Column("entry", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_policies")),
        sa.UniqueConstraint(
            "practice_id",
            "kind",
            "scope",
            "effective_from",
            "version",
            name=op.f("uq_policies_practice_id_kind_scope_effective_from_version"),
        ),
    )
    for statement in _guarded():
        op.execute(statement)


def downgrade() -> None:
    """Go back from it."""
    for statement in _unguarded():
        op.execute(statement)
    op.drop_table("policies")


def _guarded() -> tuple[str, ...]:
    if op.get_bind().dialect.name == "sqlite":
        return tuple(
            f"CREATE TRIGGER policies_no_{verb.lower()} BEFORE {verb} ON policies "
            "BEGIN SELECT RAISE(ABORT, 'policies is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        )
    return (
        "CREATE FUNCTION policies_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'policies is append-only'; END $$",
        "CREATE TRIGGER policies_append_only BEFORE UPDATE OR DELETE ON policies "
        "FOR EACH ROW EXECUTE FUNCTION policies_append_only()",
    )


def _unguarded() -> tuple[str, ...]:
    if op.get_bind().dialect.name == "sqlite":
        return ("DROP TRIGGER policies_no_update", "DROP TRIGGER policies_no_delete")
    return (
        "DROP TRIGGER policies_append_only ON policies",
        "DROP FUNCTION policies_append_only()",
    )
