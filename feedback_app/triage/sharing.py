"""How a department's work is shared: who has how much, and what was asked of the authors."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, and_, case, func, literal, select
from sqlalchemy.orm import Session

from feedback_app.accounts.models import Account
from feedback_app.comments.models import Comment, CommentVersion, Point, words_of_point
from feedback_app.core import clock
from feedback_app.core.orm import alias
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor, OrganizationKind, Permission, allows
from feedback_app.rounds.models import Round, RoundText
from feedback_app.triage.board_models import BoardCount, BoardRow, Stage
from feedback_app.triage.queries import is_active
from feedback_app.triage.surroundings import people_of
from feedback_app.triage.work_models import Assignment, InputRequest

SHOWN = 50


@dataclass(frozen=True)
class Office:
    """A department, as the table of permissions knows it."""

    department_id: int


@dataclass(frozen=True)
class Ways:
    """Where somebody of a department finds its work; `questions` are those that wait."""

    slug: str
    sees_load: bool
    questions: int | None


def offices_of(session: Session, viewer: Actor) -> list[Ways]:
    """One for each department that the reader works for."""
    here = {
        grant.organization_id: grant.organization_slug
        for grant in viewer.grants
        if grant.kind is OrganizationKind.DEPARTMENT
    }
    found = []
    for id_, slug in sorted(here.items(), key=lambda item: item[1]):
        asks = allows(viewer, Permission.PROPOSE_CAUSE, Office(id_))
        waiting = questions_counted(session, id_)[Asked.OPEN] if asks else None
        found.append(Ways(slug, allows(viewer, Permission.SEE_LOAD, Office(id_)), waiting))
    return found


@dataclass
class Part:
    """What somebody has to answer in one round."""

    round_id: int
    slug: str
    open: int
    title: str = ""


@dataclass
class Load:
    """What one person has that owes an answer; `public_id` is empty for nobody."""

    public_id: str
    name: str
    is_moderator: bool
    open: int = 0
    overdue: int = 0
    next_due_on: date | None = None
    parts: list[Part] = field(default_factory=list)


def loads_of(session: Session, department: Organization, locale: str) -> list[Load]:
    """Each moderator, also without anything; others who still have something; then nobody."""
    today = clock.now().astimezone(ZoneInfo(department.time_zone)).date()
    found = {
        p.id: Load(p.public_id, p.name, True)
        for p in people_of(session, department.id)
        if p.is_moderator
    }
    for row in session.execute(_held(department.id, today)):
        load = found.setdefault(row.id, Load(row.public_id, row.name, False))
        load.open += row.open
        load.overdue += int(row.overdue)
        days = [day for day in (load.next_due_on, row.next_due_on) if day is not None]
        load.next_due_on = min(days, default=None)
        load.parts.append(Part(row.round_id, row.slug, row.open))
    nobody = Load("", "", False)
    for row in session.execute(_nobodys(department.id)):
        nobody.open += int(row.open)
        nobody.parts.append(Part(row.round_id, row.slug, int(row.open)))
    loads = [*found.values(), nobody]
    titles = _titles(session, {part.round_id for load in loads for part in load.parts}, locale)
    for load in loads:
        for part in load.parts:
            part.title = titles.get(part.round_id, part.slug)
        load.parts.sort(key=lambda part: (-part.open, part.title))
    return loads


def _held(department_id: int, today: date) -> Any:
    late = Assignment.due_on < literal(today, Date)
    return (
        select(
            Account.id,
            Account.public_id,
            Account.name,
            Round.slug,
            Round.id.label("round_id"),
            func.count().label("open"),
            func.sum(case((late, 1), else_=0)).label("overdue"),
            func.min(case((~late, Assignment.due_on))).label("next_due_on"),
        )
        .select_from(Assignment)
        .join(BoardRow, BoardRow.point_id == Assignment.point_id)
        .join(Round, Round.id == BoardRow.round_id)
        .join(Account, Account.id == Assignment.assigned_to_id)
        .where(Round.department_id == department_id, BoardRow.stage == Stage.OPEN)
        .group_by(Account.id, Account.public_id, Account.name, Round.id, Round.slug)
    )


def _nobodys(department_id: int) -> Any:
    return (
        select(
            Round.slug,
            Round.id.label("round_id"),
            func.sum(BoardCount.open).label("open"),
        )
        .join(BoardCount, BoardCount.round_id == Round.id)
        .where(
            Round.department_id == department_id,
            BoardCount.facet == "assigned",
            BoardCount.value == "0",
        )
        .group_by(Round.id, Round.slug)
        .having(func.sum(BoardCount.open) > 0)
    )


def _titles(session: Session, round_ids: set[int], locale: str) -> dict[int, str]:
    """In the reader's language where the round speaks it."""
    rows = session.execute(
        select(RoundText.round_id, RoundText.language, RoundText.title).where(
            RoundText.round_id.in_(round_ids)
        )
    ).all()
    found = {row.round_id: row.title for row in rows}
    return found | {row.round_id: row.title for row in rows if row.language == locale}


