"""Let what a point is in go with its row of the board by a trigger, without a reference.

PostgreSQL looked up the row of the board for each lot that was written: ten thousand times
while a version is being published, although the trigger that writes them has read them from
these rows, which it holds. What the reference did besides, to take the lots along with a row
that leaves the board, is one more trigger (decision 65).
"""

# ruff: noqa: S608 - all of its statements are made of the words of this file alone

import sqlalchemy as sa
from alembic import op

revision = "0065b1c8e3d7"
down_revision = "0063a4d7c2e8"
branch_labels = None
depends_on = None

LEFT = "board_lots_left"
REFERENCE = "fk_board_lots_point_id_board_rows"
LOT = ("facet", "lot_id", "stage")
AGREED = "endorsements > 0"
INDEXES = {
    "ix_board_lots_time": ([*LOT, "submitted_at", "point_id"], None),
    "ix_board_lots_place": ([*LOT, "section_position", "submitted_at", "point_id"], None),
    "ix_board_lots_agreed": ([*LOT, "endorsements", "submitted_at", "point_id"], AGREED),
}
COLUMNS = (
    "point_id, facet, lot_id, round_id, stage, section_position, endorsements, submitted_at"
)
BY_INDEX = " ".join(f"SET enable_{way} = off" for way in ("seqscan", "hashjoin", "mergejoin"))


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(refers=False)
        op.execute(
            f"CREATE TRIGGER {LEFT} AFTER DELETE ON board_rows"
            " BEGIN DELETE FROM board_lots WHERE point_id = OLD.point_id; END"
        )
        return
    op.drop_constraint(REFERENCE, "board_lots", type_="foreignkey")
    op.execute(
        f"CREATE FUNCTION {LEFT}() RETURNS trigger LANGUAGE plpgsql {BY_INDEX} AS $$ BEGIN"
        " DELETE FROM board_lots l WHERE l.point_id = ANY (ARRAY(SELECT n.point_id"
        " FROM changed n)); RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {LEFT} AFTER DELETE ON board_rows REFERENCING OLD TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {LEFT}()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {LEFT}")
        _rebuild(refers=True)
        return
    op.execute(f"DROP TRIGGER {LEFT} ON board_rows")
    op.execute(f"DROP FUNCTION {LEFT}()")
    op.create_foreign_key(
        REFERENCE, "board_lots", "board_rows", ["point_id"], ["point_id"], ondelete="CASCADE"
    )


def _rebuild(*, refers: bool) -> None:
    """SQLite takes no reference out of a table; its triggers go with it and come back."""
    bind = op.get_bind()
    triggers = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'board_lots'"
    ).scalars()
    kept = list(triggers)
    bind.exec_driver_sql("CREATE TEMPORARY TABLE kept_lots AS SELECT * FROM board_lots")
    op.drop_table("board_lots")
    key = {"autoincrement": False, "nullable": False}
    reference = sa.ForeignKeyConstraint(
        ["point_id"], ["board_rows.point_id"], name=op.f(REFERENCE), ondelete="CASCADE"
    )
    op.create_table(
        "board_lots",
        sa.Column("point_id", sa.Integer(), **key),
        sa.Column("facet", sa.String(8), nullable=False),
        sa.Column("lot_id", sa.Integer(), **key),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("section_position", sa.Integer(), nullable=False),
        sa.Column("endorsements", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("point_id", "facet", "lot_id", name=op.f("pk_board_lots")),
        *([reference] if refers else []),
    )
    bind.exec_driver_sql(f"INSERT INTO board_lots ({COLUMNS}) SELECT {COLUMNS} FROM kept_lots")
    bind.exec_driver_sql("DROP TABLE kept_lots")
    for name, (columns, where) in INDEXES.items():
        on = sa.text(where) if where else None
        op.create_index(name, "board_lots", columns, sqlite_where=on)
    for statement in kept:
        bind.exec_driver_sql(statement)
