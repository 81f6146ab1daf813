"""Lay the tables of the main loop, and freeze what is published in the database itself."""

import sqlalchemy as sa
from alembic import op

revision = "0001a7c3d5e9"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_accounts_public_id")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_jobs_public_id")),
    )
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"], unique=False)
    op.create_table(
        "log_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("parents", sa.JSON(), nullable=False),
        sa.Column("by_role", sa.String(length=32), nullable=False),
        sa.Column("by_organization", sa.String(length=80), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("commitments", sa.JSON(), nullable=False),
        sa.Column("leaf", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entries")),
        sa.UniqueConstraint("position", name=op.f("uq_log_entries_position")),
    )
    op.create_index(op.f("ix_log_entries_at"), "log_entries", ["at"], unique=False)
    op.create_index(
        "ix_log_entries_kind_position", "log_entries", ["kind", "position"], unique=False
    )
    op.create_index(op.f("ix_log_entries_subject"), "log_entries", ["subject"], unique=False)
    op.create_table(
        "organizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("help_name", sa.Text(), nullable=False),
        sa.Column("help_phone", sa.String(length=40), nullable=False),
        sa.Column("help_email", sa.String(length=254), nullable=False),
        sa.Column("complaint_url", sa.Text(), nullable=False),
        sa.Column("complaint_note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organizations_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_organizations_slug")),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("once_key", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("once_key", name=op.f("uq_outbox_messages_once_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outbox_messages_public_id")),
    )
    op.create_index(
        op.f("ix_outbox_messages_due_at"), "outbox_messages", ["due_at"], unique=False
    )
    op.create_table(
        "site_marks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_marks")),
    )
    op.create_table(
        "tree_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_tree_heads_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tree_heads")),
    )
    op.create_table(
        "curricula",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("review_months", sa.Integer(), nullable=True),
        sa.Column("refresher_months", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["organizations.id"],
            name=op.f("fk_curricula_department_id_organizations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curricula")),
        sa.UniqueConstraint("public_id", name=op.f("uq_curricula_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_curricula_slug")),
    )
    op.create_index(
        op.f("ix_curricula_department_id"), "curricula", ["department_id"], unique=False
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_invitations_organization_id_organizations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint(
            "organization_id",
            "email",
            "role",
            name=op.f("uq_invitations_organization_id_email_role"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitations_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(
        op.f("ix_invitations_organization_id"), "invitations", ["organization_id"], unique=False
    )
    op.create_table(
        "mailed_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_mailed_links_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_links_token_hash")),
    )
    op.create_index(
        op.f("ix_mailed_links_account_id"), "mailed_links", ["account_id"], unique=False
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_memberships_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_memberships_organization_id_organizations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("public_id", name=op.f("uq_memberships_public_id")),
    )
    op.create_index(
        op.f("ix_memberships_account_id"), "memberships", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_memberships_organization_id"), "memberships", ["organization_id"], unique=False
    )
    op.create_index(
        "uq_memberships_current",
        "memberships",
        ["account_id", "organization_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "oversight_seats",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"],
            ["organizations.id"],
            name=op.f("fk_oversight_seats_board_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["organizations.id"],
            name=op.f("fk_oversight_seats_department_id_organizations"),
        ),
        sa.PrimaryKeyConstraint("board_id", "department_id", name=op.f("pk_oversight_seats")),
    )
    op.create_table(
        "signed_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_signed_in_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signed_in_token_hash")),
    )
    op.create_index(op.f("ix_signed_in_account_id"), "signed_in", ["account_id"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("curriculum_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("change_note", sa.Text(), nullable=False),
        sa.Column("is_material", sa.Boolean(), nullable=False),
        sa.Column("material_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("in_force_note", sa.Text(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_reason", sa.Text(), nullable=True),
        sa.Column("import_facts", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "in_force_on IS NULL OR state = 'published'",
            name=op.f("ck_revisions_only_published_in_force"),
        ),
        sa.CheckConstraint(
            "state <> 'published' OR (published_at IS NOT NULL AND content_hash IS NOT NULL)",
            name=op.f("ck_revisions_published_is_sealed"),
        ),
        sa.ForeignKeyConstraint(
            ["base_id"], ["revisions.id"], name=op.f("fk_revisions_base_id_revisions")
        ),
        sa.ForeignKeyConstraint(
            ["curriculum_id"],
            ["curricula.id"],
            name=op.f("fk_revisions_curriculum_id_curricula"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["accounts.id"],
            name=op.f("fk_revisions_published_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["accounts.id"], name=op.f("fk_revisions_started_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint(
            "curriculum_id", "number", name=op.f("uq_revisions_curriculum_id_number")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_revisions_public_id")),
    )
    op.create_index(
        op.f("ix_revisions_curriculum_id"), "revisions", ["curriculum_id"], unique=False
    )
    op.create_index(
        "uq_revisions_one_draft",
        "revisions",
        ["curriculum_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("curriculum_id", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["curriculum_id"], ["curricula.id"], name=op.f("fk_uploads_curriculum_id_curricula")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["organizations.id"],
            name=op.f("fk_uploads_department_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["accounts.id"], name=op.f("fk_uploads_uploaded_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("public_id", name=op.f("uq_uploads_public_id")),
    )
    op.create_index(
        op.f("ix_uploads_department_id"), "uploads", ["department_id"], unique=False
    )
    op.create_index(op.f("ix_uploads_ends_at"), "uploads", ["ends_at"], unique=False)
    op.create_index(
        op.f("ix_uploads_uploaded_by_id"), "uploads", ["uploaded_by_id"], unique=False
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("section_key", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("hunks", sa.JSON(), nullable=False),
        sa.Column("drawing", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["revisions.id"], name=op.f("fk_changes_base_id_revisions")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_changes_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint(
            "revision_id", "section_key", name=op.f("uq_changes_revision_id_section_key")
        ),
    )
    op.create_index(op.f("ix_changes_base_id"), "changes", ["base_id"], unique=False)
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("participation", sa.String(32), nullable=False),
        sa.Column("answering", sa.String(32), nullable=False),
        sa.Column("answers_due_on", sa.Date(), nullable=True),
        sa.Column("short_reason", sa.Text(), nullable=False),
        sa.Column("help_name", sa.Text(), nullable=False),
        sa.Column("help_phone", sa.String(length=40), nullable=False),
        sa.Column("help_email", sa.String(length=254), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("host_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("host_signed_by_id", sa.Integer(), nullable=True),
        sa.Column("department_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("department_signed_by_id", sa.Integer(), nullable=True),
        sa.Column("closing_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_asked_by_id", sa.Integer(), nullable=True),
        sa.Column("closing_reason", sa.Text(), nullable=False),
        sa.Column("report_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("comments_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_rounds_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["closing_asked_by_id"],
            ["organizations.id"],
            name=op.f("fk_rounds_closing_asked_by_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["organizations.id"],
            name=op.f("fk_rounds_department_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["department_signed_by_id"],
            ["accounts.id"],
            name=op.f("fk_rounds_department_signed_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["host_id"], ["organizations.id"], name=op.f("fk_rounds_host_id_organizations")
        ),
        sa.ForeignKeyConstraint(
            ["host_signed_by_id"],
            ["accounts.id"],
            name=op.f("fk_rounds_host_signed_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["accounts.id"], name=op.f("fk_rounds_planned_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_rounds_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("public_id", name=op.f("uq_rounds_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_rounds_slug")),
    )
    op.create_index(op.f("ix_rounds_closes_at"), "rounds", ["closes_at"], unique=False)
    op.create_index(op.f("ix_rounds_department_id"), "rounds", ["department_id"], unique=False)
    op.create_index(op.f("ix_rounds_host_id"), "rounds", ["host_id"], unique=False)
    op.create_index(op.f("ix_rounds_opens_at"), "rounds", ["opens_at"], unique=False)
    op.create_index(
        "ix_rounds_revision_id_closes_at", "rounds", ["revision_id", "closes_at"], unique=False
    )
    op.create_table(
        "sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("openness", sa.String(32), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("is_withheld", sa.Boolean(), nullable=False),
        sa.Column("withheld_what", sa.Text(), nullable=False),
        sa.Column("withheld_by", sa.Text(), nullable=False),
        sa.Column("withheld_ground", sa.Text(), nullable=False),
        sa.Column("withheld_seen_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "level BETWEEN 1 AND 3", name=op.f("ck_sections_level_one_to_three")
        ),
        sa.CheckConstraint(
            "minutes IS NULL OR minutes >= 0", name=op.f("ck_sections_minutes_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["accounts.id"], name=op.f("fk_sections_changed_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_sections_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sections")),
        sa.UniqueConstraint("revision_id", "key", name=op.f("uq_sections_revision_id_key")),
    )
    op.create_index(
        "ix_sections_revision_position", "sections", ["revision_id", "position"], unique=False
    )
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("closes_at_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_extensions_organization_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_extensions_round_id_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_extensions_public_id")),
    )
    op.create_index(op.f("ix_extensions_round_id"), "extensions", ["round_id"], unique=False)
    op.create_table(
        "participations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("notice_address", sa.String(length=254), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR code_hash IS NOT NULL",
            name=op.f("ck_participations_account_or_code"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_participations_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_participations_round_id_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_participations_code_hash")),
        sa.UniqueConstraint(
            "round_id", "account_id", name=op.f("uq_participations_round_id_account_id")
        ),
    )
    op.create_index(
        op.f("ix_participations_account_id"), "participations", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_participations_round_id"), "participations", ["round_id"], unique=False
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section_key", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_questions_round_id_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_questions_public_id")),
        sa.UniqueConstraint(
            "round_id", "position", name=op.f("uq_questions_round_id_position")
        ),
    )
    op.create_table(
        "round_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("can_change", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_texts_round_id_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_texts")),
        sa.UniqueConstraint(
            "round_id", "language", name=op.f("uq_round_texts_round_id_language")
        ),
    )
    op.create_table(
        "withheld_passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["sections.id"],
            name=op.f("fk_withheld_passages_section_id_sections"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld_passages")),
        sa.UniqueConstraint("section_id", name=op.f("uq_withheld_passages_section_id")),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("section_key", sa.String(length=8), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("participation_id", sa.Integer(), nullable=True),
        sa.Column("voice", sa.String(32), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=True),
        sa.Column("display_name", sa.String(length=80), nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("endorsements_count", sa.Integer(), nullable=False),
        sa.Column("replies_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "parent_id IS NULL OR (kind IS NULL AND question_id IS NULL)",
            name=op.f("ck_comments_replies_are_plain"),
        ),
        sa.ForeignKeyConstraint(
            ["collector_id"],
            ["organizations.id"],
            name=op.f("fk_comments_collector_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_comments_organization_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participations.id"],
            name=op.f("fk_comments_participation_id_participations"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_comments_question_id_questions")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_comments_revision_id_revisions")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_comments_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["accounts.id"], name=op.f("fk_comments_written_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comments_public_id")),
    )
    op.create_index(
        "ix_comments_parent_id_submitted_at",
        "comments",
        ["parent_id", "submitted_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_comments_participation_id"), "comments", ["participation_id"], unique=False
    )
    op.create_index(op.f("ix_comments_revision_id"), "comments", ["revision_id"], unique=False)
    op.create_index(
        "ix_comments_round_newest", "comments", ["round_id", "submitted_at", "id"], unique=False
    )
    op.create_index(
        "ix_comments_round_section_newest",
        "comments",
        ["round_id", "section_key", "submitted_at", "id"],
        unique=False,
    )
    op.create_table(
        "question_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_question_texts_question_id_questions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_texts")),
        sa.UniqueConstraint(
            "question_id", "language", name=op.f("uq_question_texts_question_id_language")
        ),
    )
    op.create_table(
        "anchors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("section_key", sa.String(length=8), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            '"end" > start AND start >= 0', name=op.f("ck_anchors_span_not_empty")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_anchors_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_anchors_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchors")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_anchors_comment_id")),
    )
    op.create_index(
        "ix_anchors_revision_section", "anchors", ["revision_id", "section_key"], unique=False
    )
    op.create_table(
        "comment_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("suggested_wording", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_comment_versions_comment_id_comments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_versions")),
        sa.UniqueConstraint(
            "comment_id", "number", name=op.f("uq_comment_versions_comment_id_number")
        ),
    )
    op.create_table(
        "endorsements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_endorsements_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participations.id"],
            name=op.f("fk_endorsements_participation_id_participations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsements")),
        sa.UniqueConstraint(
            "comment_id",
            "participation_id",
            name=op.f("uq_endorsements_comment_id_participation_id"),
        ),
    )
    op.create_index(
        op.f("ix_endorsements_participation_id"),
        "endorsements",
        ["participation_id"],
        unique=False,
    )
    op.create_table(
        "points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_points_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points")),
        sa.UniqueConstraint("comment_id", "number", name=op.f("uq_points_comment_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_points_public_id")),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("participation_id", sa.Integer(), nullable=True),
        sa.Column("made_code", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_submissions_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participations.id"],
            name=op.f("fk_submissions_participation_id_participations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_submissions_submission_id")),
    )
    op.create_index(
        op.f("ix_submissions_comment_id"), "submissions", ["comment_id"], unique=False
    )
    op.create_index(op.f("ix_submissions_sent_at"), "submissions", ["sent_at"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("is_satisfied", sa.Boolean(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_verdicts_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participations.id"],
            name=op.f("fk_verdicts_participation_id_participations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_verdicts_public_id")),
    )
    op.create_index(op.f("ix_verdicts_comment_id"), "verdicts", ["comment_id"], unique=False)
    op.create_index(
        op.f("ix_verdicts_participation_id"), "verdicts", ["participation_id"], unique=False
    )
    op.create_table(
        "causes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("section_key", sa.String(length=8), nullable=False),
        sa.Column("hunk", sa.Integer(), nullable=True),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'point' OR point_id IS NOT NULL", name=op.f("ck_causes_point_named")
        ),
        sa.CheckConstraint("kind = 'point' OR note <> ''", name=op.f("ck_causes_note_given")),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["accounts.id"], name=op.f("fk_causes_named_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["points.id"], name=op.f("fk_causes_point_id_points")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_causes_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_causes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_causes_public_id")),
    )
    op.create_index(op.f("ix_causes_point_id"), "causes", ["point_id"], unique=False)
    op.create_index(
        "ix_causes_revision_section", "causes", ["revision_id", "section_key"], unique=False
    )
    op.create_table(
        "dispositions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("reason_detail", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("rationale_html", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("office", sa.String(length=160), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("referred_to", sa.Text(), nullable=False),
        sa.Column("covered_revision_id", sa.Integer(), nullable=True),
        sa.Column("covered_section_key", sa.String(length=8), nullable=True),
        sa.Column("covered_start", sa.Integer(), nullable=True),
        sa.Column("covered_end", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("decided_alone", sa.Boolean(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_as", sa.String(32), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'already_covered' OR covered_section_key IS NOT NULL",
            name=op.f("ck_dispositions_covered_names_passage"),
        ),
        sa.CheckConstraint(
            "outcome <> 'deferred' OR due_on IS NOT NULL",
            name=op.f("ck_dispositions_deferral_has_date"),
        ),
        sa.CheckConstraint(
            "outcome <> 'not_adopted' OR (reason IS NOT NULL AND reason_detail <> '')",
            name=op.f("ck_dispositions_refusal_has_reason"),
        ),
        sa.CheckConstraint(
            "outcome <> 'out_of_scope' OR referred_to <> ''",
            name=op.f("ck_dispositions_referral_names_office"),
        ),
        sa.CheckConstraint("rationale <> ''", name=op.f("ck_dispositions_rationale_given")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["accounts.id"],
            name=op.f("fk_dispositions_confirmed_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["covered_revision_id"],
            ["revisions.id"],
            name=op.f("fk_dispositions_covered_revision_id_revisions"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["accounts.id"],
            name=op.f("fk_dispositions_decided_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["points.id"], name=op.f("fk_dispositions_point_id_points")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispositions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_dispositions_public_id")),
    )
    op.create_index(
        "ix_dispositions_point_latest", "dispositions", ["point_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_dispositions_published_at"), "dispositions", ["published_at"], unique=False
    )
    op.create_table(
        "placements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("anchor_id", sa.Integer(), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("section_key", sa.String(length=8), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by_id", sa.Integer(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["anchor_id"], ["anchors.id"], name=op.f("fk_placements_anchor_id_anchors")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_placements_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"], ["accounts.id"], name=op.f("fk_placements_placed_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_placements_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
        sa.UniqueConstraint(
            "comment_id", "revision_id", name=op.f("uq_placements_comment_id_revision_id")
        ),
    )
    op.create_index(op.f("ix_placements_anchor_id"), "placements", ["anchor_id"], unique=False)
    op.create_index(
        "ix_placements_revision_section",
        "placements",
        ["revision_id", "section_key"],
        unique=False,
    )
    op.create_table(
        "adoptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("disposition_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("section_key", sa.String(length=8), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("hunk", sa.Integer(), nullable=True),
        sa.Column("elsewhere_reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            '"end" >= start AND start >= 0', name=op.f("ck_adoptions_span_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["disposition_id"],
            ["dispositions.id"],
            name=op.f("fk_adoptions_disposition_id_dispositions"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_adoptions_made_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_adoptions_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
        sa.UniqueConstraint(
            "disposition_id",
            "revision_id",
            "section_key",
            "start",
            "end",
            name=op.f("uq_adoptions_disposition_id_revision_id_section_key_start_end"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_adoptions_public_id")),
    )
    op.create_index(
        op.f("ix_adoptions_disposition_id"), "adoptions", ["disposition_id"], unique=False
    )
    op.create_index(
        "ix_adoptions_revision_section",
        "adoptions",
        ["revision_id", "section_key"],
        unique=False,
    )
    heads = sa.table("tree_heads", sa.column("id"), sa.column("size"))
    op.bulk_insert(heads, [{"id": 1, "size": 0}])
    _create_triggers()


def downgrade() -> None:
    _drop_triggers()
    op.drop_index("ix_adoptions_revision_section", table_name="adoptions")
    op.drop_index(op.f("ix_adoptions_disposition_id"), table_name="adoptions")
    op.drop_table("adoptions")
    op.drop_index("ix_placements_revision_section", table_name="placements")
    op.drop_index(op.f("ix_placements_anchor_id"), table_name="placements")
    op.drop_table("placements")
    op.drop_index(op.f("ix_dispositions_published_at"), table_name="dispositions")
    op.drop_index("ix_dispositions_point_latest", table_name="dispositions")
    op.drop_table("dispositions")
    op.drop_index("ix_causes_revision_section", table_name="causes")
    op.drop_index(op.f("ix_causes_point_id"), table_name="causes")
    op.drop_table("causes")
    op.drop_index(op.f("ix_verdicts_participation_id"), table_name="verdicts")
    op.drop_index(op.f("ix_verdicts_comment_id"), table_name="verdicts")
    op.drop_table("verdicts")
    op.drop_index(op.f("ix_submissions_sent_at"), table_name="submissions")
    op.drop_index(op.f("ix_submissions_comment_id"), table_name="submissions")
    op.drop_table("submissions")
    op.drop_table("points")
    op.drop_index(op.f("ix_endorsements_participation_id"), table_name="endorsements")
    op.drop_table("endorsements")
    op.drop_table("comment_versions")
    op.drop_index("ix_anchors_revision_section", table_name="anchors")
    op.drop_table("anchors")
    op.drop_table("question_texts")
    op.drop_index("ix_comments_round_section_newest", table_name="comments")
    op.drop_index("ix_comments_round_newest", table_name="comments")
    op.drop_index(op.f("ix_comments_revision_id"), table_name="comments")
    op.drop_index(op.f("ix_comments_participation_id"), table_name="comments")
    op.drop_index("ix_comments_parent_id_submitted_at", table_name="comments")
    op.drop_table("comments")
    op.drop_table("withheld_passages")
    op.drop_table("round_texts")
    op.drop_table("questions")
    op.drop_index(op.f("ix_participations_round_id"), table_name="participations")
    op.drop_index(op.f("ix_participations_account_id"), table_name="participations")
    op.drop_table("participations")
    op.drop_index(op.f("ix_extensions_round_id"), table_name="extensions")
    op.drop_table("extensions")
    op.drop_index("ix_sections_revision_position", table_name="sections")
    op.drop_table("sections")
    op.drop_index("ix_rounds_revision_id_closes_at", table_name="rounds")
    op.drop_index(op.f("ix_rounds_opens_at"), table_name="rounds")
    op.drop_index(op.f("ix_rounds_host_id"), table_name="rounds")
    op.drop_index(op.f("ix_rounds_department_id"), table_name="rounds")
    op.drop_index(op.f("ix_rounds_closes_at"), table_name="rounds")
    op.drop_table("rounds")
    op.drop_index(op.f("ix_changes_base_id"), table_name="changes")
    op.drop_table("changes")
    op.drop_index(op.f("ix_uploads_uploaded_by_id"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_ends_at"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_department_id"), table_name="uploads")
    op.drop_table("uploads")
    op.drop_index(
        "uq_revisions_one_draft",
        table_name="revisions",
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.drop_index(op.f("ix_revisions_curriculum_id"), table_name="revisions")
    op.drop_table("revisions")
    op.drop_index(op.f("ix_signed_in_account_id"), table_name="signed_in")
    op.drop_table("signed_in")
    op.drop_table("oversight_seats")
    op.drop_index(
        "uq_memberships_current",
        table_name="memberships",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_memberships_organization_id"), table_name="memberships")
    op.drop_index(op.f("ix_memberships_account_id"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_index(op.f("ix_mailed_links_account_id"), table_name="mailed_links")
    op.drop_table("mailed_links")
    op.drop_index(op.f("ix_invitations_organization_id"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_index(op.f("ix_curricula_department_id"), table_name="curricula")
    op.drop_table("curricula")
    op.drop_table("tree_heads")
    op.drop_table("site_marks")
    op.drop_index(op.f("ix_outbox_messages_due_at"), table_name="outbox_messages")
    op.drop_table("outbox_messages")
    op.drop_table("organizations")
    op.drop_index(op.f("ix_log_entries_subject"), table_name="log_entries")
    op.drop_index("ix_log_entries_kind_position", table_name="log_entries")
    op.drop_index(op.f("ix_log_entries_at"), table_name="log_entries")
    op.drop_table("log_entries")
    op.drop_index(op.f("ix_jobs_state"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("accounts")


PUBLISHED = "(SELECT state FROM revisions WHERE id = {row}.revision_id) = 'published'"
PUBLISHED_SECTION = (
    "(SELECT state FROM revisions JOIN sections ON sections.revision_id = revisions.id "
    "WHERE sections.id = {row}.section_id) = 'published'"
)
SEALED_REVISION = (
    "curriculum_id base_id number state title language change_note is_material material_reason "
    "started_at started_by_id published_at published_by_id content_hash"
).split()
SEALED_DISPOSITION = (
    "public_id point_id outcome reason reason_detail rationale rationale_html language office "
    "authority due_on referred_to decided_by_id decided_at salt"
).split()
NEVER = [
    ("log_entries", "UPDATE"),
    ("log_entries", "DELETE"),
    ("anchors", "UPDATE"),
    ("anchors", "DELETE"),
    ("dispositions", "DELETE"),
]
ONCE_PUBLISHED = [
    ("sections", "INSERT", PUBLISHED),
    ("sections", "UPDATE", PUBLISHED),
    ("sections", "DELETE", PUBLISHED),
    ("withheld_passages", "UPDATE", PUBLISHED_SECTION),
    ("withheld_passages", "DELETE", PUBLISHED_SECTION),
    ("changes", "INSERT", PUBLISHED),
    ("changes", "UPDATE", PUBLISHED),
    ("changes", "DELETE", PUBLISHED),
    ("causes", "INSERT", PUBLISHED),
    ("causes", "UPDATE", PUBLISHED),
    ("causes", "DELETE", PUBLISHED),
    ("adoptions", "UPDATE", PUBLISHED),
    ("adoptions", "DELETE", PUBLISHED),
]


def _triggers(distinct: str) -> list[tuple[str, str, str]]:
    """Table, event and condition of each refusal; `distinct` compares two columns, NULL too."""
    changed = " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in SEALED_REVISION)
    edited = " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in SEALED_DISPOSITION)
    return [
        *[(table, event, "1 = 1") for table, event in NEVER],
        *[
            (table, event, condition.format(row="NEW" if event == "INSERT" else "OLD"))
            for table, event, condition in ONCE_PUBLISHED
        ],
        ("revisions", "DELETE", "OLD.state = 'published'"),
        ("revisions", "UPDATE", f"OLD.state = 'published' AND ({changed})"),
        ("dispositions", "UPDATE", f"({edited})"),
    ]


def _create_triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, event, condition in _triggers("IS NOT"):
            op.execute(
                f"CREATE TRIGGER frozen_{table}_{event.lower()} BEFORE {event} ON {table} "
                f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
            )
        return
    for table, event, condition in _triggers("IS DISTINCT FROM"):
        name = f"frozen_{table}_{event.lower()}"
        row = "OLD" if event == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{table} is frozen' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {row}; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _drop_triggers() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, event, _ in _triggers("IS NOT"):
        name = f"frozen_{table}_{event.lower()}"
        op.execute(f"DROP TRIGGER {name} ON {table}" if postgresql else f"DROP TRIGGER {name}")
        if postgresql:
            op.execute(f"DROP FUNCTION {name}()")
