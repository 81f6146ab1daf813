"""Keep which words in another language were written for which words of the first one."""

import sqlalchemy as sa
from alembic import op

revision = "0050a3d7c1e6"
down_revision = "0051a1c8e4d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "word_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("original", sa.String(24), nullable=False),
        sa.Column("words", sa.String(24), nullable=False),
        sa.Column("translated_by_id", sa.Integer()),
        sa.Column("translated_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_word_pairs_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["translated_by_id"],
            ["accounts.id"],
            name=op.f("fk_word_pairs_translated_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_pairs")),
        sa.UniqueConstraint(
            "round_id",
            "language",
            "original",
            "words",
            name=op.f("uq_word_pairs_round_id_language_original_words"),
        ),
    )


def downgrade() -> None:
    op.drop_table("word_pairs")
