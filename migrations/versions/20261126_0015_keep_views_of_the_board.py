"""Keep views of the board under names, and which of them somebody sees first."""

import sqlalchemy as sa
from alembic import op

revision = "0051c3e8a6f4"
down_revision = "0052c6e2a9f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("asks", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["organizations.id"],
            name=op.f("fk_saved_views_department_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_saved_views_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["accounts.id"], name=op.f("fk_saved_views_owner_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_views_public_id")),
        sa.UniqueConstraint(
            "owner_id",
            "department_id",
            "name",
            name=op.f("uq_saved_views_owner_id_department_id_name"),
        ),
    )
    op.create_index(op.f("ix_saved_views_department_id"), "saved_views", ["department_id"])
    op.create_index(op.f("ix_saved_views_round_id"), "saved_views", ["round_id"])
    op.create_table(
        "first_views",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_first_views_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["organizations.id"],
            name=op.f("fk_first_views_department_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["saved_views.id"],
            name=op.f("fk_first_views_view_id_saved_views"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "department_id", name=op.f("pk_first_views")),
    )
    op.create_index(op.f("ix_first_views_view_id"), "first_views", ["view_id"])


def downgrade() -> None:
    op.drop_table("first_views")
    op.drop_table("saved_views")
