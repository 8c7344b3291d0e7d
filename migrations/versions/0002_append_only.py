"""Guard the append-only tables.

Why: what was decided, booked, said and received must stay as it was, whatever a program or a person with a
database prompt tries. A correction is a new row.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "acknowledgments",
    "agency_referrals",
    "audit_records",
    "claim_versions",
    "corrections",
    "decisions",
    "documents",
    "eligibility_checks",
    "ledger_entries",
    "ledger_transactions",
    "letter_shares",
    "patient_contacts",
)


def upgrade() -> None:
    """Make the tables refuse UPDATE and DELETE."""
    for table in TABLES:
        for statement in _guard(table):
            op.execute(statement)


def downgrade() -> None:
    """Let go of them."""
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
        else:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP FUNCTION {table}_append_only()")


def _guard(table: str) -> tuple[str, ...]:
    if op.get_bind().dialect.name == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        )
    return (
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
    )
