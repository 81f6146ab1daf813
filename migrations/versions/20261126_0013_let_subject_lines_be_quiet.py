"""Let whoever leaves an address for the answer choose quiet subject lines."""

import sqlalchemy as sa
from alembic import op

revision = "0050c9a1e5b7"
down_revision = "0050b6e2f9d4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "participations",
        sa.Column("is_quiet", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("participations", "is_quiet")
