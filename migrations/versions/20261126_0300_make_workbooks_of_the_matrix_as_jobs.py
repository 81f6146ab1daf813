"""Keep workbooks of the response matrix that a worker made, in pieces, for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0045e1b7c3a9"
down_revision = "0052d2f8b4e7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "matrix_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("explained", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_matrix_files_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_matrix_files_asked_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matrix_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_matrix_files_public_id")),
    )
    op.create_index(op.f("ix_matrix_files_round_id"), "matrix_files", ["round_id"])
    op.create_index(op.f("ix_matrix_files_ends_at"), "matrix_files", ["ends_at"])
    op.create_table(
        "matrix_pieces",
        sa.Column("file_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["matrix_files.id"],
            name=op.f("fk_matrix_pieces_file_id_matrix_files"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_matrix_pieces")),
    )


def downgrade() -> None:
    op.drop_table("matrix_pieces")
    op.drop_table("matrix_files")
