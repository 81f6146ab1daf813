"""The points that may be named as the cause of a change."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments.models import Comment, Point
from feedback_app.comments.sight import text_reaches_department, visible_to
from feedback_app.core.errors import NotFound
from feedback_app.policy import Actor


def points_of_comments(session: Session, comment_ids: Collection[int]) -> list[Point]:
    """Those that stand, with their wordings, where the department may read them."""
    return list(
        session.scalars(
            select(Point)
            .join(Comment, Comment.id == Point.comment_id)
            .where(
                Point.comment_id.in_(comment_ids),
                Point.retired_at.is_(None),
                text_reaches_department(),
            )
            .options(joinedload(Point.comment).selectinload(Comment.versions))
            .order_by(Point.number, Point.id)
        )
    )


def points_with_equal_letters(
    session: Session, chosen: Collection[str], comment_ids: Collection[int]
) -> list[Point]:
    """The same letter sent by several is one suggestion; what is said of it counts for each."""
    points = sorted(points_of_comments(session, comment_ids), key=lambda point: point.id)
    letters = {point.passage for point in points if point.public_id in chosen}
    if not letters:
        raise NotFound
    return [point for point in points if point.passage in letters]


def points_named(session: Session, public_ids: Collection[str]) -> list[Point]:
    return list(
        session.scalars(
            select(Point)
            .where(Point.public_id.in_(public_ids))
            .options(joinedload(Point.comment))
        )
    )


def find_point(session: Session, public_id: str, *, viewer: Actor) -> Point | None:
    """One that this viewer and the department may read."""
    return session.scalars(
        select(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Point.public_id == public_id, visible_to(viewer), text_reaches_department())
    ).first()


def find_first_point(session: Session, comment_id: str, *, viewer: Actor) -> Point | None:
    """What a comment asks first, by the comment's public id."""
    return session.scalars(
        select(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            Comment.public_id == comment_id,
            Comment.parent_id.is_(None),
            Point.retired_at.is_(None),
            visible_to(viewer),
        )
        .order_by(Point.number)
    ).first()
