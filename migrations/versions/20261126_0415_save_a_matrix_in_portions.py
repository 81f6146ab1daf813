"""Remember how far the saving of a matrix has come, since it is done in portions."""

import sqlalchemy as sa
from alembic import op

revision = "0045f6a2d9c8"
down_revision = "0056c2d8f1b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matrices", sa.Column("saved", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("matrices", "saved")
