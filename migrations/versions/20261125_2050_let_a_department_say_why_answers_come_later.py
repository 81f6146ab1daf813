"""Let a department say in public why its answers come later, and by when."""

import sqlalchemy as sa
from alembic import op

revision = "0047c2e8a5d1"
down_revision = "0029b4d8e2c7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("later_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("explained_by_id", sa.Integer(), nullable=False),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_delays_reason_given")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_delays_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["explained_by_id"],
            ["accounts.id"],
            name=op.f("fk_delays_explained_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delays")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delays_public_id")),
    )
    op.create_index(op.f("ix_delays_round_id"), "delays", ["round_id"])


def downgrade() -> None:
    op.drop_table("delays")
