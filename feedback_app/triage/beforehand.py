"""What recording an answer asks of its point, read for many points in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, CommentVersion, Point
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round
from feedback_app.triage.models import Disposition, Verdict
from feedback_app.triage.signatures import Written, asks_for_two, texts_written
from feedback_app.triage.tokens import token_of


@dataclass(frozen=True)
class Beforehand:
    """Of points of one round that the reader holds; an answer given uses up its token."""

    tokens: dict[int, str]
    judged: frozenset[int]
    """Comments whose writer gave any verdict."""
    written: Written
    asks_for_two: bool


def read_beforehand(
    session: Session, round_: Round, points: Sequence[Point], *, actor: Actor
) -> Beforehand:
    """The points are held first, in one order for everybody, so what is read stays true."""
    ids = sorted(point.id for point in points)
    comment_ids = {point.comment_id for point in points}
    session.execute(
        select(Point.id).where(Point.id.in_(ids)).order_by(Point.id).with_for_update()
    )
    last = (
        select(func.max(Disposition.id))
        .where(Disposition.point_id.in_(ids))
        .group_by(Disposition.point_id)
    )
    newest = session.execute(
        select(Disposition.point_id, Disposition.public_id).where(Disposition.id.in_(last))
    )
    answers = {row.point_id: row.public_id for row in newest}
    wordings = {
        row.id: (row.number, row.salt)
        for row in session.execute(
            select(Comment.id, CommentVersion.number, CommentVersion.salt)
            .join(CommentVersion, CommentVersion.comment_id == Comment.id)
            .where(Comment.id.in_(comment_ids), CommentVersion.number == Comment.version_number)
        )
    }
    judged = session.scalars(
        select(Verdict.comment_id).where(Verdict.comment_id.in_(comment_ids)).distinct()
    )
    return Beforehand(
        tokens={
            point.id: token_of(*wordings[point.comment_id], answers.get(point.id))
            for point in points
        },
        judged=frozenset(judged),
        written=texts_written(session, round_.revision_id, actor.account_id),
        asks_for_two=asks_for_two(session, round_.department_id),
    )
