"""Lay the board anew: places apart from its rows, what a list shows in them, fewer counters.

Publishing changes ten thousand places at once, and each wrote a row of the board into all of
its indexes: now a place is a row of `board_lots`, as a subject or a letter is. What a list
shows stands in the board's row, but for the words themselves: a page looked into four more
tables. And the four stages stand side by side in a counter: two hundred rows cost more than
the page does.
"""

# ruff: noqa: S608 - all of its statements are made of the words of these files alone

import importlib.util
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0057e3b6a1d9"
down_revision = "0057c1e8a4b2"
branch_labels = None
depends_on = None


def _sibling(name: str):
    """An earlier migration, whose words are taken but for those that are told here."""
    path = next(Path(__file__).parent.glob(f"*_{name}.py"))
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


STAGES = ("open", "optional", "decided", "public")
SHOWN = (
    *("section_key", "kind", "language", "outcome"),
    *("work", "stage", "signature", "promise", "late"),
)
WORDS = {"section_key": 8, "kind": 32, "channel": 32, "language": 12, "outcome": 32}
WORDS |= {"work": 32, "signature": 8, "promise": 8, "late": 8, "public_id": 26}
WORDS |= {"comment_public_id": 26, "name": 80}
NUMBERS = ("comment_id", "round_id", "section_position", "assigned_to_id", "endorsements")
NUMBERS += ("version_number", "start", "length")

BY_STAGE = ", ".join(
    f"{{sum}}(CASE WHEN {{stage}} = '{stage}' THEN {{by}} ELSE 0 END)" for stage in STAGES
)
COUNTERS = f"INSERT INTO board_counts (round_id, facet, value, slot, {', '.join(STAGES)})"
ADD = " ON CONFLICT (round_id, facet, value, slot) DO UPDATE SET "
ADD += ", ".join(f"{stage} = board_counts.{stage} + excluded.{stage}" for stage in STAGES) + ";"

PLACES = "('same', 'moved', 'reworded', 'removed', 'unplaced')"


def _changed(module):
    """How 0054 keeps the board, with the rows, indexes and counters of today."""
    rows, lots = module.ROWS, module.LOTS
    rows.COLUMNS = {name: v for name, v in rows.COLUMNS.items() if name != "placement"} | {
        "late": "CASE WHEN c.is_late THEN 'late' ELSE '' END",
        "public_id": "p.public_id",
        "comment_public_id": "c.public_id",
        "name": "coalesce(c.display_name, '')",
        "version_number": "p.version_number",
        "start": "coalesce(p.start, 0)",
        "length": 'coalesce(p."end" - p.start, 0)',
    }
    rows.COUNTED = {name: v for name, v in rows.COUNTED.items() if name != "placement"}
    rows.NOT_COUNTED = rows.NOT_COUNTED - {"placement"}
    rows.NARROW = {}
    more = {"points": ', version_number, start, "end"', "comments": ", display_name"}
    rows.EVENTS = [
        (table, event, columns + more.get(table, "") if columns else "")
        for table, event, columns in rows.EVENTS
        if table != "placements"
    ]
    rows._count = _count
    by_stage = BY_STAGE.format(sum="", stage="{row}.stage", by="({by})")
    lots.COUNT = (
        f"{COUNTERS} SELECT {{row}}.round_id, {{row}}.facet,"
        f" CAST({{row}}.lot_id AS VARCHAR(32)), {{slot}}, {by_stage} WHERE {{changed}}{ADD}"
    )
    sums = BY_STAGE.format(sum="sum", stage="stage", by="by")
    some = " OR ".join(
        f"sum(CASE WHEN stage = '{stage}' THEN by ELSE 0 END) <> 0" for stage in STAGES
    )
    module.COUNT = (
        f"{COUNTERS} SELECT round_id, facet, value, pg_backend_pid(), {sums}"
        f" FROM ({{added}}) AS added GROUP BY round_id, facet, value HAVING {some}{ADD}"
    )
    return module


def _count(event: str, row: str, by: str, *, slot: str) -> str:
    """Of SQLite: add to the counters of one row, or take from them; if it changes, what did."""
    parts = []
    for facet, value in KEPT.ROWS.COUNTED.items():
        conditions = ["1 = 1"]
        if facet in KEPT.ROWS.NOT_COUNTED:
            conditions.append(f"{value.format(row=row)} <> ''")
        if event == "UPDATE":
            old, new = value.format(row="OLD"), value.format(row="NEW")
            conditions.append(
                f"({old} <> {new} OR OLD.stage <> NEW.stage OR OLD.round_id <> NEW.round_id)"
            )
        parts.append(
            f"SELECT '{facet}' AS facet, {value.format(row=row)} AS value"
            f" WHERE {' AND '.join(conditions)}"
        )
    by_stage = BY_STAGE.format(sum="", stage=f"{row}.stage", by=f"({by})")
    return (
        f"{COUNTERS} SELECT {row}.round_id, facet, value, {slot}, {by_stage}"
        f" FROM ({' UNION ALL '.join(parts)}) AS added WHERE 1 = 1{ADD}"
    )


KEPT = _changed(_sibling("count_a_statement_at_a_time"))
UNSORTED = _sibling("find_points_without_a_subject_and_those_to_answer_once_more")
INDEXED = _sibling("show_a_row_of_the_board_in_one_text")
INDEXED.SPARSE = {name: on for name, on in INDEXED.SPARSE.items() if name != "placement"}

Trigger = tuple[str, str, str, str]
"""Name, event, table, and what is done then."""