class Asked(enum.StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"


_Replier = alias(Account, "replier")
_ASKED: dict[Asked, ColumnElement[bool]] = {
    Asked.OPEN: InputRequest.ended_at.is_(None),
    Asked.ANSWERED: and_(InputRequest.ended_at.is_not(None), InputRequest.reply != ""),
    Asked.TAKEN_BACK: and_(InputRequest.ended_at.is_not(None), InputRequest.reply == ""),
}


@dataclass(frozen=True)
class QuestionRow:
    """A question to the authors, the comment that it is about, and what they said to it."""

    public_id: str
    question: str
    asked_by: str
    asked_at: datetime
    reply: str
    replied_by: str | None
    ended_at: datetime | None
    point_id: str
    language: str
    text: str
    round_slug: str
    round_id: int
    time_zone: str
    is_decided: bool

    @property
    def days(self) -> int:
        """How long it waits, or waited."""
        return ((self.ended_at or clock.now()) - self.asked_at).days


def questions_of(
    session: Session, department_id: int, state: Asked, *, after: int = 0
) -> list[QuestionRow]:
    """Open ones by age, the oldest first; ended ones by their end, the newest first."""
    order = (
        (InputRequest.asked_at, InputRequest.id)
        if state is Asked.OPEN
        else (InputRequest.ended_at.desc(), InputRequest.id.desc())
    )
    rows = session.execute(
        _questions(
            InputRequest.public_id,
            InputRequest.question,
            Account.name,
            InputRequest.asked_at,
            InputRequest.reply,
            _Replier.name,
            InputRequest.ended_at,
            Point.public_id,
            Comment.language,
            func.substr(CommentVersion.body, func.coalesce(Point.start, 0) + 1, 200),
            Round.slug,
            Round.id,
            Round.time_zone,
            select(BoardRow.point_id)
            .where(
                BoardRow.point_id == Point.id,
                BoardRow.stage.in_([Stage.DECIDED, Stage.PUBLIC]),
            )
            .exists(),
        )
        .join(Account, Account.id == InputRequest.asked_by_id)
        .outerjoin(_Replier, _Replier.id == InputRequest.replied_by_id)
        .join(CommentVersion, words_of_point())
        .where(Round.department_id == department_id, _ASKED[state])
        .order_by(*order)
        .offset(after)
        .limit(SHOWN + 1)
    )
    return [QuestionRow(*row) for row in rows]


def questions_counted(session: Session, department_id: int) -> dict[Asked, int]:
    rows = session.execute(
        _questions(*[func.sum(case((one, 1), else_=0)) for one in _ASKED.values()]).where(
            Round.department_id == department_id
        )
    ).one()
    return {state: int(number or 0) for state, number in zip(_ASKED, rows, strict=True)}


def round_titles(session: Session, rows: Sequence[QuestionRow], locale: str) -> dict[int, str]:
    return _titles(session, {row.round_id for row in rows}, locale)


def _questions(*columns: Any) -> Any:
    """About comments that the department reads."""
    return (
        select(*columns)
        .select_from(InputRequest)
        .join(Point, Point.id == InputRequest.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .where(is_active())
    )
