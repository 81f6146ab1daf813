"""What a department looks at before its answers become public."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, CommentVersion, Point, words_of_point
from feedback_app.curricula.models import Revision, RevisionState
from feedback_app.rounds.models import Round
from feedback_app.rounds.small_numbers import FEWEST
from feedback_app.triage.letter_models import GroupAnswer
from feedback_app.triage.models import Adoption, Disposition, Outcome
from feedback_app.triage.queries import is_active, latest, undecided_count
from feedback_app.triage.signatures import without_second
from feedback_app.triage.work_models import InputRequest

MOST_UNREAD = 20
"""One and the same reason may stand so often beside comments that nobody opened."""
SHOWN = 20
EXCERPT = 120


@dataclass(frozen=True)
class Line:
    """An answer that the checklist names, by its comment."""

    point_id: str
    answer_id: str
    words: str
    language: str
    outcome: Outcome


@dataclass(frozen=True)
class Unread:
    """A reason that stands beside many comments whose own page nobody opened for it."""

    rationale: str
    language: str
    number: int
    lines: Sequence[Line]


@dataclass(frozen=True)
class Checklist:
    """Counts are of asks; `waiting` needs a signature that somebody could still give."""

    answers: int
    outcomes: Sequence[tuple[Outcome, int]]
    undecided: int
    promises: int
    waiting: int
    returned: int
    """How many of the waiting ones were sent back instead of signed."""
    alone: int
    asked: int
    """Questions to the authors that have no reply yet."""
    other_language: int
    other_lines: Sequence[Line]
    other_by_language: Mapping[str, int]
    """Languages that enough comments share to be told of."""
    unread: Sequence[Unread]


def checklist(session: Session, round_: Round) -> Checklist:
    """Of the answers of a round that are not public yet; two more statements per reason."""
    found = session.execute(_unpublished(round_)).all()
    unsigned = session.scalars(_unsigned(round_)).all()
    signatures = without_second(session, round_.department_id, unsigned)
    others = [r for r in found if r.language not in (r.written_in, r.translated_into)]
    tied = set(session.scalars(_tied(round_)))
    by_language = Counter(row.language for row in others)
    return Checklist(
        answers=len(found),
        outcomes=[
            (outcome, number)
            for outcome in Outcome
            if (number := sum(row.outcome is outcome for row in found))
        ],
        undecided=undecided_count(session, round_),
        promises=sum(row.outcome.promises_a_change and row.id not in tied for row in found),
        waiting=sum(not nobody for nobody in signatures.values()),
        returned=sum(d.returned_at is not None and not signatures[d.id] for d in unsigned),
        alone=sum(signatures.values()),
        asked=session.scalar(_open_questions(round_)) or 0,
        other_language=len(others),
        other_lines=lines_of(session, [row.id for row in others[:SHOWN]]),
        other_by_language={
            language: number for language, number in by_language.items() if number >= FEWEST
        },
        unread=_unread(session, round_),
    )


def unread_uses(session: Session, round_id: int, rationale: str) -> int:
    """Beside how many asks of a round this reason stands, given from a list.

    One letter that many sent is read once, so its answers do not count.
    """
    return (
        session.scalar(
            _answers(func.count()).where(
                Comment.round_id == round_id,
                is_active(),
                latest(),
                _is_unread(),
                Disposition.rationale == rationale.strip(),
            )
        )
        or 0
    )


def _answers(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Disposition)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
    )


def _to_come(round_: Round) -> ColumnElement[bool]:
    return and_(
        Comment.round_id == round_.id,
        is_active(),
        Disposition.published_at.is_(None),
        latest(),
    )


def _is_unread() -> ColumnElement[bool]:
    by_letter = exists().where(GroupAnswer.disposition_id == Disposition.id)
    return and_(Disposition.from_list.is_(True), ~by_letter)


def _unpublished(round_: Round) -> Select[Any]:
    return (
        _answers(
            Disposition.id,
            Disposition.outcome,
            Disposition.language.label("written_in"),
            Disposition.translation_language.label("translated_into"),
            Comment.language,
        )
        .where(_to_come(round_))
        .order_by(Disposition.id)
    )


def _unsigned(round_: Round) -> Select[Any]:
    return _answers(Disposition).where(
        _to_come(round_),
        Disposition.needs_second.is_(True),
        Disposition.confirmed_by_id.is_(None),
    )


def _tied(round_: Round) -> Select[Any]:
    return (
        _answers(Disposition.id)
        .join(Adoption, Adoption.disposition_id == Disposition.id)
        .join(Revision, Revision.id == Adoption.revision_id)
        .where(_to_come(round_), Revision.state != RevisionState.DROPPED)
    )


def _open_questions(round_: Round) -> Select[Any]:
    return (
        select(func.count())
        .select_from(InputRequest)
        .join(Point, Point.id == InputRequest.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Comment.round_id == round_.id, is_active(), InputRequest.ended_at.is_(None))
    )


def lines_to_publish(session: Session, round_: Round) -> list[Line]:
    """The first answers that are not public and wait for no signature, oldest first."""
    moderated = and_(Disposition.needs_second.is_(True), Disposition.confirmed_by_id.is_(None))
    ids = session.scalars(
        _answers(Disposition.id)
        .where(_to_come(round_), ~moderated)
        .order_by(Disposition.id)
        .limit(SHOWN)
    ).all()
    return lines_of(session, ids)


def _unread(session: Session, round_: Round) -> list[Unread]:
    number = func.count()
    rows = session.execute(
        _answers(
            Disposition.rationale,
            func.min(Disposition.language).label("language"),
            number.label("number"),
        )
        .where(_to_come(round_), _is_unread())
        .group_by(Disposition.rationale)
        .having(number > MOST_UNREAD)
        .order_by(number.desc())
    ).all()
    found = []
    for row in rows[:SHOWN]:
        ids = session.scalars(
            _answers(Disposition.id)
            .where(_to_come(round_), _is_unread(), Disposition.rationale == row.rationale)
            .order_by(Disposition.id)
            .limit(SHOWN)
        ).all()
        found.append(Unread(row.rationale, row.language, row.number, lines_of(session, ids)))
    return found


def lines_of(session: Session, ids: Sequence[int]) -> list[Line]:
    """These answers with the first words of their comments, in one statement."""
    if not ids:
        return []
    start = func.coalesce(Point.start, 0) + 1
    length = case((Point.end.is_(None), EXCERPT), else_=Point.end - Point.start)
    rows = session.execute(
        _answers(
            Point.public_id.label("point_id"),
            Disposition.public_id.label("answer_id"),
            func.substr(CommentVersion.body, start, length).label("words"),
            Comment.language,
            Disposition.outcome,
        )
        .join(CommentVersion, words_of_point())
        .where(Disposition.id.in_(ids))
        .order_by(Disposition.id)
    )
    return [Line(**row._mapping) for row in rows]
