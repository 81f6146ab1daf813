"""What a further page of the board begins behind: the point that was shown last."""

from __future__ import annotations

from functools import cache

from sqlalchemy import CTE, bindparam, func, select

from feedback_app.comments.models import Comment, Point
from feedback_app.core.orm import alias
from feedback_app.core.prepared import Prepared, given
from feedback_app.curricula.models import Section
from feedback_app.triage.board_models import BoardRow

ROW = Prepared(
    select(
        BoardRow.point_id,
        BoardRow.submitted_at,
        BoardRow.endorsements,
        BoardRow.section_position,
    )
    .join(Point, Point.id == BoardRow.point_id)
    .where(
        Point.public_id == bindparam("public_id"), BoardRow.round_id == bindparam("round_id")
    )
)
POINT = Prepared(
    select(
        Point.id.label("point_id"),
        Comment.submitted_at,
        Comment.endorsements_count.label("endorsements"),
        func.coalesce(Section.position, 0).label("section_position"),
    )
    .select_from(Point)
    .join(Comment, Comment.id == Point.comment_id)
    .outerjoin(
        Section,
        (Section.revision_id == Comment.revision_id) & (Section.key == Comment.section_key),
    )
    .where(Point.public_id == bindparam("public_id"), Comment.round_id == bindparam("round_id"))
)
"""The same of what the board has no more."""
_Last, _Point = alias(BoardRow, "z"), alias(Point)


@cache
def seen(*, is_old: bool) -> CTE:
    """The same within a page's own statement; PostgreSQL looks it up once for all stages."""
    query = (
        select(_Last.point_id, _Last.submitted_at, _Last.endorsements, _Last.section_position)
        .select_from(_Last)
        .join(_Point, _Point.id == _Last.point_id)
        .where(
            _Point.public_id == given("after", Point.public_id.type),
            _Last.round_id == given("round_id", BoardRow.round_id.type),
        )
    )
    if is_old:
        query = query.where(_Last.submitted_at <= given("old", BoardRow.submitted_at.type))
    return query.cte("seen")
