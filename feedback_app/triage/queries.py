"""Looking up points and their answers: what is decided, what waits, what the public sees."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from feedback_app.accounts.models import Account
from feedback_app.comments.conduct import Eyes, unseen
from feedback_app.comments.letter_models import DuplicateGroup
from feedback_app.comments.models import Comment, Placement, Point
from feedback_app.comments.sight import (
    makes_a_point,
    none_of,
    text_reaches_department,
    visible_to,
)
from feedback_app.core.errors import NotFound
from feedback_app.core.orm import alias
from feedback_app.curricula.models import Revision
from feedback_app.curricula.queries import outline
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import OVERSEEN
from feedback_app.triage import rules
from feedback_app.triage.letter_models import GroupAnswer
from feedback_app.triage.models import Disposition, Outcome, Reason, Signature, Verdict
from feedback_app.triage.theme_models import Theme, ThemeAnswer
from feedback_app.triage.wording import OUTCOME_LABELS, REASON_LABELS, SIGNATURE_LABELS


@dataclass(frozen=True)
class AnswerRow:
    """One answer as pages read it; `decided_by` is for the department alone."""

    id: int
    public_id: str
    point_id: int
    outcome: Outcome
    reason: Reason | None
    reason_detail: str
    rationale: str
    rationale_html: Markup
    language: str
    office: str
    authority: str
    due_on: date | None
    referred_to: str
    covered_section_key: str | None
    covered_start: int | None
    covered_end: int | None
    decided_at: datetime
    needs_second: bool
    decided_alone: bool
    confirmed_as: Signature | None
    returned_at: datetime | None
    published_at: datetime | None
    decided_by_id: int
    decided_by: str
    theme_id: str | None = None
    theme: str | None = None
    letter_id: str | None = None
    """By which subject or letter it was given to many at once: public ids and a name."""
    evidence_url: str = ""
    evidence_title: str = ""
    translation: str = ""
    translation_html: Markup | None = None
    translation_language: str | None = None

    @property
    def outcome_label(self) -> str:
        return OUTCOME_LABELS[self.outcome]

    @property
    def reason_label(self) -> str | None:
        return REASON_LABELS[self.reason] if self.reason else None

    @property
    def signature_label(self) -> str | None:
        return SIGNATURE_LABELS[self.confirmed_as] if self.confirmed_as else None

    @property
    def waits_for_signature(self) -> bool:
        return self.needs_second and self.confirmed_as is None and self.published_at is None


_ANSWER = [
    getattr(Disposition, name)
    for name in AnswerRow.__dataclass_fields__
    if name not in {"decided_by", "theme_id", "theme", "letter_id"}
]


Later, LaterWord = alias(Disposition), alias(Verdict)


def latest(*, published: bool = False) -> ColumnElement[bool]:
    """That a disposition is the last of its point; with `published`, the last public one."""
    newest = select(func.max(Later.id)).where(Later.point_id == Disposition.point_id)
    if published:
        newest = newest.where(Later.published_at.is_not(None))
    return Disposition.id == newest.scalar_subquery()


def is_active() -> ColumnElement[bool]:
    """Points that stand on the board: current ones of comments that the department reads."""
    return and_(
        Point.retired_at.is_(None), Comment.parent_id.is_(None), text_reaches_department()
    )


def must_be_answered() -> ColumnElement[bool]:
    """Late comments may get an answer; all other active points that say something must."""
    return and_(is_active(), Comment.is_late.is_(False), makes_a_point())


def is_answered() -> ColumnElement[bool]:
    return exists().where(Disposition.point_id == Point.id)


def get_point(session: Session, public_id: str) -> Point:
    """A point with what an answer needs; a retired one too, so that its page can say so.

    Of a comment that waits for the host nobody here even learns that it is there.
    """
    point = get_points(session, [public_id]).get(public_id)
    if point is None:
        raise NotFound
    return point


def get_points(session: Session, public_ids: Collection[str]) -> dict[str, Point]:
    """The same for many, in one statement; those that are not there are left out."""
    found = session.scalars(
        select(Point)
        .where(
            Point.public_id.in_(public_ids),
            Point.comment.has(none_of(unseen(Eyes.DEPARTMENT))),
        )
        .options(
            joinedload(Point.comment).options(
                joinedload(Comment.round).options(OVERSEEN, joinedload(Round.revision)),
                joinedload(Comment.anchor),
                joinedload(Comment.versions),
                joinedload(Comment.points),
            )
        )
    )
    return {point.public_id: point for point in found.unique()}


def get_disposition(session: Session, public_id: str) -> Disposition:
    disposition = session.scalars(
        select(Disposition)
        .where(Disposition.public_id == public_id)
        .options(
            joinedload(Disposition.point)
            .joinedload(Point.comment)
            .options(
                joinedload(Comment.round).joinedload(Round.department),
                selectinload(Comment.versions),
            )
        )
    ).first()
    if disposition is None:
        raise NotFound
    return disposition


def lock(session: Session, disposition: Disposition) -> None:
    """Wait for whoever signs or publishes this answer now, and read what they left."""
    held = session.scalars(
        select(Disposition)
        .where(Disposition.id == disposition.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if held is None:
        raise rules.AnswerTakenBack


def latest_answer(session: Session, point: Point) -> Disposition | None:
    return session.scalars(
        select(Disposition)
        .where(Disposition.point_id == point.id)
        .order_by(Disposition.id.desc())
        .limit(1)
    ).first()


def answers_to(session: Session, points: Sequence[Point]) -> dict[int, list[AnswerRow]]:
    """All answers by point, newest first, for the department and its board."""
    answers: dict[int, list[AnswerRow]] = {point.id: [] for point in points}
    for row in session.execute(
        _answers()
        .where(Disposition.point_id.in_(list(answers)))
        .order_by(Disposition.id.desc())
    ):
        answers[row.point_id].append(AnswerRow(**row._mapping))
    return answers


def published_answers(
    session: Session, comment_ids: Sequence[int]
) -> dict[int, list[tuple[Point, AnswerRow]]]:
    """The public answers that stand now: {comment id: [(point, answer)]} in reading order."""
    found: dict[int, list[tuple[Point, AnswerRow]]] = {}
    rows = session.execute(
        _answers()
        .add_columns(Point)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Comment.id.in_(comment_ids), is_active(), latest(published=True))
        .order_by(Point.start, Point.number)
    )
    for row in rows:
        values = dict(row._mapping)
        point = values.pop("Point")
        found.setdefault(point.comment_id, []).append((point, AnswerRow(**values)))
    return found


def _answers() -> Select[Any]:
    return select(*answer_columns()).join(Account, Account.id == Disposition.decided_by_id)


def answer_columns() -> list[ColumnElement[Any]]:
    """The fields of an `AnswerRow`, of a disposition and the account that decided it."""
    return [
        *_ANSWER,
        Account.name.label("decided_by"),
        _by_theme(Theme.public_id).label("theme_id"),
        _by_theme(Theme.title).label("theme"),
        select(DuplicateGroup.public_id)
        .join(GroupAnswer, GroupAnswer.group_id == DuplicateGroup.id)
        .where(GroupAnswer.disposition_id == Disposition.id)
        .correlate(Disposition)
        .scalar_subquery()
        .label("letter_id"),
    ]


def _by_theme(column: InstrumentedAttribute[str]) -> ScalarSelect[str]:
    return (
        select(column)
        .join(ThemeAnswer, ThemeAnswer.theme_id == Theme.id)
        .where(ThemeAnswer.disposition_id == Disposition.id)
        .correlate(Disposition)
        .scalar_subquery()
    )


def published_answers_exist(session: Session, comment: Comment) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    Disposition.point_id == Point.id,
                    Point.comment_id == comment.id,
                    Disposition.published_at.is_not(None),
                )
            )
        )
    )


def undecided_count(session: Session, round_: Round) -> int:
    """Points of a round that must be answered and have no answer at all."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Point)
            .join(Comment, Comment.id == Point.comment_id)
            .where(Comment.round_id == round_.id, must_be_answered(), ~is_answered())
        )
        or 0
    )


