"""Take answers about people from paper slips, and say how many came that way."""

import sqlalchemy as sa
from alembic import op

revision = "0050b6e2f9d4"
down_revision = "0049c7d3e9f2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "background_marks",
        sa.Column("on_paper", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("background_counts", sa.Column("on_paper", sa.Integer()))


def downgrade() -> None:
    op.drop_column("background_counts", "on_paper")
    op.drop_column("background_marks", "on_paper")
