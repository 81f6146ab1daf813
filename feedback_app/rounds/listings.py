"""Comment periods as rows: for lists, cards and the head of their page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.database import Reading
from feedback_app.core.errors import NotFound
from feedback_app.core.orm import alias
from feedback_app.core.paging import Page, read_cursor, write_cursor
from feedback_app.core.prepared import Prepared
from feedback_app.curricula.models import Curriculum, Revision
from feedback_app.organizations.models import Organization, OversightSeat
from feedback_app.policy import Actor
from feedback_app.rounds.delay_models import Delay
from feedback_app.rounds.models import (
    Answering,
    Audience,
    Basis,
    ConductPartner,
    Holding,
    Promise,
    Round,
    RoundState,
    RoundText,
    Showing,
    WhoMayComment,
    round_state,
)

PAGE = 20


@dataclass(frozen=True)
class RoundRow:
    """A round as lists and cards show it, in the reader's language where it has one."""

    id: int
    public_id: str
    slug: str
    title: str
    why: str
    can_change: str
    language: str
    languages: Sequence[str]
    time_zone: str
    opens_at: datetime
    closes_at: datetime
    state: RoundState
    participation: WhoMayComment
    answering: Answering
    holding: Holding
    showing: Showing
    promise: Promise
    basis: Basis
    audience: Audience
    texts_stay_inside: bool
    answers_due_on: date | None
    answers_later_on: date | None
    short_reason: str
    is_public: bool
    is_independent: bool
    comments_count: int
    report_published_at: datetime | None
    help_name: str
    help_phone: str
    help_email: str
    version: int
    revision_id: int
    revision_number: int
    curriculum_id: int
    curriculum_slug: str
    curriculum_title: str
    minutes: int
    department_id: int
    department_slug: str
    department_name: str
    host_id: int
    host_slug: str
    host_name: str
    board_name: str | None
    partner_id: int | None
    partner_name: str | None
    is_second_agreed: bool
    complaint_url: str
    complaint_note: str

    @property
    def is_hosted_by_department(self) -> bool:
        return self.host_id == self.department_id

    @property
    def conduct_name(self) -> str:
        """Who sees to conduct: the host, or the board where the department asks itself."""
        return (self.board_name or "") if self.is_hosted_by_department else self.host_name

    @property
    def second_name(self) -> str | None:
        """Who decides as second: the partner that agreed, else the board."""
        return self.partner_name if self.is_second_agreed else self.board_name

    @property
    def is_open(self) -> bool:
        return self.state is RoundState.OPEN

    @property
    def is_shown_to_all(self) -> bool:
        """Whether everybody reads the same comments here, at this moment."""
        return shows_to_all(self)


class Shown(Protocol):
    """As much of a round as tells whether its comments are read by all."""

    @property
    def participation(self) -> WhoMayComment: ...
    @property
    def showing(self) -> Showing: ...
    @property
    def texts_stay_inside(self) -> bool: ...
    @property
    def state(self) -> Any: ...


def shows_to_all(round_: Shown) -> bool:
    """The rule of `comments.showing` as a quick answer for pages that are kept."""
    state = round_.state
    if round_.participation is WhoMayComment.INVITED and (
        state is not RoundState.ANSWERED or round_.texts_stay_inside
    ):
        return False
    return round_.showing is Showing.AT_ONCE or state in {
        RoundState.CLOSED,
        RoundState.ANSWERED,
    }


Department, Host, Board = alias(Organization), alias(Organization), alias(Organization)
Partner = alias(Organization)
Own, First = alias(RoundText), alias(RoundText)


@cache
def _rows(locale: str) -> Any:
    """The statement behind every row; making it costs more than running it, so it is kept."""
    board = (
        select(func.min(Board.name))
        .join(OversightSeat, OversightSeat.board_id == Board.id)
        .where(OversightSeat.department_id == Round.department_id)
        .correlate(Round)
        .scalar_subquery()
    )
    later = (
        select(func.max(Delay.later_on))
        .where(Delay.round_id == Round.id)
        .correlate(Round)
        .scalar_subquery()
    )
    return (
        select(
            *(Round.id, Round.public_id, Round.slug, Round.languages, Round.time_zone),
            *(Round.opens_at, Round.closes_at, Round.participation, Round.answering),
            *(Round.holding, Round.showing, Round.promise, Round.basis, Round.audience),
            Round.texts_stay_inside,
            *(Round.answers_due_on, later.label("answers_later_on")),
            *(Round.short_reason, Round.comments_count),
            *(Round.host_signed_at, Round.department_signed_at, Round.report_published_at),
            *(Round.help_name, Round.help_phone, Round.help_email, Round.version),
            *(Round.revision_id, Round.department_id, Round.host_id),
            ConductPartner.organization_id.label("partner_id"),
            ConductPartner.agreed_at.label("partner_agreed_at"),
            Partner.name.label("partner_name"),
            func.coalesce(Own.title, First.title, "").label("title"),
            func.coalesce(Own.why, First.why, "").label("why"),
            func.coalesce(Own.can_change, First.can_change, "").label("can_change"),
            func.coalesce(Own.language, Round.language).label("language"),
            Revision.number.label("revision_number"),
            Curriculum.id.label("curriculum_id"),
            Curriculum.slug.label("curriculum_slug"),
            Curriculum.title.label("curriculum_title"),
            Curriculum.minutes,
            Department.slug.label("department_slug"),
            Department.name.label("department_name"),
            Department.complaint_url,
            Department.complaint_note,
            Host.slug.label("host_slug"),
            Host.name.label("host_name"),
            board.label("board_name"),
        )
        .join(Revision, Revision.id == Round.revision_id)
        .join(Curriculum, Curriculum.id == Revision.curriculum_id)
        .join(Department, Department.id == Round.department_id)
        .join(Host, Host.id == Round.host_id)
        .join(ConductPartner, ConductPartner.round_id == Round.id, isouter=True)
        .join(Partner, Partner.id == ConductPartner.organization_id, isouter=True)
        .join(Own, and_(Own.round_id == Round.id, Own.language == locale), isouter=True)
        .join(
            First,
            and_(First.round_id == Round.id, First.language == Round.language),
            isouter=True,
        )
    )


