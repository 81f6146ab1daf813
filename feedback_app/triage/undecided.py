"""What a course still owes an answer: asks of all its rounds, listed or only counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, CommentVersion, Point, words_of_point
from feedback_app.curricula.models import Revision
from feedback_app.rounds.models import Round
from feedback_app.triage.models import Disposition
from feedback_app.triage.promises import latest_answers
from feedback_app.triage.queries import must_be_answered
from feedback_app.triage.signatures import moderators_of


class OpenPoint(NamedTuple):
    """An ask of an earlier round that has no answer, or none with its second signature."""

    public_id: str
    comment_id: str
    round_slug: str
    revision_number: int
    section_key: str | None
    name: str | None
    body: str
    start: int | None
    end: int | None
    submitted_at: datetime
    is_unsigned: bool

    @property
    def passage(self) -> str:
        return self.body if self.start is None else self.body[self.start : self.end]


def undecided_points(
    session: Session, curriculum_id: int, department_id: int
) -> list[OpenPoint]:
    """Asks of every round of a course that need an answer and have none, oldest first.

    An answer without its second signature is none, unless nobody is there to give it.
    """
    rows = session.execute(
        _undecided(
            session,
            curriculum_id,
            department_id,
            Point.public_id,
            Comment.public_id.label("comment_id"),
            Round.slug.label("round_slug"),
            Revision.number.label("revision_number"),
            Comment.section_key,
            Comment.display_name.label("name"),
            CommentVersion.body,
            Point.start,
            Point.end,
            Comment.submitted_at,
            Disposition.id.is_not(None).label("is_unsigned"),
        )
        .join(CommentVersion, words_of_point())
        .join(Round, Round.id == Comment.round_id)
        .order_by(Comment.submitted_at, Comment.id, Point.number)
    )
    return [OpenPoint._make(row) for row in rows]


def count_undecided(session: Session, curriculum_id: int, department_id: int) -> int:
    """How many they are, without their words."""
    counted = _undecided(session, curriculum_id, department_id, func.count())
    return session.scalar(counted) or 0


def _undecided(
    session: Session, curriculum_id: int, department_id: int, *columns: Any
) -> Select[*tuple[Any, ...]]:
    latest = latest_answers().subquery()
    moderators = moderators_of(session, department_id)
    has_second = true() if len(moderators) > 1 else Disposition.decided_by_id.not_in(moderators)
    unsigned = and_(
        Disposition.needs_second.is_(True),
        Disposition.confirmed_at.is_(None),
        Disposition.decided_alone.is_(False),
        has_second if moderators else false(),
    )
    return (
        select(*columns)
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Revision, Revision.id == Comment.revision_id)
        .outerjoin(latest, latest.c.point_id == Point.id)
        .outerjoin(Disposition, Disposition.id == latest.c.disposition_id)
        .where(
            Revision.curriculum_id == curriculum_id,
            must_be_answered(),
            or_(Disposition.id.is_(None), unsigned),
        )
    )
