"""Find points that are in no subject or letter, and those whose writers said "no".

They are rows of `board_lots` like subjects and letters: `-round_id` stands for "in none of
them", and the round itself for those that may be answered once more.
"""

# ruff: noqa: S608 - all of its statements are made of the words of this file alone

import sqlalchemy as sa
from alembic import op

revision = "0055b9d3f7a2"
down_revision = "0054a7c2e9b1"
branch_labels = None
depends_on = None

COPIED = ("round_id", "stage", "section_position", "endorsements", "submitted_at")
COLUMNS = ", ".join(("facet", "lot_id", "point_id", *COPIED))
FROM_ROW = ", ".join(f"b.{name}" for name in COPIED)
PAIR = f"INSERT INTO board_lots ({COLUMNS}) SELECT {{facet}}, {{lot}}, b.point_id, {FROM_ROW}"
MEMBERS = {
    "theme": "SELECT 1 FROM theme_points m WHERE m.point_id = b.point_id",
    "group": "SELECT 1 FROM group_points m WHERE m.point_id = b.point_id AND m.left_at IS NULL",
}
AGAIN = """ FROM board_rows b JOIN verdicts v
    ON v.id = (SELECT max(w.id) FROM verdicts w WHERE w.comment_id = b.comment_id)
    WHERE NOT v.is_satisfied AND EXISTS (SELECT 1 FROM dispositions d
        WHERE d.point_id = b.point_id AND d.published_at < v.given_at)
    AND NOT EXISTS (SELECT 1 FROM dispositions d
        JOIN second_answers s ON s.disposition_id = d.id
        WHERE d.point_id = b.point_id AND d.published_at IS NOT NULL)"""
JUDGED = "EXISTS (SELECT 1 FROM verdicts j WHERE j.comment_id = b.comment_id)"
LOCK = "PERFORM 1 FROM board_rows b WHERE {scope} ORDER BY b.point_id FOR NO KEY UPDATE;"
BY_INDEX = " ".join(f"SET enable_{way} = off" for way in ("seqscan", "hashjoin", "mergejoin"))


def _none_in(facet: str, scope: str) -> str:
    pair = PAIR.format(facet=f"'{facet}'", lot="-b.round_id")
    members = MEMBERS[facet]
    return f"{pair} FROM board_rows b WHERE {scope} AND NOT EXISTS ({members}) {DO_NOTHING}"


def _none_out(facet: str, scope: str) -> str:
    return f"DELETE FROM board_lots WHERE facet = '{facet}' AND lot_id < 0 AND {scope};"


def _again(scope: str) -> str:
    pair = PAIR.format(facet="'again'", lot="b.round_id")
    return f"{pair}{AGAIN} AND {scope} {DO_NOTHING}"


def _again_anew(scope: str) -> str:
    rows = f"SELECT b.point_id FROM board_rows b WHERE {scope}"
    out = f"DELETE FROM board_lots WHERE facet = 'again' AND point_id IN ({rows});"
    return f"{out} {_again(scope)}"


DO_NOTHING = "ON CONFLICT DO NOTHING;"

Trigger = tuple[str, str, str, str]
"""Name, event, table, and what is done then."""


def _of_sqlite() -> list[Trigger]:
    new, old = (f"b.point_id = {row}.point_id" for row in ("NEW", "OLD"))
    inside = "point_id = NEW.point_id AND NEW.left_at IS NULL"
    said, public = "b.comment_id = NEW.comment_id", f"{new} AND {JUDGED}"
    return [
        ("listed", "INSERT", "board_rows", _listed(new)),
        ("theme_in", "INSERT", "theme_points", _none_out("theme", "point_id = NEW.point_id")),
        ("theme_out", "DELETE", "theme_points", _none_in("theme", old)),
        ("letter_in", "INSERT", "group_points", _none_out("group", inside)),
        (
            "letter_moved",
            "UPDATE OF left_at, group_id",
            "group_points",
            f"{_none_out('group', inside)} {_none_in('group', new)}",
        ),
        ("letter_out", "DELETE", "group_points", _none_in("group", old)),
        ("said", "INSERT", "verdicts", _again_anew(said)),
        ("answered", "UPDATE OF published_at", "dispositions", _again_anew(public)),
    ]


def _of_postgresql() -> list[Trigger]:
    """A statement at a time; whoever changes what a point is in waits for whoever else does.

    The names come after those that put pairs there, which hold the point's row by then.
    """
    here = "point_id IN (SELECT n.point_id FROM changed n)"
    inside = "point_id IN (SELECT n.point_id FROM changed n WHERE n.left_at IS NULL)"
    said = "b.comment_id IN (SELECT n.comment_id FROM changed n)"
    public = (
        "b.point_id IN (SELECT n.point_id FROM (SELECT id, point_id, published_at FROM changed"
        f" EXCEPT SELECT id, point_id, published_at FROM old) AS n) AND {JUDGED}"
    )

    def held(scope: str, body: str) -> str:
        return f"{LOCK.format(scope=scope)} {body}"

    rows = f"b.{here}"
    return [
        ("listed", "INSERT", "board_rows", _listed(rows)),
        ("theme_in", "INSERT", "theme_points", _none_out("theme", here)),
        ("theme_out", "DELETE", "theme_points", held(rows, _none_in("theme", rows))),
        ("letter_in", "INSERT", "group_points", _none_out("group", inside)),
        (
            "letter_moved",
            "UPDATE",
            "group_points",
            held(rows, f"{_none_out('group', inside)} {_none_in('group', rows)}"),
        ),
        ("letter_out", "DELETE", "group_points", held(rows, _none_in("group", rows))),
        ("said", "INSERT", "verdicts", held(said, _again_anew(said))),
        ("answered", "UPDATE", "dispositions", held(public, _again_anew(public))),
    ]


def _listed(scope: str) -> str:
    return f"{_none_in('theme', scope)} {_none_in('group', scope)} {_again(scope)}"


TABLES = {
    "INSERT": "NEW TABLE AS changed",
    "DELETE": "OLD TABLE AS changed",
    "UPDATE": "OLD TABLE AS old NEW TABLE AS changed",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, when, table, body in _of_sqlite():
            op.execute(
                sa.text(
                    f"CREATE TRIGGER board_lots_unsorted_{name} AFTER {when} ON {table}"
                    f" BEGIN {body} END"
                )
            )
    else:
        for name, when, table, body in _of_postgresql():
            op.execute(
                f"CREATE FUNCTION board_lots_unsorted_{name}() RETURNS trigger"
                f" LANGUAGE plpgsql {BY_INDEX} AS $$ BEGIN {body} RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER board_lots_unsorted_{name} AFTER {when} ON {table}"
                f" REFERENCING {TABLES[when]}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION board_lots_unsorted_{name}()"
            )
    for statement in (_none_in("theme", "1 = 1"), _none_in("group", "1 = 1"), _again("1 = 1")):
        op.execute(sa.text(statement))


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, _, table, _ in _of_sqlite():
        full = f"board_lots_unsorted_{name}"
        op.execute(f"DROP TRIGGER {full}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            op.execute(f"DROP FUNCTION {full}()")
    op.execute("DELETE FROM board_lots WHERE lot_id < 0 OR facet = 'again'")
    op.execute(
        "DELETE FROM board_counts WHERE facet = 'again'"
        " OR (facet IN ('theme', 'group') AND value LIKE '-%')"
    )
