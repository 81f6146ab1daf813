"""Add draft states: every saved state of a draft's sections, kept until the draft is done."""

import sqlalchemy as sa
from alembic import op

revision = "0016d5a2c7e1"
down_revision = "0004f1a9c27b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("section_key", sa.String(length=8), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name="fk_draft_states_revision_id_revisions"
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["accounts.id"], name="fk_draft_states_saved_by_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_draft_states"),
        sa.UniqueConstraint("public_id", name="uq_draft_states_public_id"),
    )
    op.create_index(
        "ix_draft_states_revision_section", "draft_states", ["revision_id", "section_key", "id"]
    )


def downgrade() -> None:
    op.drop_table("draft_states")
