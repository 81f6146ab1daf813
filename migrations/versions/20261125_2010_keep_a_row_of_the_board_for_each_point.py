"""Keep a row of the board for each point, and how many there are of each kind, by triggers."""

# ruff: noqa: S608 - all of its statements are made of the words of this file alone

import sqlalchemy as sa
from alembic import op

revision = "0037b5d8f1c3"
down_revision = "0037a1c4e7b2"
branch_labels = None
depends_on = None

FULL = ("kind", "channel", "language", "assigned_to_id")
SPARSE = {
    "outcome": "outcome <> ''",
    "work": "work <> 'received'",
    "placement": "placement <> ''",
    "signature": "signature <> ''",
    "promise": "promise <> ''",
}
ENDORSED = "endorsements > 0"
PROMISES = "('adopted', 'adopted_with_changes', 'adopted_in_part')"

COLUMNS = {
    "point_id": "p.id",
    "comment_id": "c.id",
    "round_id": "c.round_id",
    "stage": """CASE WHEN d.published_at IS NOT NULL THEN 'public'
        WHEN d.id IS NOT NULL THEN 'decided'
        WHEN c.is_late OR c.set_aside_at IS NOT NULL OR c.hidden_reason = 'spam'
            THEN 'optional'
        ELSE 'open' END""",
    "section_key": "coalesce(c.section_key, '')",
    "section_position": "coalesce(s.position, 0)",
    "kind": "coalesce(c.kind, '')",
    "channel": "c.channel",
    "language": "c.language",
    "outcome": "coalesce(d.outcome, '')",
    "work": f"""CASE
        WHEN d.id IS NULL AND EXISTS (SELECT 1 FROM input_requests q
            WHERE q.point_id = p.id AND q.ended_at IS NULL) THEN 'needs_input'
        WHEN d.id IS NULL AND a.id IS NOT NULL THEN 'in_review'
        WHEN d.id IS NULL THEN 'received'
        WHEN d.outcome NOT IN {PROMISES} THEN 'decided'
        WHEN EXISTS (SELECT 1 FROM adoptions k JOIN revisions r ON r.id = k.revision_id
            JOIN revisions t ON t.curriculum_id = r.curriculum_id AND t.number >= r.number
            LEFT JOIN sections w ON w.revision_id = t.id AND w.key = k.section_key
            WHERE k.disposition_id = d.id AND r.state = 'published'
            AND t.in_force_on IS NOT NULL
            AND (t.id = r.id OR k.exact = '' OR {{find}}(w.text, k.exact) > 0)) THEN 'taught'
        WHEN EXISTS (SELECT 1 FROM adoptions k JOIN revisions r ON r.id = k.revision_id
            WHERE k.disposition_id = d.id AND r.state = 'published') THEN 'published'
        WHEN EXISTS (SELECT 1 FROM adoptions k JOIN revisions r ON r.id = k.revision_id
            WHERE k.disposition_id = d.id AND r.state = 'draft') THEN 'in_redraft'
        ELSE 'decided' END""",
    "placement": """coalesce((SELECT l.state FROM placements l WHERE l.comment_id = c.id
        ORDER BY l.revision_id DESC LIMIT 1), '')""",
    "signature": """CASE WHEN d.needs_second AND d.confirmed_at IS NULL
        AND d.published_at IS NULL THEN 'needed' ELSE '' END""",
    "promise": f"""CASE WHEN d.outcome IN {PROMISES} AND NOT EXISTS (SELECT 1 FROM adoptions k
        JOIN revisions r ON r.id = k.revision_id
        WHERE k.disposition_id = d.id AND r.state <> 'dropped') THEN 'open' ELSE '' END""",
    "assigned_to_id": "coalesce(a.assigned_to_id, 0)",
    "endorsements": "c.endorsements_count",
    "submitted_at": "c.submitted_at",
}
"""How each column follows from the point p, its comment c, the newest answer d to it, its
section s and its assignment a."""
LISTED = """p.retired_at IS NULL AND c.parent_id IS NULL AND c.erased_at IS NULL
    AND c.withdrawn_at IS NULL AND c.held_at IS NULL"""
FROM = """FROM points p JOIN comments c ON c.id = p.comment_id
    LEFT JOIN sections s ON s.revision_id = c.revision_id AND s.key = c.section_key
    LEFT JOIN assignments a ON a.point_id = p.id
    LEFT JOIN dispositions d
        ON d.id = (SELECT max(e.id) FROM dispositions e WHERE e.point_id = p.id)"""

