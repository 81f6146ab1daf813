"""Write places in one go: without the passage that their comment names, a board looked up once.

A place named the passage of its comment, which the comment has already: ten thousand rows more
to look up and to index while a version is being published. And PostgreSQL looked for the newest
place of each point twice, once to put it there and once to take it from elsewhere.
"""

# ruff: noqa: S608 - all of its statements are made of the words of these files alone

import importlib.util
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0063a4d7c2e8"
down_revision = "0057e3b6a1d9"
branch_labels = None
depends_on = None


def _sibling(name: str):
    """An earlier migration, whose words for the board are still those of today."""
    path = next(Path(__file__).parent.glob(f"*_{name}.py"))
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BOARD = _sibling("lay_the_board_anew")
KEPT = "b.point_id, b.round_id, b.stage, b.section_position, b.endorsements, b.submitted_at"


def _put(scope: str) -> str:
    """Put the points of this scope where their newest place says, and nowhere else.

    Locked first: only the next statement sees what others did before they let go.
    """
    stands = f"l.point_id = b.point_id AND l.facet || '' IN {BOARD.PLACES}"
    return (
        f"PERFORM 1 FROM board_rows b WHERE {scope} ORDER BY b.point_id FOR NO KEY UPDATE;"
        f" WITH found AS MATERIALIZED (SELECT {KEPT}, (SELECT m.state FROM placements m"
        " WHERE m.comment_id = b.comment_id ORDER BY m.revision_id DESC LIMIT 1) AS state,"
        f" (SELECT l.facet FROM board_lots l WHERE {stands} LIMIT 1) AS before"
        f" FROM board_rows b WHERE {scope}),"
        " other AS (SELECT * FROM found WHERE state IS DISTINCT FROM before),"
        f" gone AS (DELETE FROM board_lots l USING other b WHERE {stands}"
        " AND l.facet IS DISTINCT FROM b.state)"
        f" INSERT INTO board_lots ({BOARD.UNSORTED.COLUMNS})"
        f" SELECT b.state, b.round_id, b.point_id, {BOARD.UNSORTED.FROM_ROW} FROM other b"
        " WHERE b.state IS NOT NULL;"
    )


def _placing() -> list[tuple[str, str, str, str]]:
    if op.get_bind().dialect.name == "sqlite":
        return BOARD._placing()
    of = "b.comment_id = ANY (ARRAY(SELECT n.comment_id FROM {} n))"
    moved = of.format(BOARD.KEPT._differing("id, comment_id, state"))
    return [
        *(each for each in BOARD._placing() if each[0] == "listed"),
        ("in", "INSERT", "placements", _put(of.format("changed"))),
        ("moved", "UPDATE", "placements", _put(moved)),
        ("out", "DELETE", "placements", _put(of.format("changed"))),
    ]


def _drop() -> None:
    for name, _, table, _ in BOARD._placing():
        BOARD._drop_trigger(f"board_lots_placed_{name}", table)


def _create(triggers: list[tuple[str, str, str, str]]) -> None:
    for name, event, table, body in triggers:
        BOARD._create_trigger(f"board_lots_placed_{name}", event, table, body)


def upgrade() -> None:
    _drop()
    op.drop_index("ix_placements_anchor_id", "placements")
    with op.batch_alter_table("placements") as placements:
        placements.drop_constraint("fk_placements_anchor_id_anchors", type_="foreignkey")
        placements.drop_column("anchor_id")
    _create(_placing())


def downgrade() -> None:
    _drop()
    with op.batch_alter_table("placements") as placements:
        placements.add_column(sa.Column("anchor_id", sa.Integer()))
        placements.create_foreign_key(
            "fk_placements_anchor_id_anchors", "anchors", ["anchor_id"], ["id"]
        )
    op.create_index("ix_placements_anchor_id", "placements", ["anchor_id"])
    op.execute(
        "UPDATE placements SET anchor_id ="
        " (SELECT a.id FROM anchors a WHERE a.comment_id = placements.comment_id)"
    )
    _create(BOARD._placing())
