"""Keep the board a statement at a time in PostgreSQL, and its numbers in one tree in SQLite.

In PostgreSQL each row that changed counted in the same few rows again, of which a transaction
keeps every version: three thousand answers made public at once looked through millions of them.
Now a statement's rows are put on the board together and counted once. SQLite runs triggers for
each row and changes its numbers in place; there a table without row ids spares half the way.
"""

# ruff: noqa: S608 - all of its statements are made of the words of these files alone

import importlib.util
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0054a7c2e9b1"
down_revision = "0052f4c1d8b6"
branch_labels = None
depends_on = None


def _sibling(name: str):
    """An earlier migration, whose words for a row of the board are still those of today."""
    path = next(Path(__file__).parent.glob(f"*_{name}.py"))
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ROWS = _sibling("keep_a_row_of_the_board_for_each_point")
LOTS = _sibling("find_points_by_subject_and_letter")

POINTS = {
    "points": "p.id IN (SELECT n.id FROM {rows} n)",
    "comments": "p.comment_id IN (SELECT n.id FROM {rows} n)",
    "dispositions": "p.id IN (SELECT n.point_id FROM {rows} n)",
    "assignments": "p.id IN (SELECT n.point_id FROM {rows} n)",
    "input_requests": "p.id IN (SELECT n.point_id FROM {rows} n)",
    "adoptions": "p.id IN (SELECT i.point_id FROM {rows} n JOIN dispositions i"
    " ON i.id = n.disposition_id)",
    "revisions": "p.id IN (SELECT i.point_id FROM {rows} n JOIN revisions r"
    " ON r.curriculum_id = n.curriculum_id JOIN adoptions k ON k.revision_id = r.id"
    " JOIN dispositions i ON i.id = k.disposition_id)",
}
KEYS = {"adoptions": "disposition_id", "revisions": "curriculum_id"}
KEYS |= {"placements": "comment_id", "points": "id", "comments": "id"}
"""By what the points are found; of the others by their `point_id`."""
PLACED = (
    "UPDATE board_rows b SET placement = "
    + ROWS.COLUMNS["placement"].replace("c.id", "b.comment_id")
    + " WHERE b.comment_id IN (SELECT n.comment_id FROM {rows} n);"
)
AGREED = (
    "UPDATE board_rows b SET endorsements = n.endorsements_count"
    " FROM changed n WHERE b.comment_id = n.id"
    " AND b.endorsements <> n.endorsements_count;"
)
TABLES = {"INSERT": "NEW TABLE AS changed", "DELETE": "OLD TABLE AS changed"}
TABLES["UPDATE"] = "OLD TABLE AS old NEW TABLE AS changed"

COPIED = ", ".join(LOTS.COPIED)
PAIR = f"INSERT INTO board_lots ({LOTS.COLUMNS}) SELECT"
BESIDE = " ORDER BY b.point_id FOR NO KEY UPDATE OF b ON CONFLICT DO NOTHING;"
IN_THEME = f"{PAIR} 'theme', t.theme_id, b.point_id, {LOTS.FROM_ROW} FROM {{}} t"
IN_THEME += " JOIN board_rows b ON b.point_id = t.point_id{}" + BESIDE
IN_LETTER = f"{PAIR} 'group', g.group_id, b.point_id, {LOTS.FROM_ROW} FROM {{}} g"
IN_LETTER += " JOIN board_rows b ON b.point_id = g.point_id WHERE g.left_at IS NULL{}" + BESIDE
OUT = "DELETE FROM board_lots l USING {} o WHERE l.facet = '{}' AND l.lot_id = o.{}"
OUT += " AND l.point_id = o.point_id;"
FOLLOW = (
    "UPDATE board_lots l SET "
    + ", ".join(f"{name} = n.{name}" for name in LOTS.COPIED)
    + " FROM changed n WHERE l.point_id = n.point_id AND ("
    + ", ".join(f"l.{name}" for name in LOTS.COPIED)
    + ") IS DISTINCT FROM ("
    + ", ".join(f"n.{name}" for name in LOTS.COPIED)
    + ");"
)
COUNT = (
    "INSERT INTO board_counts (round_id, stage, facet, value, slot, number)"
    " SELECT round_id, stage, facet, value, pg_backend_pid(), sum(by) FROM ({added}) AS added"
    " GROUP BY round_id, stage, facet, value HAVING sum(by) <> 0"
    " ON CONFLICT (round_id, stage, facet, value, slot)"
    " DO UPDATE SET number = board_counts.number + excluded.number;"
)


def _count_rows(event: str) -> str:
    """What these rows have more of each value than they had before."""
    values = ", ".join(
        f"('{facet}', {value.format(row='r')})" for facet, value in ROWS.COUNTED.items()
    )
    only = ", ".join(f"'{facet}'" for facet in sorted(ROWS.NOT_COUNTED))
    return _added(
        event,
        f"r.round_id, r.stage, f.facet, f.value, {{by}} AS by FROM {{table}} r"
        f" CROSS JOIN LATERAL (VALUES {values}) AS f (facet, value)"
        f" WHERE f.value <> '' OR f.facet NOT IN ({only})",
    )


