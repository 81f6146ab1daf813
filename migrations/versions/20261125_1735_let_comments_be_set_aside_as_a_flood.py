"""Let comments be set aside as a suspected flood."""

import sqlalchemy as sa
from alembic import op

revision = "0021e6a3c4d7"
down_revision = "0024c8e2f6b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comments", sa.Column("set_aside_at", sa.DateTime(timezone=True)))
    op.create_table(
        "suspected_floods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_organization_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_suspected_floods_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["accounts.id"],
            name=op.f("fk_suspected_floods_proposed_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_suspected_floods_organization_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"],
            ["accounts.id"],
            name=op.f("fk_suspected_floods_signed_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["signed_organization_id"],
            ["organizations.id"],
            name=op.f("fk_suspected_floods_signed_organization_id_organizations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspected_floods")),
        sa.UniqueConstraint("public_id", name=op.f("uq_suspected_floods_public_id")),
    )
    op.create_index(op.f("ix_suspected_floods_round_id"), "suspected_floods", ["round_id"])
    op.create_table(
        "flood_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("flood_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("in_sample", sa.Boolean(), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["flood_id"],
            ["suspected_floods.id"],
            name=op.f("fk_flood_comments_flood_id_suspected_floods"),
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_flood_comments_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flood_comments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_flood_comments_public_id")),
        sa.UniqueConstraint(
            "flood_id", "comment_id", name=op.f("uq_flood_comments_flood_id_comment_id")
        ),
    )
    op.create_index(op.f("ix_flood_comments_comment_id"), "flood_comments", ["comment_id"])


def downgrade() -> None:
    op.drop_table("flood_comments")
    op.drop_table("suspected_floods")
    op.drop_column("comments", "set_aside_at")