def answers_to_publish(session: Session, round_: Round) -> list[Disposition]:
    """The newest answer of each active point of a round, where it is not public yet."""
    return list(
        session.scalars(
            select(Disposition)
            .join(Point, Point.id == Disposition.point_id)
            .join(Comment, Comment.id == Point.comment_id)
            .where(
                Comment.round_id == round_.id,
                is_active(),
                Disposition.published_at.is_(None),
                latest(),
            )
            .options(
                joinedload(Disposition.point)
                .joinedload(Point.comment)
                .joinedload(Comment.round)
            )
            .order_by(Disposition.id)
        )
    )


def numbers_named(session: Session, disposition: Disposition) -> dict[str, str]:
    """The numbers of the sections, for an answer that names one; else nothing is asked."""
    if disposition.covered_section_key is None:
        return {}
    sections = outline(session, disposition.point.comment.revision_id, words=False, text=False)
    return {section.key: section.number for section in sections}


def last_signature(
    session: Session, account_id: int | None, department_id: int
) -> tuple[str, str]:
    """Office and authority of somebody's last answer here, so that they are typed once."""
    row = session.execute(
        select(Disposition.office, Disposition.authority)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .where(Disposition.decided_by_id == account_id, Round.department_id == department_id)
        .order_by(Disposition.id.desc())
        .limit(1)
    ).first()
    return (row.office, row.authority) if row else ("", "")


