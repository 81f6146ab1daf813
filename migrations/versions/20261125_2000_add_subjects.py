"""Add subjects: what several comments are about, and the answers given by them."""

import sqlalchemy as sa
from alembic import op

revision = "0041b3e7d9a2"
down_revision = "0021e6a3c4d7"
branch_labels = None
depends_on = None

SEALED = [("theme_answers", "UPDATE"), ("theme_answers", "DELETE")]


def upgrade() -> None:
    op.create_table(
        "themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_themes_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_themes_made_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["themes.id"], name=op.f("fk_themes_merged_into_id_themes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_themes_public_id")),
    )
    op.create_index(op.f("ix_themes_round_id"), "themes", ["round_id"])
    op.create_index(op.f("ix_themes_merged_into_id"), "themes", ["merged_into_id"])
    op.create_index(
        "uq_themes_title_in_use",
        "themes",
        ["round_id", "title"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "theme_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_theme_points_theme_id_themes")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["points.id"], name=op.f("fk_theme_points_point_id_points")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["accounts.id"], name=op.f("fk_theme_points_added_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_points")),
        sa.UniqueConstraint(
            "theme_id", "point_id", name=op.f("uq_theme_points_theme_id_point_id")
        ),
    )
    op.create_index(op.f("ix_theme_points_point_id"), "theme_points", ["point_id"])
    op.create_table(
        "theme_answers",
        sa.Column("disposition_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disposition_id"],
            ["dispositions.id"],
            name=op.f("fk_theme_answers_disposition_id_dispositions"),
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_theme_answers_theme_id_themes")
        ),
        sa.PrimaryKeyConstraint("disposition_id", name=op.f("pk_theme_answers")),
    )
    op.create_index(op.f("ix_theme_answers_theme_id"), "theme_answers", ["theme_id"])
    _create_triggers()


def downgrade() -> None:
    _drop_triggers()
    op.drop_table("theme_answers")
    op.drop_table("theme_points")
    op.drop_table("themes")


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