POINT_OF = {
    "points": "p.id = {row}.id",
    "comments": "p.comment_id = {row}.id",
    "dispositions": "p.id = {row}.point_id",
    "assignments": "p.id = {row}.point_id",
    "input_requests": "p.id = {row}.point_id",
    "adoptions": "p.id = (SELECT i.point_id FROM dispositions i"
    " WHERE i.id = {row}.disposition_id)",
    "placements": "p.comment_id = {row}.comment_id",
    "revisions": "p.id IN (SELECT i.point_id FROM dispositions i JOIN adoptions k"
    " ON k.disposition_id = i.id JOIN revisions r ON r.id = k.revision_id"
    " WHERE r.curriculum_id = {row}.curriculum_id)",
}
EVENTS = [
    ("points", "INSERT", ""),
    ("points", "UPDATE", "retired_at, comment_id"),
    (
        "comments",
        "UPDATE",
        "round_id, revision_id, section_key, parent_id, kind, language, channel, submitted_at, "
        "is_late, held_at, hidden_at, hidden_reason, withdrawn_at, erased_at, set_aside_at",
    ),
    ("dispositions", "INSERT", ""),
    ("dispositions", "UPDATE", "outcome, needs_second, confirmed_at, published_at"),
    ("dispositions", "DELETE", ""),
    ("assignments", "INSERT", ""),
    ("assignments", "UPDATE", "assigned_to_id"),
    ("assignments", "DELETE", ""),
    ("input_requests", "INSERT", ""),
    ("input_requests", "UPDATE", "ended_at"),
    ("input_requests", "DELETE", ""),
    ("adoptions", "INSERT", ""),
    ("adoptions", "UPDATE", "disposition_id, revision_id, section_key, exact"),
    ("adoptions", "DELETE", ""),
    ("revisions", "UPDATE", "state, in_force_on"),
    ("placements", "INSERT", ""),
    ("placements", "UPDATE", "state, comment_id"),
    ("placements", "DELETE", ""),
]
NARROW = {
    "placements": "UPDATE board_rows SET placement = "
    + COLUMNS["placement"].replace("c.id", "{row}.comment_id")
    + " WHERE comment_id = {row}.comment_id",
}
"""Where many rows change at once – ten thousand places in one publishing – one column does."""

COUNTED = {
    "all": "''",
    "section": "{row}.section_key",
    "kind": "{row}.kind",
    "channel": "{row}.channel",
    "language": "{row}.language",
    "outcome": "{row}.outcome",
    "work": "{row}.work",
    "placement": "{row}.placement",
    "signature": "{row}.signature",
    "promise": "{row}.promise",
    "assigned": "CAST({row}.assigned_to_id AS VARCHAR(32))",
    "endorsed": "CASE WHEN {row}.endorsements > 0 THEN 'yes' ELSE '' END",
}
NOT_COUNTED = {"outcome", "placement", "signature", "promise", "endorsed"}
"""Of these only what is there is counted; the rest is what `all` has more."""


def upgrade() -> None:
    _create_tables()
    _create_indexes()
    if op.get_bind().dialect.name == "sqlite":
        _create_sqlite_triggers()
    else:
        _create_postgresql_triggers()
    op.execute(_fill("1 = 1"))


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    names = [(_name(table, event), table) for table, event, _ in EVENTS]
    names += [("board_comments_agreed", "comments")]
    names += [(f"board_counts_{event.lower()}", "board_rows") for event in COUNTS]
    for name, table in names:
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("board_counts")
    op.drop_table("board_rows")


def _create_tables() -> None:
    words = dict.fromkeys(("stage", "kind", "channel", "outcome", "work", "placement"), 32)
    words |= {"section_key": 8, "language": 12, "signature": 8, "promise": 8}
    numbers = ("comment_id", "round_id", "section_position", "assigned_to_id", "endorsements")
    op.create_table(
        "board_rows",
        sa.Column("point_id", sa.Integer(), autoincrement=False, nullable=False),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in numbers],
        *[sa.Column(name, sa.String(long), nullable=False) for name, long in words.items()],
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["points.id"],
            name=op.f("fk_board_rows_point_id_points"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("point_id", name=op.f("pk_board_rows")),
    )
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
    )


def _create_indexes() -> None:
    time, place = ["submitted_at"], ["section_position", "submitted_at"]
    by_round = ["round_id", "stage"]
    _index("time", by_round + time)
    _index("place", by_round + place)
    _index("endorsed_time", by_round + time, ENDORSED)
    _index("endorsed_place", by_round + place, ENDORSED)
    _index("agreed", [*by_round, "endorsements"], ENDORSED)
    _index("place_agreed", [*by_round, "section_position", "endorsements"], ENDORSED)
    for name in (*FULL, *SPARSE):
        short, where = name.removesuffix("_to_id"), SPARSE.get(name)
        start = ["round_id", name, "stage"]
        _index(f"{short}_time", start + time, where)
        _index(f"{short}_place", start + place, where)
        agreed = f"{ENDORSED} AND {where}" if where else ENDORSED
        _index(f"{short}_agreed", [*start, "endorsements"], agreed)
    op.create_index("ix_board_rows_comment_id", "board_rows", ["comment_id"])


