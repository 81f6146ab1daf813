"""Let hosts say that they went through the answers with the department."""

import sqlalchemy as sa
from alembic import op

revision = "0033a4c1e7d2"
down_revision = "0041b3e7d9a2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "rounds", sa.Column("gone_through_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("rounds", "gone_through_at")
