"""How a comment is shown by the measures that work on it, and what is counted by that."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app.comments.conduct import Measure
from feedback_app.comments.measure_models import TakenMeasure
from feedback_app.comments.models import Comment
from feedback_app.comments.sealing import show_covered
from feedback_app.comments.telling import Done, tell_writer
from feedback_app.rounds.models import Round


def standing(session: Session, *comments: Comment) -> list[TakenMeasure]:
    """What has not come to an end, oldest first."""
    return list(
        session.scalars(
            select(TakenMeasure)
            .where(
                TakenMeasure.comment_id.in_({comment.id for comment in comments}),
                TakenMeasure.ended_at.is_(None),
            )
            .order_by(TakenMeasure.id)
        )
    )


def project(session: Session, comment: Comment, *, at: datetime, tells: bool = True) -> None:
    """Show the comment as the measures that work now say; the one place that does.

    Its writer is told of what changed, if there is a way.
    """
    was_counted, before = comment.is_counted, (comment.hidden_at, comment.masked_at)
    working = [measure for measure in standing(session, comment) if measure.works]
    hiding = next((m for m in working if m.kind is not Measure.MASK), None)
    masking = next((m for m in working if m.kind is Measure.MASK), None)
    if comment.held_at and hiding is not None and hiding.confirmed_at is not None:
        comment.held_at = None  # two people have read it: it waits for nobody any more
        if comment.is_reply:
            count_reply(session, comment, 1)
    comment.hidden_at = hiding.taken_at if hiding else None
    comment.hidden_reason = hiding.reason if hiding else None
    comment.masked_at = masking.taken_at if masking else None
    comment.masked_reason = masking.reason if masking else None
    phrases = list(dict.fromkeys(phrase for m in working for phrase in m.phrases))
    show_covered(session, comment, phrases, at=at)
    count(comment, was_counted)
    session.flush()
    done = _change(before, (comment.hidden_at, comment.masked_at))
    if done is not None and tells:
        tell_writer(session, comment, done, at=at)


def _change(
    before: tuple[datetime | None, datetime | None],
    after: tuple[datetime | None, datetime | None],
) -> Done | None:
    if after[0] is not None:
        return Done.HIDDEN if before[0] is None else None
    if after[1] is not None and (before[1] is None or after[1] > before[1]):
        return Done.COVERED
    return Done.RESTORED if after != before else None


def count(comment: Comment, was_counted: bool) -> None:
    """Keep the round's number of comments with what everybody can read."""
    more = int(comment.is_counted) - int(was_counted)
    if more:
        comment.round.comments_count = Round.comments_count + more


def count_reply(session: Session, reply_: Comment, more: int) -> None:
    """Keep its comment's number of replies; one that is held counts when it is shown."""
    session.execute(
        update(Comment)
        .where(Comment.id == reply_.parent_id)
        .values(replies_count=Comment.replies_count + more)
    )