def _placed(scope: str) -> str:
    """Put the points of this scope where their newest place says."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    own = "JOIN placements l ON l.comment_id = b.comment_id AND l.revision_id ="
    own += " (SELECT max(m.revision_id) FROM placements m WHERE m.comment_id = b.comment_id)"
    if postgresql:
        own = "CROSS JOIN LATERAL (SELECT m.state FROM placements m"
        own += " WHERE m.comment_id = b.comment_id ORDER BY m.revision_id DESC LIMIT 1) AS l"
    lock = " ORDER BY b.point_id FOR NO KEY UPDATE OF b" if postgresql else ""
    return (
        f"INSERT INTO board_lots ({UNSORTED.COLUMNS})"
        f" SELECT l.state, b.round_id, b.point_id, {UNSORTED.FROM_ROW} FROM board_rows b {own}"
        f" WHERE {scope}{lock} ON CONFLICT DO NOTHING;"
    )


def _left(scope: str) -> str:
    """Take them from where another one said that they are."""
    there, facet = f"IN (SELECT b.point_id FROM board_rows b WHERE {scope})", "facet"
    if op.get_bind().dialect.name == "postgresql":  # by their points, never by all such places
        there = f"= ANY (ARRAY(SELECT b.point_id FROM board_rows b WHERE {scope}))"
        facet = "facet || ''"
    return (
        f"DELETE FROM board_lots WHERE point_id {there} AND {facet} IN {PLACES}"
        " AND facet <> coalesce((SELECT m.state FROM placements m WHERE m.comment_id ="
        " (SELECT b.comment_id FROM board_rows b WHERE b.point_id = board_lots.point_id)"
        " ORDER BY m.revision_id DESC LIMIT 1), '');"
    )


def _placing() -> list[Trigger]:
    """Of PostgreSQL a statement at a time: whoever changes the point's row waits."""
    if op.get_bind().dialect.name == "sqlite":
        listed = "b.point_id = NEW.point_id"
        new, old = (f"b.comment_id = {row}.comment_id" for row in ("NEW", "OLD"))
        moved, when = new, "UPDATE OF state"
    else:
        listed = "b.point_id = ANY (ARRAY(SELECT n.point_id FROM changed n))"
        of, when = "b.comment_id = ANY (ARRAY(SELECT n.comment_id FROM {} n))", "UPDATE"
        new = old = of.format("changed")
        moved = of.format(KEPT._differing("id, comment_id, state"))
    return [
        ("listed", "INSERT", "board_rows", _placed(listed)),
        ("in", "INSERT", "placements", _placed(new) + _left(new)),
        ("moved", when, "placements", _placed(moved) + _left(moved)),
        ("out", "DELETE", "placements", _placed(old) + _left(old)),
    ]


def upgrade() -> None:
    _drop(_sibling("count_a_statement_at_a_time"))
    _create_tables()
    INDEXED._create(INDEXED._indexes(new=True))
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        for name, event, table, body in KEPT._triggers():
            _create_trigger(name, event, table, body)
    else:
        KEPT.ROWS._create_sqlite_triggers()
        for name, event, table, body in KEPT.LOTS._triggers(slot="0", lock=""):
            _create_trigger(name, event, table, body)
    UNSORTED.upgrade()
    for name, event, table, body in _placing():
        _create_trigger(f"board_lots_placed_{name}", event, table, body)
    op.execute(sa.text(KEPT.ROWS._fill("1 = 1")))


def downgrade() -> None:
    for name, _, table, _ in _placing():
        _drop_trigger(f"board_lots_placed_{name}", table)
    _drop(KEPT)
    for name in (
        "keep_a_row_of_the_board_for_each_point",
        "find_agreed_points_in_the_order_of_time",
        "find_points_by_subject_and_letter",
        "count_a_statement_at_a_time",
        "find_points_without_a_subject_and_those_to_answer_once_more",
        "show_a_row_of_the_board_in_one_text",
    ):
        _sibling(name).upgrade()


def _drop(kept) -> None:
    """All of the board goes, to be worked out again: it holds nothing of its own."""
    for name, _, table, _ in kept._triggers():
        _drop_trigger(name, table)
    for name, _, table, _ in UNSORTED._of_sqlite():
        _drop_trigger(f"board_lots_unsorted_{name}", table)
    for table in ("board_lots", "board_counts", "board_rows"):
        op.drop_table(table)


def _drop_trigger(name: str, table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")


def _create_trigger(name: str, event: str, table: str, body: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sa.text(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {body} END"))
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {KEPT.BY_INDEX}"
        f" AS $$ BEGIN {body} RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {KEPT.TABLES[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _create_tables() -> None:
    joined = " || '|' || ".join(SHOWN)
    if op.get_bind().dialect.name == "postgresql":
        joined = " || '|'::text || ".join(f"{name}::text" for name in SHOWN)
    key = {"autoincrement": False, "nullable": False}
    op.create_table(
        "board_rows",
        sa.Column("point_id", sa.Integer(), **key),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS],
        sa.Column("stage", sa.String(32), nullable=False),
        *[sa.Column(name, sa.String(long), nullable=False) for name, long in WORDS.items()],
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.Text(), sa.Computed(joined, persisted=True), nullable=False),
        *INDEXED._KEYS["board_rows"](),
    )
    op.create_table("board_lots", *INDEXED._lot(), *INDEXED._KEYS["board_lots"]())
    op.create_table(
        "board_counts",
        sa.Column("round_id", sa.Integer(), **key),
        sa.Column("facet", sa.String(16), nullable=False),
        sa.Column("value", sa.String(32), nullable=False),
        sa.Column("slot", sa.Integer(), **key),
        *[sa.Column(stage, sa.Integer(), nullable=False) for stage in STAGES],
        sa.PrimaryKeyConstraint(
            "round_id", "facet", "value", "slot", name=op.f("pk_board_counts")
        ),
        sqlite_with_rowid=False,
    )
