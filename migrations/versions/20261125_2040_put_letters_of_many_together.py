"""Put near-identical texts of a round together, and keep how the next one is known."""

import sqlalchemy as sa
from alembic import op

revision = "0042c5a1f8e3"
down_revision = "0034b8d2f6c3"
branch_labels = None
depends_on = None

SEALED = [("group_answers", "UPDATE"), ("group_answers", "DELETE")]


def upgrade() -> None:
    op.create_table(
        "duplicate_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("lead_count", sa.Integer(), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_duplicate_groups_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["points.id"], name=op.f("fk_duplicate_groups_lead_id_points")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_groups")),
        sa.UniqueConstraint("public_id", name=op.f("uq_duplicate_groups_public_id")),
    )
    op.create_index(op.f("ix_duplicate_groups_round_id"), "duplicate_groups", ["round_id"])
    op.create_table(
        "group_points",
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(32), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["point_id"], ["points.id"], name=op.f("fk_group_points_point_id_points")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["duplicate_groups.id"],
            name=op.f("fk_group_points_group_id_duplicate_groups"),
        ),
        sa.PrimaryKeyConstraint("point_id", name=op.f("pk_group_points")),
    )
    op.create_index("ix_group_points_group_text", "group_points", ["group_id", "text_hash"])
    op.create_table(
        "text_prints",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_text_prints_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_text_prints_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint(
            "round_id", "number", "comment_id", name=op.f("pk_text_prints")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_text_prints_comment_id"), "text_prints", ["comment_id"])
    op.create_table(
        "group_answers",
        sa.Column("disposition_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disposition_id"],
            ["dispositions.id"],
            name=op.f("fk_group_answers_disposition_id_dispositions"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["duplicate_groups.id"],
            name=op.f("fk_group_answers_group_id_duplicate_groups"),
        ),
        sa.PrimaryKeyConstraint("disposition_id", name=op.f("pk_group_answers")),
    )
    op.create_index(op.f("ix_group_answers_group_id"), "group_answers", ["group_id"])
    _create_triggers()


def downgrade() -> None:
    _drop_triggers()
    op.drop_table("group_answers")
    op.drop_table("text_prints")
    op.drop_table("group_points")
    op.drop_table("duplicate_groups")


def _create_triggers() -> None:
    for table, event in SEALED:
        name = f"frozen_{table}_{event.lower()}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{table} is frozen' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _drop_triggers() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, event in SEALED:
        name = f"frozen_{table}_{event.lower()}"
        op.execute(f"DROP TRIGGER {name} ON {table}" if postgresql else f"DROP TRIGGER {name}")
        if postgresql:
            op.execute(f"DROP FUNCTION {name}()")
