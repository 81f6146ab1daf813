"""Keep when the organization that is asked to be second was told so."""

import sqlalchemy as sa
from alembic import op

revision = "0034b8d2f6c3"
down_revision = "0037b5d8f1c3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "conduct_partners", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("conduct_partners", "told_at")
