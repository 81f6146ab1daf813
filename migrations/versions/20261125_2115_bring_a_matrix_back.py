"""Bring a matrix back: what was read of it waits until it is saved or a day is over."""

import sqlalchemy as sa
from alembic import op

revision = "0045c3e9a1d7"
down_revision = "0048d4f1b7a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "matrices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("brought_by_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("cells", sa.LargeBinary(), nullable=True),
        sa.Column("heads", sa.JSON(), nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=True),
        sa.Column("plan", sa.JSON(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name="fk_matrices_round_id_rounds"
        ),
        sa.ForeignKeyConstraint(
            ["brought_by_id"], ["accounts.id"], name="fk_matrices_brought_by_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_matrices"),
        sa.UniqueConstraint("public_id", name="uq_matrices_public_id"),
    )
    op.create_index("ix_matrices_round_id", "matrices", ["round_id"])
    op.create_index("ix_matrices_ends_at", "matrices", ["ends_at"])


def downgrade() -> None:
    op.drop_table("matrices")
