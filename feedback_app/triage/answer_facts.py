"""What became of the asks of a round, without the words: what a report counts."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.core import clock
from feedback_app.core.i18n import N_
from feedback_app.core.orm import alias
from feedback_app.rounds.queries import RoundRow
from feedback_app.triage.models import PROMISES, Disposition, Outcome, Verdict
from feedback_app.triage.once_more import was_answered_twice
from feedback_app.triage.promises import (
    PromiseState,
    Standing,
    renewed_at,
    standing_of,
    ties_of,
)
from feedback_app.triage.queries import VerdictRow, is_active, latest

PROMISE = "promise"
KEPT = frozenset({PromiseState.PUBLISHED, PromiseState.TAUGHT_SINCE})


class Group(enum.StrEnum):
    CHANGED = "changed"
    PROMISED = "promised"
    UNCHANGED = "unchanged"
    OTHER = "other"


GROUP_LABELS: dict[Group, str] = {
    Group.CHANGED: N_("What changed"),
    Group.PROMISED: N_("Promised, not in the course yet"),
    Group.UNCHANGED: N_("What did not change, and why"),
    Group.OTHER: N_("Already in the course, answered, kept, or for another office"),
}
_UNCHANGED = frozenset({Outcome.NOT_ADOPTED, Outcome.DEFERRED})


def sign_of(outcome: Outcome, *, is_kept: bool) -> str:
    """An answer's name in public, which says "changed" only where a published version holds
    the words."""
    return PROMISE if outcome in PROMISES and not is_kept else outcome.value


@dataclass(frozen=True, kw_only=True)
class AnswerFacts:
    """A public answer as far as a report counts it; one for each point."""

    point_row: int
    comment_row: int
    section_key: str | None
    outcome: Outcome
    published_at: datetime
    standing: Standing | None
    verdict: VerdictRow | None
    is_once_more: bool

    @property
    def was_judged_before(self) -> bool:
        """Whether the commenter's word was about an answer that this one took the place of."""
        return self.verdict is not None and self.verdict.given_at < self.published_at

    @property
    def says_now(self) -> bool | None:
        """What the commenter says of the answer that stands; nothing yet where it is newer."""
        if self.verdict is None or self.was_judged_before:
            return None
        return self.verdict.is_satisfied

    @property
    def group(self) -> Group:
        if self.outcome in PROMISES:
            return Group.CHANGED if self.is_in_the_text else Group.PROMISED
        return Group.UNCHANGED if self.outcome in _UNCHANGED else Group.OTHER

    @property
    def is_in_the_text(self) -> bool:
        """Whether a published version holds the promised words."""
        return self.standing is not None and self.standing.state in KEPT

    @property
    def sign(self) -> str:
        return sign_of(self.outcome, is_kept=self.is_in_the_text)

    @property
    def is_open_promise(self) -> bool:
        return self.standing is not None and self.standing.state.is_open


def answer_facts(session: Session, round_: RoundRow) -> list[AnswerFacts]:
    """Every public answer of a round in reading order; two queries."""
    rows = session.execute(
        select(
            Disposition.id,
            Disposition.outcome,
            Disposition.published_at,
            Disposition.due_on,
            Word.is_satisfied,
            Word.given_at,
            was_answered_twice().label("is_once_more"),
            renewed_at(round_.curriculum_id).label("renewed_at"),
            Point.id.label("point_row"),
            Comment.id.label("comment_row"),
            Comment.section_key,
        )
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Disposition, and_(Disposition.point_id == Point.id, latest(published=True)))
        .outerjoin(Word, Word.id == last_word())
        .where(Comment.round_id == round_.id, is_active())
        .order_by(Comment.submitted_at, Comment.id, Point.start, Point.id)
    ).all()
    promised = [row.id for row in rows if row.outcome in PROMISES]
    ties = ties_of(session, promised, zones={round_.curriculum_id: round_.time_zone})
    at = clock.now()

    def standing(row: Any) -> Standing | None:
        if row.outcome not in PROMISES:
            return None
        return standing_of(
            ties.get(row.id, []),
            promised_at=row.published_at,
            due_on=row.due_on,
            renewed_at=row.renewed_at,
            at=at,
            zone=round_.time_zone,
        )

    return [
        AnswerFacts(
            point_row=row.point_row,
            comment_row=row.comment_row,
            section_key=row.section_key,
            outcome=row.outcome,
            published_at=row.published_at,
            standing=standing(row),
            verdict=VerdictRow(row.is_satisfied, "", row.given_at) if row.given_at else None,
            is_once_more=row.is_once_more,
        )
        for row in rows
    ]


Word, NewerWord = alias(Verdict), alias(Verdict)


def last_word() -> Any:
    """The newest verdict on a comment: the one that counts."""
    return (
        select(func.max(NewerWord.id))
        .where(NewerWord.comment_id == Comment.id)
        .correlate(Comment)
        .scalar_subquery()
    )
