"""What became of comments: their answers, the exact new words, and where they stand now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from feedback_app.accounts.models import Account
from feedback_app.comments.letter_models import GroupPoint
from feedback_app.comments.models import Comment, Placement, Point
from feedback_app.comments.sight import text_is_read, visible_to
from feedback_app.core import clock
from feedback_app.core.orm import alias
from feedback_app.curricula.comparison import from_json
from feedback_app.curricula.models import Curriculum, Revision, RevisionState, Section
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor
from feedback_app.triage.answer_facts import sign_of
from feedback_app.triage.changes import before_and_after
from feedback_app.triage.models import Disposition, Verdict
from feedback_app.triage.once_more_models import SecondAnswer
from feedback_app.triage.promises import Standing, Tie, renewed_at, standing_of, ties_of
from feedback_app.triage.queries import AnswerRow, VerdictRow, answer_columns, is_active
from feedback_app.triage.shared import was_at_once
from feedback_app.triage.trail_places import (
    NewPlace,
    Titles,
    name_of,
    places_of,
    titles_and_shared,
)


@dataclass(frozen=True)
class NewWords:
    """The words that keep a promise, as they were and as they are in a published version."""

    number: int
    section_key: str
    place: str
    section_number: str
    section_title: str
    before: str
    after: str
    exact: str
    elsewhere_reason: str


@dataclass(frozen=True)
class Replaced:
    """A public answer that another followed; `sign` says "changed" only where words did."""

    answer: AnswerRow
    sign: str


@dataclass(frozen=True)
class AnsweredPoint:
    """One ask with its public answer; `passage` is empty where it is the whole comment.

    `replaced` are the public answers that this one took the place of, the newest last.
    `speaks_to` is the "no" after which it was given once more.
    """

    passage: str
    answer: AnswerRow
    standing: Standing | None
    words: Sequence[NewWords]
    replaced: Sequence[Replaced]
    covered: str = ""
    speaks_to: VerdictRow | None = None
    shared: int = 0
    """To how many comments this answer was given at once; 0 where it is this one's alone."""


@dataclass(frozen=True)
class Trail:
    """Told to everybody; nothing in it comes from an answer that is not public."""

    slug: str
    round_slug: str
    zone: str
    received_at: datetime
    is_late: bool
    is_letter: bool
    due_on: date | None
    asks: int
    points: Sequence[AnsweredPoint]
    places: Sequence[NewPlace]
    verdict: VerdictRow | None

    @property
    def place(self) -> NewPlace | None:
        """The newest of its places."""
        return self.places[-1] if self.places else None

    @property
    def is_answered_since(self) -> bool:
        """Whether the newest word stands already where it was answered once more."""
        told = {p.speaks_to.given_at for p in self.points if p.speaks_to}
        return self.verdict is not None and self.verdict.given_at in told

    @property
    def is_answered(self) -> bool:
        return bool(self.points) and len(self.points) >= self.asks

    @property
    def answered_at(self) -> datetime | None:
        days = [p.answer.published_at for p in self.points if p.answer.published_at]
        return max(days, default=None)


@dataclass(frozen=True)
class Trails:
    """The trails of several comments, with what their sections are called.

    A comment has none where it is gone, waits, is a reply, or is not seen.
    """

    of: Mapping[int, Trail]
    titles: Titles


def trail(session: Session, comment: Comment, viewer: Actor) -> Trail | None:
    """The trail of one comment, if it has one."""
    return trails_of(session, [comment], viewer).of.get(comment.id)


def trails_of(session: Session, comments: Sequence[Comment], viewer: Actor) -> Trails:
    """The trails of comments, of any rounds and courses, in three queries."""
    found = _read(session, comments, viewer)
    answers = [answer for read in found.values() for _, answer in read.answered]
    earlier = [a for read in found.values() for some in read.replaced.values() for a in some]
    zones = {read.about.curriculum_id: read.about.course_zone for read in found.values()}
    told = [answer.id for answer in (*answers, *earlier)]
    ties = ties_of(session, told, zones=zones, with_drawings=True)
    revisions = {comment.revision_id for comment in comments if comment.section_key}
    revisions |= {row.place.revision_id for read in found.values() for row in read.places}
    revisions |= {tie.revision_id for kept in ties.values() for tie in kept}
    at_once = {id_ for read in found.values() for id_ in read.at_once}
    at_once &= {answer.id for answer in answers}
    titles, shared = titles_and_shared(session, revisions, at_once)
    return Trails(
        {
            comment.id: _trail(comment, found[comment.id], ties, titles, shared)
            for comment in comments
            if comment.id in found
        },
        titles,
    )


