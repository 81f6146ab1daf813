"""Let accounts ask for mail when a comment of theirs is answered."""

import sqlalchemy as sa
from alembic import op

revision = "0004f1a9c27b"
down_revision = "0001a7c3d5e9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "accounts",
        sa.Column("hears_of_answers", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("accounts", "hears_of_answers")
