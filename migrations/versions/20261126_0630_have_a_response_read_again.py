"""Remember since when leads are asked to read a response of theirs again."""

import sqlalchemy as sa
from alembic import op

revision = "0053b7d1e4a6"
down_revision = "0045f6a2d9c8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "joint_responses", sa.Column("doubted_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("joint_responses", "doubted_at")