@dataclass(frozen=True)
class VerdictRow:
    is_satisfied: bool
    because: str
    given_at: datetime


def verdicts_on(session: Session, comment_ids: Sequence[int]) -> dict[int, VerdictRow]:
    """The latest word on the answers, by comment."""
    newest = select(func.max(LaterWord.id)).where(LaterWord.comment_id == Verdict.comment_id)
    rows = session.execute(
        select(
            Verdict.comment_id, Verdict.is_satisfied, Verdict.because, Verdict.given_at
        ).where(Verdict.comment_id.in_(comment_ids), Verdict.id == newest.scalar_subquery())
    )
    return {row.comment_id: VerdictRow(*row[1:]) for row in rows}


class Voices(NamedTuple):
    """How many comments stand on a section, and how many of them have no answer yet."""

    all: int
    undecided: int


def voices_by_section(session: Session, revision: Revision, viewer: Actor) -> dict[str, Voices]:
    """What was said on all that a draft rests on, by the section of its base."""
    bases = [base.id for base in revision.bases]
    if not bases:
        return {}
    stands = func.coalesce(Placement.section_key, Comment.section_key)
    undecided = exists().where(
        Point.comment_id == Comment.id, Point.retired_at.is_(None), ~is_answered()
    )
    rows = session.execute(
        select(stands, func.count(), func.sum(case((undecided, 1), else_=0)))
        .select_from(Comment)
        .outerjoin(
            Placement,
            (Placement.comment_id == Comment.id) & (Placement.revision_id == revision.base_id),
        )
        .where(
            Comment.revision_id.in_(bases) | Placement.id.is_not(None),
            stands.is_not(None),
            Comment.parent_id.is_(None),
            text_reaches_department(),
            visible_to(viewer),
        )
        .group_by(stands)
    )
    return {key: Voices(many, int(open_)) for key, many, open_ in rows}


def undecided_among(session: Session, comment_ids: Collection[int]) -> set[int]:
    """Which of these comments still ask for something that has no answer, public or not."""
    if not comment_ids:
        return set()
    return set(
        session.scalars(
            select(Point.comment_id)
            .where(
                Point.comment_id.in_(comment_ids), Point.retired_at.is_(None), ~is_answered()
            )
            .distinct()
        )
    )
