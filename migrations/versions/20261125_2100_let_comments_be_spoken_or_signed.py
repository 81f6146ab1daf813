"""Let comments be spoken or signed until their words are typed."""

import sqlalchemy as sa
from alembic import op

revision = "0036e2a9c4d1"
down_revision = "0047c2e8a5d1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spoken_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(32), nullable=False),
        sa.Column("section_key", sa.String(8), nullable=True),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("recording_key", sa.String(64), nullable=True),
        sa.Column("recording_type", sa.String(16), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_spoken_comments_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participations.id"],
            name=op.f("fk_spoken_comments_participation_id_participations"),
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_spoken_comments_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken_comments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_spoken_comments_public_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_spoken_comments_submission_id")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_spoken_comments_comment_id")),
    )
    op.create_index("ix_spoken_comments_round_id_id", "spoken_comments", ["round_id", "id"])
    for column in ("participation_id", "recording_key"):
        op.create_index(op.f(f"ix_spoken_comments_{column}"), "spoken_comments", [column])


def downgrade() -> None:
    op.drop_table("spoken_comments")
