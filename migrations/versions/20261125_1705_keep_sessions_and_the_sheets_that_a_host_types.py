"""Keep sessions, their table notes, and the sheets that a host types for people."""

import sqlalchemy as sa
from alembic import op

revision = "0026b8e1d4a7"
down_revision = "0020b5c9e8f1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comments", sa.Column("said_by", sa.Integer()))
    op.add_column("comments", sa.Column("said_of", sa.Integer()))
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("run_by", sa.String(200), nullable=False),
        sa.Column("bodies", sa.Text(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("section_keys", sa.JSON(), nullable=False),
        sa.Column("heads", sa.Integer()),
        sa.Column("agenda_key", sa.String(64)),
        sa.Column("agenda_type", sa.String(16)),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("helper_hash", sa.String(64)),
        sa.Column("helper_ends_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "heads IS NULL OR heads >= 0", name=op.f("ck_meetings_heads_counted")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_meetings_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["accounts.id"], name=op.f("fk_meetings_planned_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("public_id", name=op.f("uq_meetings_public_id")),
        sa.UniqueConstraint("helper_hash", name=op.f("uq_meetings_helper_hash")),
    )
    op.create_index("ix_meetings_round_id", "meetings", ["round_id"])
    op.create_table(
        "table_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("section_key", sa.String(8)),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("said_of", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "said_by >= 1 AND said_by <= said_of",
            name=op.f("ck_table_notes_no_more_than_there"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_table_notes_meeting_id_meetings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_notes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_table_notes_public_id")),
    )
    op.create_index("ix_table_notes_meeting_id", "table_notes", ["meeting_id"])
    op.create_table(
        "sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer()),
        sa.Column("note_id", sa.Integer()),
        sa.Column("number", sa.Integer()),
        sa.Column("collected_by", sa.String(80), nullable=False),
        sa.Column("consent", sa.String(32), nullable=False),
        sa.Column("wording", sa.String(40), nullable=False),
        sa.Column("entered_by_id", sa.Integer()),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by_id", sa.Integer()),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("scan_key", sa.String(64)),
        sa.Column("scan_type", sa.String(16)),
        sa.CheckConstraint(
            "checked_by_id <> entered_by_id", name=op.f("ck_sheets_checked_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_sheets_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_sheets_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_sheets_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["table_notes.id"], name=op.f("fk_sheets_note_id_table_notes")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["accounts.id"], name=op.f("fk_sheets_entered_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["accounts.id"], name=op.f("fk_sheets_checked_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheets")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sheets_public_id")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_sheets_comment_id")),
    )
    op.create_index("ix_sheets_round_newest", "sheets", ["round_id", "id"])
    op.create_index("ix_sheets_meeting_id", "sheets", ["meeting_id"])
    op.create_index("ix_sheets_note_id", "sheets", ["note_id"])


def downgrade() -> None:
    op.drop_table("sheets")
    op.drop_table("table_notes")
    op.drop_table("meetings")
    op.drop_column("comments", "said_of")
    op.drop_column("comments", "said_by")
