"""Keep the ready texts that a department puts into its answers."""

import sqlalchemy as sa
from alembic import op

revision = "0052a4c7e1b9"
down_revision = "0050a3d7c1e6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ready_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("outcome", sa.String(32)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["organizations.id"],
            name=op.f("fk_ready_texts_department_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["accounts.id"],
            name=op.f("fk_ready_texts_changed_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_texts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ready_texts_public_id")),
    )
    op.create_index(op.f("ix_ready_texts_department_id"), "ready_texts", ["department_id"])
    op.create_table(
        "ready_wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ready_text_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f("ck_ready_wordings_body_given")),
        sa.ForeignKeyConstraint(
            ["ready_text_id"],
            ["ready_texts.id"],
            name=op.f("fk_ready_wordings_ready_text_id_ready_texts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_wordings")),
        sa.UniqueConstraint(
            "ready_text_id",
            "language",
            name=op.f("uq_ready_wordings_ready_text_id_language"),
        ),
    )


def downgrade() -> None:
    op.drop_table("ready_wordings")
    op.drop_index(op.f("ix_ready_texts_department_id"), "ready_texts")
    op.drop_table("ready_texts")