def _trail(
    comment: Comment,
    read: _Read,
    ties: Mapping[int, Sequence[Tie]],
    titles: Titles,
    shared: Mapping[int, int],
) -> Trail:
    about, round_ = read.about, comment.round
    points = [
        AnsweredPoint(
            passage=point.passage if point.start is not None and about.reads else "",
            answer=answer,
            standing=_standing(
                answer,
                ties.get(answer.id, ()),
                about.renewed_at,
                about.course_zone,
            ),
            words=_words(titles, ties.get(answer.id, ())),
            replaced=[
                Replaced(before, _sign(before, ties.get(before.id, ())))
                for before in read.replaced.get(point.id, ())
            ],
            covered=read.covered.get(answer.id) or "",
            speaks_to=read.speaks_to.get(answer.id),
            shared=shared.get(answer.id, 0),
        )
        for point, answer in read.answered
    ]
    return Trail(
        slug=about.slug,
        round_slug=round_.slug,
        zone=round_.time_zone,
        received_at=comment.submitted_at,
        is_late=comment.is_late,
        is_letter=bool(about.is_letter),
        due_on=None if round_.is_independent else round_.answers_due_on,
        asks=read.asks,
        points=points,
        places=places_of(comment, read.places, titles),
        verdict=None
        if about.judged_at is None
        else VerdictRow(
            about.is_satisfied, about.because if about.reads else "", about.judged_at
        ),
    )


@dataclass
class _Read:
    """What was read of one comment; `about` is a row with what is told of all of it."""

    about: Any
    asks: int = 0
    answered: list[tuple[Point, AnswerRow]] = field(default_factory=list)
    replaced: dict[int, list[AnswerRow]] = field(default_factory=dict)
    speaks_to: dict[int, VerdictRow] = field(default_factory=dict)
    covered: dict[int, str | None] = field(default_factory=dict)
    placed: dict[int, Any] = field(default_factory=dict)
    at_once: set[int] = field(default_factory=set)

    @property
    def places(self) -> Iterable[Any]:
        return self.placed.values()


def _read(session: Session, comments: Sequence[Comment], viewer: Actor) -> dict[int, _Read]:
    """Every point with all its public answers, the newest last, in one query."""
    told = [c.id for c in comments if not (c.parent_id or c.is_gone or c.held_at)]
    if not told:
        return {}
    found: dict[int, _Read] = {}
    points: dict[int, set[int]] = {}
    for row in session.execute(_everything(told, viewer)):
        read = found.setdefault(row.comment_row, _Read(row))
        if row.placed_in_number is not None:
            read.placed.setdefault(row.place.id, row)
        point: Point | None = row.Point
        if point is None:
            continue
        points.setdefault(row.comment_row, set()).add(point.id)
        read.asks = len(points[row.comment_row])
        if row.id is None or row.id in read.covered:
            continue
        answer = AnswerRow(**{name: getattr(row, name) for name in _ANSWER})
        if read.answered and read.answered[-1][0] is point:
            read.replaced.setdefault(point.id, []).append(read.answered.pop()[1])
        read.answered.append((point, answer))
        read.covered[answer.id] = row.covered
        if row.is_at_once or answer.theme_id or answer.letter_id:
            read.at_once.add(answer.id)
        if row.no_given_at is not None:
            because = row.no_because if row.reads else ""
            read.speaks_to[answer.id] = VerdictRow(False, because, row.no_given_at)
    return found


_ANSWER = tuple(AnswerRow.__dataclass_fields__)


Word, LaterWord, No = alias(Verdict), alias(Verdict), alias(Verdict)
Sent = alias(Point)
Place = alias(Placement, "place")
There, SpokenOf, Now = alias(Section), alias(Section), alias(Revision)


