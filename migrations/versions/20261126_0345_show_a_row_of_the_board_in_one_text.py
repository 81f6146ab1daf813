"""Keep what the board's list shows of a row in one text, and order agreements by time as well.

Reading eight short columns costs as much as finding the row. Among many with as many
agreements, those older than some day stand together now; and an index by kind, channel,
language or person holds the other three: a combination is counted without looking at its rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0056c2d8f1b4"
down_revision = "0053a7c4e1d9"
branch_labels = None
depends_on = None

SHOWN = (
    *("section_key", "kind", "language", "outcome"),
    *("work", "stage", "signature", "promise"),
)
FULL = ("kind", "channel", "language", "assigned_to_id")
SPARSE = {
    "outcome": "outcome <> ''",
    "work": "work <> 'received'",
    "placement": "placement <> ''",
    "signature": "signature <> ''",
    "promise": "promise <> ''",
}
AGREED = "endorsements > 0"
ENDORSED = "endorsements <> 0"

Index = tuple[str, str, list[str], str | None]


def _indexes(*, new: bool) -> list[Index]:
    """Name, table, columns, condition of each; before this and from now on."""
    agreed = ["endorsements", *(["submitted_at"] if new else []), "point_id"]
    time, place = ["submitted_at"], ["section_position", "submitted_at"]
    start, lot = ["round_id", "stage"], ["facet", "lot_id", "stage"]
    rows: list[tuple[str, list[str], str | None]] = [
        ("time", [*start, *time, "point_id"], None),
        ("place", [*start, *place, "point_id"], None),
        ("endorsed_time", [*start, *time, "point_id"], ENDORSED),
        ("endorsed_place", [*start, *place, "point_id"], ENDORSED),
        ("agreed", [*start, *agreed], AGREED),
        ("place_agreed", [*start, "section_position", *agreed], AGREED),
        ("comment_id", ["comment_id"], None),
    ]
    if new:
        rows.append(("all_agreed", ["round_id", *agreed, "stage"], AGREED))
    for name in (*FULL, *SPARSE):
        short, where = name.removesuffix("_to_id"), SPARSE.get(name)
        first = ["round_id", name, "stage"]
        beside = [other for other in FULL if other != name] if new and not where else []
        rows += [
            (f"{short}_time", [*first, *time, "point_id", *beside], where),
            (f"{short}_place", [*first, *place, "point_id"], where),
            (
                f"{short}_agreed",
                [*first, *agreed],
                f"{AGREED} AND {where}" if where else AGREED,
            ),
        ]
    return [
        *((f"ix_board_rows_{name}", "board_rows", columns, on) for name, columns, on in rows),
        ("ix_board_lots_time", "board_lots", [*lot, *time, "point_id"], None),
        ("ix_board_lots_place", "board_lots", [*lot, *place, "point_id"], None),
        ("ix_board_lots_agreed", "board_lots", [*lot, *agreed], AGREED),
    ]


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(new=True)
        return
    shown = " || '|'::text || ".join(f"{name}::text" for name in SHOWN)
    op.add_column("board_rows", sa.Column("shown", sa.Text(), sa.Computed(shown, True)))
    op.alter_column("board_rows", "shown", nullable=False)
    _exchange(_indexes(new=False), _indexes(new=True))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(new=False)
        return
    _exchange(_indexes(new=True), _indexes(new=False))
    op.drop_column("board_rows", "shown")


def _exchange(old: list[Index], new: list[Index]) -> None:
    for one in old:
        if one not in new:
            op.drop_index(one[0], one[1])
    _create([one for one in new if one not in old])


def _create(indexes: list[Index]) -> None:
    for name, table, columns, where in indexes:
        condition = sa.text(where) if where else None
        op.create_index(
            name, table, columns, sqlite_where=condition, postgresql_where=condition
        )


def _rebuild(*, new: bool) -> None:
    """SQLite adds no column that it works out and keeps; its triggers are made once more."""
    triggers = (
        op.get_bind()
        .exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
            " AND tbl_name IN ('board_rows', 'board_lots') ORDER BY rowid"
        )
        .scalars()
        .all()
    )
    copied = {"board_lots": _lot, "board_rows": _row}
    for table, columns in copied.items():
        names = ", ".join(column.name for column in columns())
        op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT {names} FROM {table}")  # noqa: S608
        op.drop_table(table)
    for table, columns in reversed(copied.items()):
        made = columns()
        names = ", ".join(column.name for column in made)
        if new and table == "board_rows":
            shown = " || '|' || ".join(SHOWN)
            made.append(sa.Column("shown", sa.Text(), sa.Computed(shown, True), nullable=False))
        op.create_table(table, *made, *_KEYS[table]())
        op.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM kept_{table}"  # noqa: S608
        )
        op.execute(f"DROP TABLE kept_{table}")
    _create(_indexes(new=new))
    for statement in triggers:
        op.get_bind().exec_driver_sql(statement)


def _number(name: str, *, is_key: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=not is_key and "auto", nullable=False)


def _row() -> list[sa.Column]:
    words = dict.fromkeys(("stage", "kind", "channel", "outcome", "work", "placement"), 32)
    words |= {"section_key": 8, "language": 12, "signature": 8, "promise": 8}
    numbers = ("comment_id", "round_id", "section_position", "assigned_to_id", "endorsements")
    return [
        _number("point_id", is_key=True),
        *[_number(name) for name in numbers],
        *[sa.Column(name, sa.String(long), nullable=False) for name, long in words.items()],
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _lot() -> list[sa.Column]:
    return [
        sa.Column("facet", sa.String(8), nullable=False),
        _number("lot_id", is_key=True),
        _number("point_id", is_key=True),
        _number("round_id"),
        sa.Column("stage", sa.String(32), nullable=False),
        _number("section_position"),
        _number("endorsements"),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _keys(table: str, of: str, *names: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["point_id"],
            [of],
            name=op.f(f"fk_{table}_point_id_{of.partition('.')[0]}"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}")),
    ]


_KEYS = {
    "board_rows": lambda: _keys("board_rows", "points.id", "point_id"),
    "board_lots": lambda: _keys(
        "board_lots", "board_rows.point_id", "point_id", "facet", "lot_id"
    ),
}
