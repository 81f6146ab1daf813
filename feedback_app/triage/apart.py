"""What the gate tells apart: answers by subject, and comments set aside as a flood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.curricula.models import Revision
from feedback_app.rounds.models import Round
from feedback_app.triage.models import Disposition
from feedback_app.triage.queries import is_active, latest
from feedback_app.triage.theme_models import Theme, ThemeAnswer


@dataclass(frozen=True)
class BySubject:
    """A subject whose answer still stands beside so many asks."""

    public_id: str
    title: str
    language: str
    round_slug: str
    points: int


@dataclass(frozen=True)
class SetAside:
    round_slug: str
    points: int


@dataclass(frozen=True)
class Apart:
    subjects: Sequence[BySubject]
    set_aside: Sequence[SetAside]

    @property
    def round_slugs(self) -> set[str]:
        return {s.round_slug for s in self.subjects} | {s.round_slug for s in self.set_aside}


def told_apart(session: Session, curriculum_id: int) -> Apart:
    """Of every round of a course, in two statements."""
    number = func.count(Point.id)
    subjects = session.execute(
        select(Theme.public_id, Theme.title, Theme.language, Round.slug, number)
        .select_from(Disposition)
        .join(ThemeAnswer, ThemeAnswer.disposition_id == Disposition.id)
        .join(Theme, Theme.id == ThemeAnswer.theme_id)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .join(Revision, Revision.id == Comment.revision_id)
        .where(Revision.curriculum_id == curriculum_id, is_active(), latest())
        .group_by(Theme.id, Round.slug)
        .order_by(number.desc(), Theme.title)
    )
    set_aside = session.execute(
        select(Round.slug, number)
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .join(Revision, Revision.id == Comment.revision_id)
        .where(
            Revision.curriculum_id == curriculum_id,
            is_active(),
            Comment.set_aside_at.is_not(None),
        )
        .group_by(Round.id)
        .order_by(Round.id)
    )
    return Apart([BySubject(*row) for row in subjects], [SetAside(*row) for row in set_aside])
