"""Let commenters object to the place where their words are said to be."""

import sqlalchemy as sa
from alembic import op

revision = "c41d7e90ab35"
down_revision = "0017c1e4b8d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("placements", sa.Column("objected_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("placements", "objected_at")
