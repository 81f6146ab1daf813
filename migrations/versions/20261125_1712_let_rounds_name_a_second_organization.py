"""Let rounds name the organization that decides as second in their conduct."""

import sqlalchemy as sa
from alembic import op

revision = "0020b5c9e8f1"
down_revision = "0022b7f1d9a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conduct_partners",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_conduct_partners_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_conduct_partners_organization_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"],
            ["accounts.id"],
            name=op.f("fk_conduct_partners_agreed_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_conduct_partners")),
    )
    op.create_index(
        op.f("ix_conduct_partners_organization_id"), "conduct_partners", ["organization_id"]
    )


def downgrade() -> None:
    op.drop_table("conduct_partners")
