"""Let a job publish a draft: what was typed for it waits, and comes back when it is refused."""

import sqlalchemy as sa
from alembic import op

revision = "0022b7f1d9a4"
down_revision = "7d20b5f1c3ea"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publishings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name="fk_publishings_revision_id_revisions"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name="fk_publishings_asked_by_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publishings"),
        sa.UniqueConstraint("public_id", name="uq_publishings_public_id"),
    )
    op.create_index("ix_publishings_revision_id", "publishings", ["revision_id"])


def downgrade() -> None:
    op.drop_table("publishings")
