"""Answering once more: one further answer after "no, this did not answer me", and no other."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.core.orm import alias
from feedback_app.triage.models import Disposition, Verdict
from feedback_app.triage.once_more_models import SecondAnswer

Public, Newer = alias(Disposition), alias(Verdict)


class AnsweredOnceMore(Invalid):
    message = N_(
        "This was answered once more already. Only a correction may follow; say so below if "
        "it is one."
    )
    field = "corrects"


def check_once(session: Session, point: Point, *, corrects: bool) -> Verdict | None:
    """The "no" that the answer now being recorded speaks to: the newest word of its writer,
    said of a public answer. Refused after a second answer, unless it says that it corrects one.

    One statement where nobody has judged anything, as thousands may be recorded at once.
    """
    newest = session.scalars(
        select(Verdict)
        .where(Verdict.comment_id == point.comment_id)
        .order_by(Verdict.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    if _was_answered_twice(session, point.id):
        if not corrects:
            raise AnsweredOnceMore
        return None
    judged = session.scalar(
        select(func.min(Disposition.published_at)).where(Disposition.point_id == point.id)
    )
    is_open = not newest.is_satisfied and judged is not None and judged < newest.given_at
    return newest if is_open else None


def said_before(session: Session, comment: Comment) -> Verdict | None:
    """The newest word of its writer, where no answer became public since."""
    since = exists().where(
        Point.comment_id == comment.id,
        Public.point_id == Point.id,
        Public.published_at >= Verdict.given_at,
    )
    newest = select(func.max(Newer.id)).where(Newer.comment_id == comment.id)
    return session.scalars(
        select(Verdict).where(Verdict.id == newest.scalar_subquery(), ~since.correlate(Verdict))
    ).first()


def _was_answered_twice(session: Session, point_id: int) -> bool:
    return bool(
        session.scalar(
            select(SecondAnswer.disposition_id)
            .join(Disposition, Disposition.id == SecondAnswer.disposition_id)
            .where(Disposition.point_id == point_id, Disposition.published_at.is_not(None))
            .limit(1)
        )
    )


def was_answered_twice() -> ColumnElement[bool]:
    """That the ask of a disposition was answered once more in public."""
    return (
        exists()
        .where(
            Public.point_id == Disposition.point_id,
            Public.published_at.is_not(None),
            SecondAnswer.disposition_id == Public.id,
        )
        .correlate(Disposition)
    )


def asked_again() -> Select[int]:
    """The points whose writer said "no" at last to a public answer, and which were not
    answered once more in public. The board keeps the same by triggers."""
    newest = select(func.max(Newer.id)).where(Newer.comment_id == Point.comment_id)
    judged = (
        exists()
        .where(Public.point_id == Point.id, Public.published_at < Verdict.given_at)
        .correlate(Point, Verdict)
    )
    seconds = (
        exists()
        .where(
            Public.point_id == Point.id,
            Public.published_at.is_not(None),
            SecondAnswer.disposition_id == Public.id,
        )
        .correlate(Point)
    )
    return (
        select(Point.id)
        .join(Verdict, Verdict.id == newest.scalar_subquery())
        .where(Verdict.is_satisfied.is_(False), judged, ~seconds)
    )


def seconds_among(session: Session, dispositions: Sequence[Disposition]) -> frozenset[int]:
    """Which of these answers were given once more: their ids."""
    ids = [disposition.id for disposition in dispositions]
    found: set[int] = set()
    for at in range(0, len(ids), 500):
        found.update(
            session.scalars(
                select(SecondAnswer.disposition_id).where(
                    SecondAnswer.disposition_id.in_(ids[at : at + 500])
                )
            )
        )
    return frozenset(found)
