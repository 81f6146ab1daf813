"""Find the board's points by subject and by letter: a row for each such pair, by triggers."""

# ruff: noqa: S608 - all of its statements are made of the words of this file alone

import sqlalchemy as sa
from alembic import op

revision = "0051a1c8e4d2"
down_revision = "0045c3e9a1d7"
branch_labels = None
depends_on = None

COPIED = ("round_id", "stage", "section_position", "endorsements", "submitted_at")
"""What stands beside each pair is the board's own row of its point, to be sorted by."""
COLUMNS = ", ".join(("facet", "lot_id", "point_id", *COPIED))
FROM_ROW = ", ".join(f"b.{name}" for name in COPIED)
IN_THEME = (
    f"INSERT INTO board_lots ({COLUMNS}) SELECT 'theme', t.theme_id, b.point_id, {FROM_ROW}"
    " FROM theme_points t JOIN board_rows b ON b.point_id = t.point_id"
    " WHERE t.point_id = {row}.point_id{this}{lock} ON CONFLICT DO NOTHING;"
)
IN_LETTER = (
    f"INSERT INTO board_lots ({COLUMNS}) SELECT 'group', g.group_id, b.point_id, {FROM_ROW}"
    " FROM group_points g JOIN board_rows b ON b.point_id = g.point_id"
    " WHERE g.point_id = {row}.point_id AND g.left_at IS NULL{lock} ON CONFLICT DO NOTHING;"
)
OUT_OF_THEME = (
    "DELETE FROM board_lots WHERE facet = 'theme' AND lot_id = OLD.theme_id"
    " AND point_id = OLD.point_id;"
)
OUT_OF_LETTER = (
    "DELETE FROM board_lots WHERE facet = 'group' AND lot_id = OLD.group_id"
    " AND point_id = OLD.point_id;"
)
FOLLOW = (
    "UPDATE board_lots SET "
    + ", ".join(f"{name} = NEW.{name}" for name in COPIED)
    + " WHERE point_id = NEW.point_id;"
)
COUNT = (
    "INSERT INTO board_counts (round_id, stage, facet, value, slot, number)"
    " SELECT {row}.round_id, {row}.stage, {row}.facet, CAST({row}.lot_id AS VARCHAR(32)),"
    " {slot}, {by} WHERE {changed}"
    " ON CONFLICT (round_id, stage, facet, value, slot)"
    " DO UPDATE SET number = board_counts.number + excluded.number;"
)
MOVED = "OLD.stage <> NEW.stage OR OLD.round_id <> NEW.round_id"


def _triggers(*, slot: str, lock: str) -> list[tuple[str, str, str, str]]:
    """Name, event, table and what is done then; `lock` waits for who changes the same row."""

    def count(row: str, by: int, changed: str = "1 = 1") -> str:
        return COUNT.format(row=row, by=by, slot=slot, changed=changed)

    def inside(words: str, row: str, this: str = "") -> str:
        return words.format(row=row, this=this, lock=lock)

    this = " AND t.theme_id = NEW.theme_id"
    return [
        ("board_lots_theme_in", "INSERT", "theme_points", inside(IN_THEME, "NEW", this)),
        ("board_lots_theme_out", "DELETE", "theme_points", OUT_OF_THEME),
        ("board_lots_letter_in", "INSERT", "group_points", inside(IN_LETTER, "NEW")),
        (
            "board_lots_letter_moved",
            "UPDATE OF left_at, group_id",
            "group_points",
            f"{OUT_OF_LETTER} {inside(IN_LETTER, 'NEW')}",
        ),
        ("board_lots_letter_out", "DELETE", "group_points", OUT_OF_LETTER),
        (
            "board_lots_listed",
            "INSERT",
            "board_rows",
            f"{inside(IN_THEME, 'NEW')} {inside(IN_LETTER, 'NEW')}",
        ),
        ("board_lots_followed", f"UPDATE OF {', '.join(COPIED)}", "board_rows", FOLLOW),
        ("board_lots_count_in", "INSERT", "board_lots", count("NEW", 1)),
        ("board_lots_count_out", "DELETE", "board_lots", count("OLD", -1)),
        (
            "board_lots_count_moved",
            "UPDATE OF stage, round_id",
            "board_lots",
            f"{count('OLD', -1, MOVED)} {count('NEW', 1, MOVED)}",
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "board_lots",
        sa.Column("facet", sa.String(8), nullable=False),
        sa.Column("lot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("point_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("section_position", sa.Integer(), nullable=False),
        sa.Column("endorsements", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["board_rows.point_id"],
            name=op.f("fk_board_lots_point_id_board_rows"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("point_id", "facet", "lot_id", name=op.f("pk_board_lots")),
    )
    start = ["facet", "lot_id", "stage"]
    _index("time", [*start, "submitted_at"])
    _index("place", [*start, "section_position", "submitted_at"])
    _index("agreed", [*start, "endorsements"], "endorsements > 0")
    if op.get_bind().dialect.name == "sqlite":
        for name, when, table, body in _triggers(slot="0", lock=""):
            op.execute(
                sa.text(f"CREATE TRIGGER {name} AFTER {when} ON {table} BEGIN {body} END")
            )
    else:
        lock = " FOR NO KEY UPDATE OF b"
        for name, when, table, body in _triggers(slot="pg_backend_pid()", lock=lock):
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"{body} RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} AFTER {when} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
    op.execute(
        f"INSERT INTO board_lots ({COLUMNS}) SELECT 'theme', t.theme_id, b.point_id, {FROM_ROW}"
        " FROM theme_points t JOIN board_rows b ON b.point_id = t.point_id"
    )
    op.execute(
        f"INSERT INTO board_lots ({COLUMNS}) SELECT 'group', g.group_id, b.point_id, {FROM_ROW}"
        " FROM group_points g JOIN board_rows b ON b.point_id = g.point_id"
        " WHERE g.left_at IS NULL"
    )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, _, table, _ in _triggers(slot="0", lock=""):
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("board_lots")
    op.execute("DELETE FROM board_counts WHERE facet IN ('theme', 'group')")


def _index(name: str, columns: list[str], where: str | None = None) -> None:
    condition = sa.text(where) if where else None
    op.create_index(
        f"ix_board_lots_{name}",
        "board_lots",
        [*columns, "point_id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
