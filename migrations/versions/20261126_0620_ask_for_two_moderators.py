"""Let a department ask for two moderators on every answer, and let the second send one back."""

import sqlalchemy as sa
from alembic import op

revision = "0057c1e8a4b2"
down_revision = "0053b7d1e4a6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organizations",
        sa.Column("asks_for_two", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("dispositions", sa.Column("returned_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("dispositions", "returned_at")
    op.drop_column("organizations", "asks_for_two")
