"""Comments that came before letters were found, put beside them a portion at a time."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from feedback_app.comments.letter_models import GroupPoint, TextPrint
from feedback_app.comments.letters import take_in
from feedback_app.comments.models import Comment, Point
from feedback_app.core import clock
from feedback_app.rounds.closings import lock
from feedback_app.rounds.models import Round

PORTION = 200
"""So many under a round's lock at once: whoever posts meanwhile waits no longer than that."""


class Portion(NamedTuple):
    """What was looked at and how many of it are in a letter now; `last` is where to go on."""

    looked_at: int
    joined: int
    last: int | None


def _unknown(round_id: int) -> ColumnElement[bool]:
    """Comments whose words have left no print and are in no letter, nor were taken out of one.

    A text that a crowd has sent, or of a few words, leaves none either: it is looked at again
    each time, and nothing becomes of it again.
    """
    return and_(
        Comment.round_id == round_id,
        Comment.parent_id.is_(None),
        Comment.withdrawn_at.is_(None),
        Comment.erased_at.is_(None),
        Point.retired_at.is_(None),
        Point.start.is_(None),
        ~select(TextPrint.number).where(TextPrint.comment_id == Comment.id).exists(),
        ~select(GroupPoint.point_id).where(GroupPoint.point_id == Point.id).exists(),
    )


def unknown_count(session: Session, round_id: int) -> int:
    query = select(func.count()).select_from(Comment)
    query = query.join(Point, Point.comment_id == Comment.id).where(_unknown(round_id))
    return int(session.scalar(query) or 0)


def take_in_earlier(session: Session, round_: Round, *, after: int = 0) -> Portion:
    """Do for the next comments what posting does for each: once more does no harm.

    They are taken in the order in which they came, so that who sent a letter first stays it.
    """
    lock(session, round_)
    found = session.execute(
        select(Comment, Point)
        .join(Point, Point.comment_id == Comment.id)
        .where(_unknown(round_.id), Comment.id > after)
        .order_by(Comment.id)
        .limit(PORTION)
    ).all()
    joined, at = 0, clock.now()
    for comment, point in found:
        if session.get(GroupPoint, point.id) is None:  # a later one may have brought it in
            joined += take_in(session, comment, point, comment.current.body, at=at) is not None
    return Portion(len(found), joined, found[-1][0].id if found else None)
