"""Let a plan say who is asked, who reads comments and when, and what a question offers."""

import sqlalchemy as sa
from alembic import op

revision = "0024b7d1e5a3"
down_revision = "a93e6b0d4c17"
branch_labels = None
depends_on = None

ROUNDS = [
    ("showing", sa.String(32), "at_once"),
    ("promise", sa.String(32), "answer"),
    ("basis", sa.String(32), "text"),
    ("audience", sa.String(32), "everyone"),
]


def upgrade() -> None:
    for name, kind, default in ROUNDS:
        op.add_column("rounds", sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column(
        "rounds",
        sa.Column("texts_stay_inside", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "questions", sa.Column("kind", sa.String(32), nullable=False, server_default="open")
    )
    op.add_column(
        "question_texts", sa.Column("options", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column("comments", sa.Column("choice", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("comments", "choice")
    op.drop_column("question_texts", "options")
    op.drop_column("questions", "kind")
    for name in ("texts_stay_inside", "audience", "basis", "promise", "showing"):
        op.drop_column("rounds", name)
