"""Let a person's translation stand beside a comment."""

import sqlalchemy as sa
from alembic import op

revision = "0031d7a2c9e5"
down_revision = "0039d1b7e4f6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment_translations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("suggested_wording", sa.Text()),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("translated_by_id", sa.Integer(), nullable=False),
        sa.Column("translated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_comment_translations_comment_id_comments"),
        ),
        sa.ForeignKeyConstraint(
            ["translated_by_id"],
            ["accounts.id"],
            name=op.f("fk_comment_translations_translated_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_translations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comment_translations_public_id")),
        sa.UniqueConstraint(
            "comment_id", "language", name=op.f("uq_comment_translations_comment_id_language")
        ),
    )


def downgrade() -> None:
    op.drop_table("comment_translations")
