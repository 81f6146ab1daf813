"""Ask who was heard: answers without a person, a time or an order; figures frozen once."""

import sqlalchemy as sa
from alembic import op

revision = "0029b4d8e2c7"
down_revision = "0042c5a1f8e3"
branch_labels = None
depends_on = None

FROZEN = ("background_counts", "background_figures")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _freeze(table: str, event: str) -> None:
    name = f"frozen_{table}_{event.lower()}"
    if not _is_postgresql():
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{table} is frozen' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _thaw(table: str, event: str) -> None:
    name = f"frozen_{table}_{event.lower()}"
    if _is_postgresql():
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
    else:
        op.execute(f"DROP TRIGGER {name}")


def upgrade() -> None:
    op.create_table(
        "background_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(32), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_background_questions_round_id_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_questions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_background_questions_public_id")),
        sa.UniqueConstraint(
            "round_id", "template", name=op.f("uq_background_questions_round_id_template")
        ),
    )
    op.create_table(
        "background_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["background_questions.id"],
            name=op.f("fk_background_texts_question_id_background_questions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_texts")),
        sa.UniqueConstraint(
            "question_id", "language", name=op.f("uq_background_texts_question_id_language")
        ),
    )
    op.create_table(
        "background_answers",
        sa.Column("key", sa.String(26), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.Integer()),
        sa.Column("words", sa.Text()),
        sa.CheckConstraint(
            "(choice IS NULL) <> (words IS NULL)",
            name=op.f("ck_background_answers_choice_or_words"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["background_questions.id"],
            name=op.f("fk_background_answers_question_id_background_questions"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_background_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_background_answers_question_id"), "background_answers", ["question_id"]
    )
    op.create_table(
        "background_marks",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_background_marks_round_id_rounds")
        ),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_background_marks")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_background_marks_round_id"), "background_marks", ["round_id"])
    op.create_table(
        "background_counts",
        sa.Column("round_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("people", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_background_counts_round_id_rounds")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_background_counts")),
    )
    op.create_table(
        "background_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.Integer()),
        sa.Column("words", sa.Text()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 5", name=op.f("ck_background_figures_from_five_up")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["background_questions.id"],
            name=op.f("fk_background_figures_question_id_background_questions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_figures")),
    )
    op.create_index(
        op.f("ix_background_figures_question_id"), "background_figures", ["question_id"]
    )
    for table in FROZEN:
        for event in ("UPDATE", "DELETE"):
            _freeze(table, event)


def downgrade() -> None:
    for table in FROZEN:
        for event in ("UPDATE", "DELETE"):
            _thaw(table, event)
    for name in (
        *("background_figures", "background_counts", "background_marks"),
        *("background_answers", "background_texts", "background_questions"),
    ):
        op.drop_table(name)
