"""Answering once more: one further answer after "no, this did not answer me", and no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, CommentVersion, Point, words_of_point
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.core.orm import alias
from feedback_app.rounds.models import Round
from feedback_app.triage.models import Disposition, Verdict
from feedback_app.triage.once_more_models import SecondAnswer
from feedback_app.triage.queries import is_active

EXCERPT = 240
Public, Newer, Other = alias(Disposition), alias(Verdict), alias(Disposition)


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


@dataclass(frozen=True)
class NotSatisfied:
    """An ask whose writer said "no", and which was not answered once more in public."""

    point_id: str
    words: str
    language: str
    because: str
    given_at: datetime
    written: str | None
    """The answer that is written and not public yet."""


def not_satisfied(session: Session, round_: Round) -> list[NotSatisfied]:
    """The work list of a round, the oldest "no" first."""
    newest = select(func.max(Newer.id)).where(Newer.comment_id == Comment.id).scalar_subquery()
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
    start = func.coalesce(Point.start, 0) + 1
    length = func.coalesce(Point.end - Point.start, EXCERPT)
    written = (
        select(func.max(Other.public_id))
        .where(Other.point_id == Point.id, Other.published_at.is_(None))
        .where(Other.decided_at > Verdict.given_at)
        .where(
            Other.id
            == select(func.max(Public.id)).where(Public.point_id == Point.id).scalar_subquery()
        )
        .correlate(Point, Verdict)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Point.public_id.label("point_id"),
            func.substr(CommentVersion.body, start, length).label("words"),
            Comment.language,
            case((Comment.hidden_at.is_(None), Verdict.because), else_="").label("because"),
            Verdict.given_at,
            written.label("written"),
        )
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentVersion, words_of_point())
        .join(Verdict, Verdict.id == newest)
        .where(
            Comment.round_id == round_.id,
            is_active(),
            Verdict.is_satisfied.is_(False),
            judged,
            ~seconds,
        )
        .order_by(Verdict.id, Point.id)
    )
    return [NotSatisfied(**row._mapping) for row in rows]


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
