"""Add the ways into invited rounds: words for a meeting and words for one person each."""

import sqlalchemy as sa
from alembic import op

revision = "0024c8e2f6b4"
down_revision = "0024b7d1e5a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_meeting_codes_round_id_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_codes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_meeting_codes_public_id")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_meeting_codes_code_hash")),
    )
    op.create_index(op.f("ix_meeting_codes_round_id"), "meeting_codes", ["round_id"])
    op.create_table(
        "round_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(32), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "way <> 'slip' OR email IS NULL",
            name=op.f("ck_round_invitations_slips_have_no_address"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_invitations_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_messages.id"],
            name=op.f("fk_round_invitations_message_id_outbox_messages"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_invitations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_round_invitations_public_id")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_round_invitations_code_hash")),
    )
    op.create_index(
        "ix_round_invitations_round_id_email", "round_invitations", ["round_id", "email"]
    )


def downgrade() -> None:
    op.drop_table("round_invitations")
    op.drop_table("meeting_codes")