def _row(row: Any, at: datetime) -> RoundRow:
    values = row._asdict()
    signed = values.pop("host_signed_at") is not None
    independent = values.pop("department_signed_at") is None
    agreed = values.pop("partner_agreed_at") is not None
    return RoundRow(
        **values,
        is_second_agreed=agreed,
        is_public=signed,
        is_independent=independent,
        state=round_state(
            signed=signed,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            report_published_at=row.report_published_at,
            at=at,
        ),
    )


def seen_by(viewer: Actor) -> Any:
    """The rounds a viewer may know of: signed ones, and plans of one's own organizations."""
    if viewer.is_system:
        return Round.id.is_not(None)
    hosts = viewer.with_role(policy.Role.HOST, policy.Role.MANAGER)
    departments = viewer.with_role(policy.Role.MODERATOR, policy.Role.MANAGER)
    return or_(
        Round.host_signed_at.is_not(None),
        Round.host_id.in_(hosts),
        Round.department_id.in_(departments),
    )


def get_round_row(session: Reading, slug: str, *, viewer: Actor, locale: str) -> RoundRow:
    """One round with everything its page's head shows, in one query."""
    row = _one(locale).first(session, slug=slug)
    if row is None:
        raise NotFound
    if row.host_signed_at is None:
        policy.require(viewer, policy.Permission.READ_PLANNED_ROUND, row)
    return _row(row, clock.now())


@cache
def _one(locale: str) -> Prepared:
    return Prepared(_rows(locale).where(Round.slug == bindparam("slug")))


def open_rounds(session: Session, *, locale: str, limit: int = 50) -> Sequence[RoundRow]:
    """What can be commented on now, the one that closes first on top."""
    at = clock.now()
    rows = session.execute(
        _rows(locale)
        .where(
            Round.host_signed_at.is_not(None),
            Round.opens_at <= at,
            Round.closes_at >= at,
            or_(Round.report_published_at.is_(None), Round.report_published_at > at),
        )
        .order_by(Round.closes_at, Round.id)
        .limit(limit)
    )
    return [_row(row, at) for row in rows]


def answered_rounds(session: Session, *, locale: str, limit: int = 3) -> Sequence[RoundRow]:
    """The rounds whose answers were published last."""
    at = clock.now()
    rows = session.execute(
        _rows(locale)
        .where(Round.host_signed_at.is_not(None), Round.report_published_at <= at)
        .order_by(Round.report_published_at.desc(), Round.id.desc())
        .limit(limit)
    )
    return [_row(row, at) for row in rows]


def rounds_of(
    session: Session,
    *,
    viewer: Actor,
    locale: str,
    curriculum_id: int | None = None,
    revision_id: int | None = None,
    host_ids: frozenset[int] | None = None,
    department_ids: frozenset[int] | None = None,
) -> Sequence[RoundRow]:
    """The rounds of a course, a version, hosts or departments, the newest first."""
    at = clock.now()
    query = _rows(locale).where(seen_by(viewer))
    if curriculum_id is not None:
        query = query.where(Revision.curriculum_id == curriculum_id)
    if revision_id is not None:
        query = query.where(Round.revision_id == revision_id)
    if host_ids is not None:
        query = query.where(Round.host_id.in_(host_ids))
    if department_ids is not None:
        query = query.where(Round.department_id.in_(department_ids))
    rows = session.execute(query.order_by(Round.closes_at.desc(), Round.id.desc()))
    return [_row(row, at) for row in rows]


def all_rounds(
    session: Session, *, locale: str, cursor: str | None = None, limit: int = PAGE
) -> Page[RoundRow]:
    """Every signed round, the last to close first."""
    at = clock.now()
    query = _rows(locale).where(Round.host_signed_at.is_not(None))
    if cursor:
        slug = str(read_cursor(cursor, str)[0])
        after = (
            select(Round.closes_at, Round.id)
            .where(Round.slug == slug, Round.host_signed_at.is_not(None))
            .subquery()
        )
        query = query.join(
            after,
            or_(
                Round.closes_at < after.c.closes_at,
                and_(Round.closes_at == after.c.closes_at, Round.id < after.c.id),
            ),
        )
    query = query.order_by(Round.closes_at.desc(), Round.id.desc()).limit(limit + 1)
    rows = [_row(row, at) for row in session.execute(query)]
    more = write_cursor(rows[limit - 1].slug) if len(rows) > limit else None
    return Page(rows[:limit], more)


def rounds_due(session: Session, *, at: datetime) -> Sequence[RoundRow]:
    """Signed rounds that have closed without answers yet, the oldest promise first."""
    rows = session.execute(
        _rows("en")
        .where(
            Round.host_signed_at.is_not(None),
            Round.closes_at < at,
            Round.report_published_at.is_(None),
        )
        .order_by(Round.answers_due_on, Round.id)
    )
    return [_row(row, at) for row in rows]
