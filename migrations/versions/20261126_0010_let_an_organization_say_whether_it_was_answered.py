"""Let an organization say whether its response was answered: nobody's part in the round."""

import sqlalchemy as sa
from alembic import op

revision = "0049c7d3e9f2"
down_revision = "0049b6c2d8e1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("verdicts") as verdicts:
        verdicts.alter_column("participation_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM verdicts WHERE participation_id IS NULL")
    with op.batch_alter_table("verdicts") as verdicts:
        verdicts.alter_column("participation_id", existing_type=sa.Integer(), nullable=False)
