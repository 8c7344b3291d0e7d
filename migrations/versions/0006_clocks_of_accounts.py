"""The clocks of an account stand in the record of clocks, and nowhere else.

Why: an account's row said when its process wakes and why, in free words, beside the clock of the letter it had
promised. Both are clocks now, armed and ended by the account's own acts. Armed ones bear names that no longer are:
they are cancelled, and the account arms its own when it is next judged.
"""

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.execute(
        "UPDATE deadlines SET state = 'cancelled', ended_at = armed_at "
        "WHERE state = 'armed' AND subject LIKE 'account/%'"
    )
    with op.batch_alter_table("patient_accounts") as table:
        table.drop_column("wake_at")
        table.drop_column("wake_name")


def downgrade() -> None:
    """Go back from it."""
    with op.batch_alter_table("patient_accounts") as table:
        table.add_column(sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("wake_name", sa.Text(), nullable=False, server_default=""))
