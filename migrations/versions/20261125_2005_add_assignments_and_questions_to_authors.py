"""Add assignments of points to people, and questions to the authors of a course."""

import sqlalchemy as sa
from alembic import op

revision = "0037a1c4e7b2"
down_revision = "0029c5b1d8f3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("assigned_to_id", sa.Integer(), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["points.id"],
            name=op.f("fk_assignments_point_id_points"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to_id"],
            ["accounts.id"],
            name=op.f("fk_assignments_assigned_to_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"],
            ["accounts.id"],
            name=op.f("fk_assignments_assigned_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("point_id", name=op.f("uq_assignments_point_id")),
    )
    op.create_index(op.f("ix_assignments_assigned_to_id"), "assignments", ["assigned_to_id"])
    op.create_table(
        "input_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("question <> ''", name=op.f("ck_input_requests_question_given")),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["points.id"],
            name=op.f("fk_input_requests_point_id_points"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["accounts.id"],
            name=op.f("fk_input_requests_asked_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["replied_by_id"],
            ["accounts.id"],
            name=op.f("fk_input_requests_replied_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_input_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_input_requests_public_id")),
    )
    op.create_index("ix_input_requests_point_id", "input_requests", ["point_id", "id"])


def downgrade() -> None:
    op.drop_table("input_requests")
    op.drop_table("assignments")
