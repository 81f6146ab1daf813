"""Add internal notes on points, and find a moderator's last answer by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0038c2e9a5d1"
down_revision = "0036e2a9c4d1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "internal_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f("ck_internal_notes_body_given")),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["points.id"],
            name=op.f("fk_internal_notes_point_id_points"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["accounts.id"],
            name=op.f("fk_internal_notes_written_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_notes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_internal_notes_public_id")),
    )
    op.create_index("ix_internal_notes_point_id", "internal_notes", ["point_id", "id"])
    op.create_index("ix_dispositions_decided_by", "dispositions", ["decided_by_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_dispositions_decided_by", "dispositions")
    op.drop_table("internal_notes")