def _count_lots(event: str) -> str:
    return _added(
        event,
        "r.round_id, r.stage, r.facet, CAST(r.lot_id AS VARCHAR(32)) AS value, {by} AS by"
        " FROM {table} r",
    )


def _added(event: str, words: str) -> str:
    signs = {"INSERT": {"changed": 1}, "DELETE": {"changed": -1}}
    parts = signs.get(event, {"old": -1, "changed": 1}).items()
    return COUNT.format(
        added=" UNION ALL ".join(
            f"SELECT {words.format(by=by, table=table)}" for table, by in parts
        )
    )


def _differing(columns: str) -> str:
    """Rows of the statement that are other now: a trigger that sees them cannot be bound to
    columns. Not a join: two lists without an index would be looked through for each other."""
    return f"(SELECT {columns} FROM changed EXCEPT SELECT {columns} FROM old)"


def _refresh(table: str, event: str, columns: str) -> str:
    seen = dict.fromkeys(["id", KEYS.get(table, "point_id"), *columns.split(", ")])
    rows = _differing(", ".join(seen)) if columns else "changed"
    if table == "placements":
        return PLACED.format(rows=rows)
    scope = POINTS[table].format(rows=rows)
    if event == "INSERT" and table == "points":
        return f"{ROWS._fill(scope)};"
    return f"{ROWS._sweep(scope)}; {ROWS._fill(scope)};"


def _triggers() -> list[tuple[str, str, str, str]]:
    """Name, event, table and what is done then."""
    found = [
        (ROWS._name(table, event), event, table, _refresh(table, event, columns))
        for table, event, columns in ROWS.EVENTS
    ]
    found += [
        ("board_comments_agreed", "UPDATE", "comments", AGREED),
        ("board_lots_theme_in", "INSERT", "theme_points", IN_THEME.format("changed", "")),
        ("board_lots_theme_out", "DELETE", "theme_points", _out("changed", "theme")),
        ("board_lots_letter_in", "INSERT", "group_points", IN_LETTER.format("changed", "")),
        (
            "board_lots_letter_moved",
            "UPDATE",
            "group_points",
            f"{_out(LEFT, 'group')} {IN_LETTER.format('changed', '')}",
        ),
        ("board_lots_letter_out", "DELETE", "group_points", _out("changed", "group")),
        (
            "board_lots_listed",
            "INSERT",
            "board_rows",
            IN_THEME.format("theme_points", f" WHERE t.point_id IN ({LISTED})")
            + IN_LETTER.format("group_points", f" AND g.point_id IN ({LISTED})"),
        ),
        ("board_lots_followed", "UPDATE", "board_rows", FOLLOW),
    ]
    for event in ("INSERT", "UPDATE", "DELETE"):
        name = {"INSERT": "in", "UPDATE": "moved", "DELETE": "out"}[event]
        found += [
            (f"board_counts_{event.lower()}", event, "board_rows", _count_rows(event)),
            (f"board_lots_count_{name}", event, "board_lots", _count_lots(event)),
        ]
    return found


LISTED = "SELECT n.point_id FROM changed n"
LEFT = (
    "(SELECT point_id, group_id, left_at FROM old"
    " EXCEPT SELECT point_id, group_id, left_at FROM changed)"
)


def _out(table: str, facet: str) -> str:
    return OUT.format(table, facet, f"{facet}_id")


BY_INDEX = " ".join(f"SET enable_{way} = off" for way in ("seqscan", "hashjoin", "mergejoin"))
"""A function's statements are planned once, for one row or for thousands: always by index."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _lay_counts(with_rowid=False)
        return
    for name, event, table, body in _triggers():
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {BY_INDEX}"
            f" AS $$ BEGIN {body} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {TABLES[event]} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _lay_counts(with_rowid=True)
        return
    for name, _event, table, _body in _triggers():
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
    ROWS._create_postgresql_triggers()
    lock = " FOR NO KEY UPDATE OF b"
    for name, when, table, body in LOTS._triggers(slot="pg_backend_pid()", lock=lock):
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{body} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER {when} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _lay_counts(*, with_rowid: bool) -> None:
    op.execute("CREATE TEMPORARY TABLE kept_counts AS SELECT * FROM board_counts")
    op.drop_table("board_counts")
    op.create_table(
        "board_counts",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("facet", sa.String(16), nullable=False),
        sa.Column("value", sa.String(32), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "round_id", "stage", "facet", "value", "slot", name=op.f("pk_board_counts")
        ),
        sqlite_with_rowid=with_rowid,
    )
    op.execute("INSERT INTO board_counts SELECT * FROM kept_counts")
    op.execute("DROP TABLE kept_counts")
