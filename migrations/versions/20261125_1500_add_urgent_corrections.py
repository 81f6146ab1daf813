"""Add urgent corrections: a second draft beside the working one, and what it changed there."""

import sqlalchemy as sa
from alembic import op

revision = "0017c1e4b8d2"
down_revision = "5c1d0a7e42b9"
branch_labels = None
depends_on = None

FROZEN = "OLD.state = 'published' AND ({})"
SEALED = ("is_urgent", "urgent_cause", "urgent_note")


def upgrade() -> None:
    op.add_column(
        "revisions",
        sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("revisions", sa.Column("urgent_cause", sa.String(32)))
    op.add_column(
        "revisions", sa.Column("urgent_note", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("sections", sa.Column("corrected_in", sa.Integer()))
    op.drop_index("uq_revisions_one_draft", table_name="revisions")
    _one_draft(["curriculum_id", "is_urgent"])
    if op.get_bind().dialect.name == "sqlite":
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in SEALED)
        op.execute(
            "CREATE TRIGGER frozen_revisions_urgent BEFORE UPDATE ON revisions "
            f"WHEN {FROZEN.format(changed)} BEGIN "
            "SELECT RAISE(ABORT, 'revisions is frozen'); END"
        )
        return
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in SEALED)
    op.execute(
        "CREATE FUNCTION frozen_revisions_urgent() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {FROZEN.format(changed)} THEN RAISE EXCEPTION 'revisions is frozen' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER frozen_revisions_urgent BEFORE UPDATE ON revisions "
        "FOR EACH ROW EXECUTE FUNCTION frozen_revisions_urgent()"
    )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP TRIGGER frozen_revisions_urgent" + (" ON revisions" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION frozen_revisions_urgent()")
    op.drop_index("uq_revisions_one_draft", table_name="revisions")
    _one_draft(["curriculum_id"])
    op.drop_column("sections", "corrected_in")
    for name in reversed(SEALED):
        op.drop_column("revisions", name)


def _one_draft(columns: list[str]) -> None:
    op.create_index(
        "uq_revisions_one_draft",
        "revisions",
        columns,
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