def _everything(comment_ids: Sequence[int], viewer: Actor) -> Select[Any]:
    """A row for each public answer (else point) and each later place of these comments."""
    newest_word = (
        select(func.max(LaterWord.id))
        .where(LaterWord.comment_id == Comment.id)
        .scalar_subquery()
    )
    return (
        select(
            Comment.id.label("comment_row"),
            case((text_is_read(viewer), 1), else_=0).label("reads"),
            case((_in_a_letter(), 1), else_=0).label("is_letter"),
            Curriculum.id.label("curriculum_id"),
            Curriculum.slug,
            Organization.time_zone.label("course_zone"),
            renewed_at(Curriculum.id).label("renewed_at"),
            Point,
            *answer_columns(),
            case((was_at_once(), 1), else_=0).label("is_at_once"),
            cut(SpokenOf.text, Disposition.covered_start, Disposition.covered_end).label(
                "covered"
            ),
            Word.is_satisfied,
            Word.because,
            Word.given_at.label("judged_at"),
            No.because.label("no_because"),
            No.given_at.label("no_given_at"),
            Place,
            Now.number.label("placed_in_number"),
            cut(There.text, Place.start, Place.end).label("placed_words"),
        )
        .join(Revision, Revision.id == Comment.revision_id)
        .join(Curriculum, Curriculum.id == Revision.curriculum_id)
        .join(Organization, Organization.id == Curriculum.department_id)
        .outerjoin(Point, (Point.comment_id == Comment.id) & Point.retired_at.is_(None))
        .outerjoin(
            Disposition,
            (Disposition.point_id == Point.id)
            & Disposition.published_at.is_not(None)
            & is_active(),
        )
        .outerjoin(Account, Account.id == Disposition.decided_by_id)
        .outerjoin(
            SpokenOf,
            (SpokenOf.revision_id == Comment.revision_id)
            & (SpokenOf.key == Disposition.covered_section_key),
        )
        .outerjoin(SecondAnswer, SecondAnswer.disposition_id == Disposition.id)
        .outerjoin(No, No.id == SecondAnswer.verdict_id)
        .outerjoin(Word, Word.id == newest_word)
        .outerjoin(Place, Place.comment_id == Comment.id)
        .outerjoin(Now, (Now.id == Place.revision_id) & (Now.state == RevisionState.PUBLISHED))
        .outerjoin(
            There,
            (There.revision_id == Place.revision_id) & (There.key == Place.section_key),
        )
        .where(Comment.id.in_(comment_ids), visible_to(viewer))
        .order_by(Comment.id, Point.start, Point.number, Disposition.id, Now.number)
    )


def _in_a_letter() -> ColumnElement[bool]:
    """That its words are those of a letter that others sent, too."""
    return (
        select(GroupPoint.point_id)
        .join(Sent, Sent.id == GroupPoint.point_id)
        .where(Sent.comment_id == Comment.id, GroupPoint.left_at.is_(None))
        .correlate(Comment)
        .exists()
    )


def cut(text: Any, start: Any, end: Any) -> ColumnElement[str]:
    """The words between two places, so that the rest of a section is not read."""
    return func.substr(text, start + 1, end - start)


def _standing(
    answer: AnswerRow, ties: Sequence[Tie], renewed: datetime | None, zone: str
) -> Standing | None:
    if not answer.outcome.promises_a_change:
        return None
    return standing_of(
        ties,
        promised_at=answer.published_at or answer.decided_at,
        due_on=answer.due_on,
        renewed_at=renewed,
        at=clock.now(),
        zone=zone,
    )


def _sign(answer: AnswerRow, ties: Sequence[Tie]) -> str:
    is_kept = any(tie.state is RevisionState.PUBLISHED for tie in ties)
    return sign_of(answer.outcome, is_kept=is_kept)


def _words(titles: Titles, ties: Sequence[Tie]) -> list[NewWords]:
    """Only of published versions: a draft's words are told by nobody."""
    found = []
    for tie in ties:
        if tie.state is not RevisionState.PUBLISHED:
            continue
        number, title = name_of(titles, tie.revision_id, tie.section_key)
        before, after = _around(tie)
        found.append(
            NewWords(
                number=tie.number,
                section_key=tie.section_key,
                place=tie.place,
                section_number=number,
                section_title=title,
                before=before,
                after=after,
                exact=tie.exact,
                elsewhere_reason=tie.elsewhere_reason,
            )
        )
    return found


def _around(tie: Tie) -> tuple[str, str]:
    if tie.drawing is None or tie.hunk is None:
        return "", tie.exact
    return before_and_after(from_json(tie.drawing).sections[0], tie.hunk)
