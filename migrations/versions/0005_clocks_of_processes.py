"""Clocks belong to the process that holds their timer, and name what they are about.

Why: the record of a clock and its Temporal timer are armed and ended by one mechanism, so each record must say
whose timer it is (a task's, an appeal's), while a claim's story still finds every clock that concerns it.
"""

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("deadlines", sa.Column("about", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE deadlines SET about = subject")
    op.create_index("ix_deadlines_about", "deadlines", ["about"])


def downgrade() -> None:
    """Go back from it."""
    op.drop_index("ix_deadlines_about", table_name="deadlines")
    with op.batch_alter_table("deadlines") as table:
        table.drop_column("about")
