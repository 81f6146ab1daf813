"""What pages show of points that belong together: by a subject, by a letter, by words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments.letter_models import DuplicateGroup, GroupPoint
from feedback_app.comments.models import Comment, CommentVersion, Point, words_of_point
from feedback_app.comments.sight import counted, text_is_public
from feedback_app.core.errors import NotFound
from feedback_app.core.folding import holds
from feedback_app.core.orm import alias
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import OVERSEEN
from feedback_app.triage.board_models import BoardRow
from feedback_app.triage.letter_models import GroupAnswer
from feedback_app.triage.models import PROMISES, Adoption, Disposition, Outcome
from feedback_app.triage.queries import is_active, is_answered
from feedback_app.triage.theme_models import Theme, ThemeAnswer, ThemePoint

SHOWN = 50
ALL_AT_ONCE = 200
"""So many of them stand under an answer with a box each; the rest is answered like these."""

Later = alias(Disposition)


@dataclass(frozen=True)
class LotRow:
    """One of them in a list; `text` is the whole comment or the passage that is its ask."""

    public_id: str
    comment_id: str
    section_key: str | None
    name: str | None
    language: str
    text: str
    submitted_at: datetime
    outcome: Outcome | None
    is_open_promise: bool | None = False


@dataclass(frozen=True)
class ThemeRow:
    public_id: str
    title: str
    description: str
    language: str
    points: int
    undecided: int


@dataclass(frozen=True)
class LetterRow:
    """`senders` counts comments; `signers` people behind those on paper; never added up."""

    public_id: str
    text: str
    language: str
    senders: int
    signers: int
    hidden: int
    undecided: int
    found_at: datetime


def get_theme(session: Session, public_id: str) -> Theme:
    return get_themes(session, [public_id])[public_id]


def get_themes(session: Session, public_ids: Collection[str]) -> dict[str, Theme]:
    query = select(Theme).where(Theme.public_id.in_(public_ids))
    found = session.scalars(query.options(joinedload(Theme.round)))
    themes = {theme.public_id: theme for theme in found if not theme.is_removed}
    if len(themes) < len(set(public_ids)):
        raise NotFound
    return themes


def get_letter(session: Session, public_id: str) -> DuplicateGroup:
    found = session.scalars(
        select(DuplicateGroup)
        .where(DuplicateGroup.public_id == public_id)
        .options(joinedload(DuplicateGroup.round).options(OVERSEEN))
    )
    group = found.unique().one_or_none()
    if group is None:
        raise NotFound
    return group


def rows_of(
    session: Session,
    inside: ColumnElement[bool],
    *,
    waiting: bool = False,
    after: int = 0,
    limit: int = SHOWN,
) -> list[LotRow]:
    """Points that the department reads and `inside` holds for, in the order they came."""
    newest = select(func.max(Later.id)).where(Later.point_id == Point.id).scalar_subquery()
    is_tied = exists().where(Adoption.disposition_id == Disposition.id)
    query = (
        select(
            Point.public_id,
            Comment.public_id.label("comment_id"),
            Comment.section_key,
            Comment.display_name.label("name"),
            Comment.language,
            _words().label("text"),
            Comment.submitted_at,
            Disposition.outcome,
            and_(Disposition.outcome.in_(PROMISES), ~is_tied).label("is_open_promise"),
        )
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentVersion, words_of_point())
        .outerjoin(Disposition, Disposition.id == newest)
        .where(is_active(), inside)
        .order_by(Point.id)
        .offset(after)
        .limit(limit)
    )
    if waiting:
        query = query.where(Disposition.id.is_(None))
    return [LotRow(**row._mapping) for row in session.execute(query)]


def in_theme(theme: Theme) -> ColumnElement[bool]:
    return Point.id.in_(select(ThemePoint.point_id).where(ThemePoint.theme_id == theme.id))


def in_letter(group: DuplicateGroup) -> ColumnElement[bool]:
    return Point.id.in_(
        select(GroupPoint.point_id).where(
            GroupPoint.group_id == group.id, GroupPoint.left_at.is_(None)
        )
    )


def holds_words(round_: Round, words: str) -> ColumnElement[bool]:
    """Of a round, and with each of these words in the comment or its suggested wording."""
    found = (
        select(BoardRow.point_id)
        .join(
            CommentVersion,
            (CommentVersion.comment_id == BoardRow.comment_id)
            & (CommentVersion.number == BoardRow.version_number),
        )
        .where(
            BoardRow.round_id == round_.id,
            *(
                or_(
                    holds(CommentVersion.body, word),
                    holds(CommentVersion.suggested_wording, word),
                )
                for word in words.split()[:8]
            ),
        )
    )
    return Point.id.in_(found)


def counted_apart(session: Session, group: DuplicateGroup) -> tuple[int, int]:
    """People behind those of a letter that came on paper, not checked; and how many of its
    comments are hidden, such as those that the person named did not write."""
    signers, hidden = session.execute(
        select(func.coalesce(func.sum(Comment.said_by), 0), func.count(Comment.hidden_at))
        .join(Point, Point.comment_id == Comment.id)
        .where(in_letter(group), is_active())
    ).one()
    return int(signers or 0), int(hidden)


def _words() -> ColumnElement[Any]:
    """The passage of a part, the whole wording else."""
    return case(
        (Point.start.is_(None), CommentVersion.body),
        else_=func.substr(CommentVersion.body, Point.start + 1, Point.end - Point.start),
    )


def themes_of(session: Session, round_: Round) -> list[ThemeRow]:
    """The subjects of a round in use, the largest first."""
    points = func.count(Point.id)
    rows = session.execute(
        select(
            Theme.public_id,
            Theme.title,
            Theme.description,
            Theme.language,
            points.label("points"),
            func.coalesce(func.sum(case((and_(Point.id.is_not(None), ~is_answered()), 1))), 0),
        )
        .select_from(Theme)
        .outerjoin(ThemePoint, ThemePoint.theme_id == Theme.id)
        .outerjoin(Point, and_(Point.id == ThemePoint.point_id, Point.comment.has(), _stands()))
        .where(Theme.round_id == round_.id, Theme.ended_at.is_(None))
        .group_by(Theme.id)
        .order_by(points.desc(), Theme.title)
    )
    return [ThemeRow(*row) for row in rows]


def _stands() -> ColumnElement[bool]:
    """`is_active` where the comment is not joined."""
    return Point.id.in_(
        select(Point.id).join(Comment, Comment.id == Point.comment_id).where(is_active())
    )


def themes_of_point(session: Session, point: Point) -> list[Theme]:
    return list(
        session.scalars(
            select(Theme)
            .join(ThemePoint, ThemePoint.theme_id == Theme.id)
            .where(ThemePoint.point_id == point.id, Theme.ended_at.is_(None))
            .order_by(Theme.title)
        )
    )


def themes_of_points(session: Session, points: Sequence[Point]) -> dict[int, list[str]]:
    """Public ids of the subjects of each, in one statement."""
    found: dict[int, list[str]] = {point.id: [] for point in points}
    rows = session.execute(
        select(ThemePoint.point_id, Theme.public_id)
        .join(Theme, Theme.id == ThemePoint.theme_id)
        .where(ThemePoint.point_id.in_(found), Theme.ended_at.is_(None))
        .order_by(Theme.title)
    )
    for point_id, theme_id in rows:
        found[point_id].append(theme_id)
    return found


def letter_of_point(session: Session, point: Point) -> DuplicateGroup | None:
    return session.scalars(
        select(DuplicateGroup)
        .join(GroupPoint, GroupPoint.group_id == DuplicateGroup.id)
        .where(GroupPoint.point_id == point.id, GroupPoint.left_at.is_(None))
    ).first()


def letters_of(session: Session, round_: Round) -> list[LetterRow]:
    """The letters of a round that at least two comments are now, the largest first."""
    lead, wording = alias_of_lead()
    senders = func.count(Comment.id)
    rows = session.execute(
        select(
            DuplicateGroup.public_id,
            func.min(wording.body).label("text"),
            func.min(lead.language).label("language"),
            senders.label("senders"),
            func.coalesce(func.sum(Comment.said_by), 0).label("signers"),
            func.count(Comment.hidden_at).label("hidden"),
            func.coalesce(func.sum(case((~is_answered(), 1), else_=0)), 0).label("undecided"),
            DuplicateGroup.found_at,
        )
        .select_from(DuplicateGroup)
        .join(GroupPoint, GroupPoint.group_id == DuplicateGroup.id)
        .join(Point, Point.id == GroupPoint.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(_LeadPoint, _LeadPoint.id == DuplicateGroup.lead_id)
        .join(lead, lead.id == _LeadPoint.comment_id)
        .join(
            wording,
            and_(wording.comment_id == lead.id, wording.number == lead.version_number),
        )
        .where(DuplicateGroup.round_id == round_.id, GroupPoint.left_at.is_(None), is_active())
        .group_by(DuplicateGroup.id, DuplicateGroup.public_id, DuplicateGroup.found_at)
        .having(senders > 1)
        .order_by(senders.desc(), DuplicateGroup.id)
    )
    return [LetterRow(**row._mapping) for row in rows]


_LeadPoint = alias(Point)
_LeadComment = alias(Comment)
_LeadWording = alias(CommentVersion)


def alias_of_lead() -> tuple[type[Comment], type[CommentVersion]]:
    return _LeadComment, _LeadWording


def lead_text(session: Session, group: DuplicateGroup) -> tuple[str, str]:
    """The wording that most senders have, and its language; of one who is still in it."""
    row = session.execute(
        select(CommentVersion.body, Comment.language)
        .select_from(GroupPoint)
        .join(Point, Point.id == GroupPoint.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentVersion, words_of_point())
        .where(GroupPoint.group_id == group.id, GroupPoint.left_at.is_(None), is_active())
        .order_by(Point.id != group.lead_id, Point.id)
        .limit(1)
    ).first()
    return (row.body, row.language) if row else ("", "en")


@dataclass(frozen=True)
class SubjectAnswered:
    """A subject as everybody reads it, once an answer was published by it."""

    public_id: str
    title: str
    description: str
    language: str
    comments: int


def public_subjects(session: Session, round_id: int) -> list[SubjectAnswered]:
    """Those by which a public answer was given, also if they are part of another one now."""
    number = func.count(func.distinct(Comment.id))
    rows = session.execute(
        _given(
            Theme.public_id,
            Theme.title,
            Theme.description,
            Theme.language,
            number.label("comments"),
        )
        .where(Theme.round_id == round_id, counted())
        .group_by(Theme.id)
        .order_by(number.desc(), Theme.title)
    )
    return [SubjectAnswered(**row._mapping) for row in rows]


def _given(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Theme)
        .join(ThemeAnswer, ThemeAnswer.theme_id == Theme.id)
        .join(Disposition, Disposition.id == ThemeAnswer.disposition_id)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Disposition.published_at.is_not(None), is_active())
    )


def answers_by_subject(session: Session, theme: Theme) -> Sequence[Disposition]:
    """The public answers that were given by a subject, in the order they were given."""
    query = _given(Disposition).where(Theme.id == theme.id).order_by(Disposition.id)
    return session.scalars(query).all()


def comments_by_subject(
    session: Session, theme: Theme, *, after: int, limit: int
) -> list[LotRow]:
    """Comments with a public answer by this subject, as the public reads them."""
    rows = session.execute(
        _given(
            Point.public_id,
            Comment.public_id.label("comment_id"),
            Comment.section_key,
            Comment.display_name.label("name"),
            Comment.language,
            _words().label("text"),
            Comment.submitted_at,
            Disposition.outcome,
        )
        .join(CommentVersion, words_of_point())
        .where(Theme.id == theme.id, text_is_public())
        .order_by(Point.id)
        .offset(after)
        .limit(limit)
    )
    return [LotRow(**row._mapping) for row in rows]


def letters_counted(session: Session, round_id: int) -> list[int]:
    """How many comments are each letter that got a public answer, the largest first."""
    number = func.count(func.distinct(Comment.id))
    rows = session.scalars(
        select(number)
        .select_from(GroupAnswer)
        .join(DuplicateGroup, DuplicateGroup.id == GroupAnswer.group_id)
        .join(Disposition, Disposition.id == GroupAnswer.disposition_id)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            DuplicateGroup.round_id == round_id,
            Disposition.published_at.is_not(None),
            counted(),
        )
        .group_by(GroupAnswer.group_id)
        .order_by(number.desc())
    )
    return list(rows)
