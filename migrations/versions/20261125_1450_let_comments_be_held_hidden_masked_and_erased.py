"""Let comments be held, hidden, masked and erased; freeze their wordings in the database."""

import sqlalchemy as sa
from alembic import op

revision = "5c1d0a7e42b9"
down_revision = "0015d2c8e6a4"
branch_labels = None
depends_on = None

COLUMNS = [
    ("held_at", sa.DateTime(timezone=True)),
    ("hidden_at", sa.DateTime(timezone=True)),
    ("hidden_reason", sa.String(32)),
    ("masked_at", sa.DateTime(timezone=True)),
    ("masked_reason", sa.String(32)),
    ("erased_at", sa.DateTime(timezone=True)),
    ("erased_reason", sa.String(32)),
    ("sealed_name", sa.String(80)),
]
TABLES = ("conduct_requests", "measures", "sealed_wordings")


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("comments", sa.Column(name, kind, nullable=True))
    op.add_column(
        "rounds",
        sa.Column("holding", sa.String(32), nullable=False, server_default="none"),
    )
    op.create_table(
        "sealed_wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("suggested_wording", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("phrases", sa.JSON(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["comment_versions.id"],
            name=op.f("fk_sealed_wordings_version_id_comment_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_wordings")),
        sa.UniqueConstraint("version_id", name=op.f("uq_sealed_wordings_version_id")),
    )
    _create_measures()
    _create_requests()
    _create_triggers()


def _create_measures() -> None:
    op.create_table(
        "measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("phrases", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_organization_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(32), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appeal_decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_measures_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["accounts.id"], name=op.f("fk_measures_taken_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_measures_organization_id_organizations"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["accounts.id"],
            name=op.f("fk_measures_confirmed_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_organization_id"],
            ["organizations.id"],
            name=op.f("fk_measures_confirmed_organization_id_organizations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint("public_id", name=op.f("uq_measures_public_id")),
    )
    op.create_index(op.f("ix_measures_comment_id"), "measures", ["comment_id"])
    op.create_index(op.f("ix_measures_ended_at"), "measures", ["ended_at"])


def _create_requests() -> None:
    op.create_table(
        "conduct_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("phrases", sa.JSON(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_conduct_requests_comment_id_comments"),
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participations.id"],
            name=op.f("fk_conduct_requests_participation_id_participations"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_conduct_requests_account_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conduct_requests_public_id")),
    )
    for column in ("comment_id", "participation_id", "account_id"):
        op.create_index(op.f(f"ix_conduct_requests_{column}"), "conduct_requests", [column])


def downgrade() -> None:
    _drop_triggers()
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("rounds", "holding")
    for name, _kind in reversed(COLUMNS):
        op.drop_column("comments", name)


TEXTS = ("body", "html", "suggested_wording", "salt")


def _triggers(distinct: str) -> list[tuple[str, str, str]]:
    """What is erased stays erased; a wording changes only together with its salt."""
    erased = "(SELECT erased_at FROM comments WHERE id = {}) IS NOT NULL"
    text = " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in TEXTS[:3])
    sealed = " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in TEXTS)
    blank = (
        "NEW.body = '' AND NEW.html = '' AND NEW.suggested_wording IS NULL AND NEW.salt = ''"
    )
    of_version = "(SELECT comment_id FROM comment_versions WHERE id = NEW.version_id)"
    return [
        ("comments", "DELETE", "1 = 1"),
        (
            "comments",
            "UPDATE",
            f"OLD.erased_at IS NOT NULL AND (NEW.erased_at {distinct} OLD.erased_at"
            f" OR NEW.erased_reason {distinct} OLD.erased_reason)",
        ),
        ("comment_versions", "DELETE", "1 = 1"),
        ("comment_versions", "INSERT", erased.format("NEW.comment_id")),
        (
            "comment_versions",
            "UPDATE",
            f"({erased.format('OLD.comment_id')} AND NOT ({blank}))"
            f" OR (NEW.salt = OLD.salt AND ({text}))",
        ),
        ("sealed_wordings", "INSERT", erased.format(of_version)),
        ("sealed_wordings", "UPDATE", f"({sealed})"),
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
