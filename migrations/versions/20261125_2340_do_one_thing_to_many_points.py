"""Let one act be done to many points, and answers that it gave be taken back unpublished."""

import sqlalchemy as sa
from alembic import op

revision = "0051b2d9f5e3"
down_revision = "0052b8d3f6a2"
branch_labels = None
depends_on = None

KEPT = [("answers_taken_back", "UPDATE"), ("answers_taken_back", "DELETE")]
NEVER = "1 = 1"
UNLESS_TAKEN_BACK = (
    "OLD.published_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM answers_taken_back t"
    " WHERE t.public_id = OLD.public_id AND t.point_id = OLD.point_id AND t.salt = OLD.salt)"
)
"""An answer leaves its table only into the record of those taken back, never once public."""


def upgrade() -> None:
    op.create_table(
        "bulk_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_bulk_acts_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_bulk_acts_asked_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["undo_by_id"], ["accounts.id"], name=op.f("fk_bulk_acts_undo_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_acts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_acts_public_id")),
    )
    op.create_index(op.f("ix_bulk_acts_round_id"), "bulk_acts", ["round_id"])
    op.create_table(
        "bulk_points",
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.String(64), nullable=False),
        sa.Column("left_out", sa.String(32), nullable=True),
        sa.Column("made", sa.String(26), nullable=True),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("before_due_on", sa.Date(), nullable=True),
        sa.Column("stays", sa.String(32), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["act_id"],
            ["bulk_acts.id"],
            name=op.f("fk_bulk_points_act_id_bulk_acts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["points.id"], name=op.f("fk_bulk_points_point_id_points")
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["accounts.id"], name=op.f("fk_bulk_points_before_id_accounts")
        ),
        sa.PrimaryKeyConstraint("act_id", "point_id", name=op.f("pk_bulk_points")),
    )
    op.create_index(op.f("ix_bulk_points_point_id"), "bulk_points", ["point_id"])
    op.create_table(
        "answers_taken_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"], ["points.id"], name=op.f("fk_answers_taken_back_point_id_points")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["accounts.id"],
            name=op.f("fk_answers_taken_back_decided_by_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"],
            ["accounts.id"],
            name=op.f("fk_answers_taken_back_taken_back_by_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers_taken_back")),
        sa.UniqueConstraint("public_id", name=op.f("uq_answers_taken_back_public_id")),
    )
    op.create_index(op.f("ix_answers_taken_back_point_id"), "answers_taken_back", ["point_id"])
    for table, event in KEPT:
        _freeze(table, event, NEVER)
    _thaw("dispositions", "DELETE")
    _freeze("dispositions", "DELETE", UNLESS_TAKEN_BACK)


def downgrade() -> None:
    _thaw("dispositions", "DELETE")
    _freeze("dispositions", "DELETE", NEVER)
    for table, event in KEPT:
        _thaw(table, event)
    op.drop_table("answers_taken_back")
    op.drop_table("bulk_points")
    op.drop_table("bulk_acts")


def _freeze(table: str, event: str, condition: str) -> None:
    name = f"frozen_{table}_{event.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        )
        return
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


def _thaw(table: str, event: str) -> None:
    name = f"frozen_{table}_{event.lower()}"
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        op.execute(f"DROP FUNCTION {name}()")
