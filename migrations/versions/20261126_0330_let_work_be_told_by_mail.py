"""Let whoever has a role choose whether mail tells of work that waits."""

import sqlalchemy as sa
from alembic import op

revision = "0053a7c4e1d9"
down_revision = "0055b9d3f7a2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "followers",
        sa.Column("hears_of_work", sa.Boolean(), nullable=False, server_default=sa.true()),
    )


def downgrade() -> None:
    op.drop_column("followers", "hears_of_work")