def _index(name: str, columns: list[str], where: str | None = None) -> None:
    condition = sa.text(where) if where else None
    op.create_index(
        f"ix_board_rows_{name}",
        "board_rows",
        [*columns, "point_id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _name(table: str, event: str) -> str:
    return f"board_{table}_{event.lower()}"


def _find() -> str:
    return "instr" if op.get_bind().dialect.name == "sqlite" else "strpos"


def _fill(scope: str) -> str:
    """Write the rows of the points in this scope as they should be; none doubled."""
    values = ", ".join(COLUMNS.values()).format(find=_find())
    differs = "IS NOT" if _find() == "instr" else "IS DISTINCT FROM"
    rest = [name for name in COLUMNS if name != "point_id"]
    kept = ", ".join(f"board_rows.{name}" for name in rest)
    new = ", ".join(f"excluded.{name}" for name in rest)
    change = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return (
        f"INSERT INTO board_rows ({', '.join(COLUMNS)}) SELECT {values} {FROM}"
        f" WHERE {LISTED} AND {scope} ON CONFLICT (point_id) DO UPDATE SET {change}"
        f" WHERE ({kept}) {differs} ({new})"
    )


def _sweep(scope: str) -> str:
    """Take the rows of the points in this scope that are not listed any more."""
    return (
        "DELETE FROM board_rows WHERE point_id IN (SELECT p.id FROM points p"
        f" JOIN comments c ON c.id = p.comment_id WHERE {scope} AND NOT ({LISTED}))"
    )


def _refresh(table: str, event: str) -> str:
    row = "OLD" if event == "DELETE" else "NEW"
    if table in NARROW:
        return NARROW[table].format(row=row) + ";"
    scope = POINT_OF[table].format(row=row)
    if event == "INSERT" and table == "points":
        return _fill(scope) + ";"
    return f"{_sweep(scope)}; {_fill(scope)};"


AGREED = "UPDATE board_rows SET endorsements = NEW.endorsements_count WHERE comment_id = NEW.id"
COUNTS = {
    "INSERT": [("NEW", "1")],
    "DELETE": [("OLD", "-1")],
    "UPDATE": [("OLD", "-1"), ("NEW", "1")],
}


def _count(event: str, row: str, by: str, *, slot: str) -> str:
    """Add to the counters of one row, or take from them; where it changes, of what changed."""
    parts = []
    for facet, value in COUNTED.items():
        conditions = ["1 = 1"]
        if facet in NOT_COUNTED:
            conditions.append(f"{value.format(row=row)} <> ''")
        if event == "UPDATE":
            old, new = value.format(row="OLD"), value.format(row="NEW")
            conditions.append(
                f"({old} <> {new} OR OLD.stage <> NEW.stage OR OLD.round_id <> NEW.round_id)"
            )
        parts.append(
            f"SELECT {row}.round_id, {row}.stage, '{facet}', {value.format(row=row)}, {slot},"
            f" {by} WHERE {' AND '.join(conditions)}"
        )
    return (
        "INSERT INTO board_counts (round_id, stage, facet, value, slot, number)"
        f" SELECT * FROM ({' UNION ALL '.join(parts)}) AS added WHERE 1 = 1"
        " ON CONFLICT (round_id, stage, facet, value, slot)"
        " DO UPDATE SET number = board_counts.number + excluded.number;"
    )


def _counts(event: str, *, slot: str) -> str:
    return " ".join(_count(event, row, by, slot=slot) for row, by in COUNTS[event])


def _create_sqlite_triggers() -> None:
    def create(name: str, when: str, table: str, body: str) -> None:
        op.execute(sa.text(f"CREATE TRIGGER {name} AFTER {when} ON {table} BEGIN {body} END"))

    for table, event, columns in EVENTS:
        when = f"{event} OF {columns}" if columns else event
        create(_name(table, event), when, table, _refresh(table, event))
    create("board_comments_agreed", "UPDATE OF endorsements_count", "comments", f"{AGREED};")
    for event in COUNTS:
        body = _counts(event, slot="0")
        create(f"board_counts_{event.lower()}", event, "board_rows", body)


def _create_postgresql_triggers() -> None:
    def create(name: str, when: str, table: str, body: str) -> None:
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{body} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER {when} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )

    for table, event, columns in EVENTS:
        when = f"{event} OF {columns}" if columns else event
        create(_name(table, event), when, table, _refresh(table, event))
    create("board_comments_agreed", "UPDATE OF endorsements_count", "comments", f"{AGREED};")
    for event in COUNTS:
        body = _counts(event, slot="pg_backend_pid()")
        create(f"board_counts_{event.lower()}", event, "board_rows", body)
