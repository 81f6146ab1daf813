"""Looking up comment periods: one for an act, its questions, where versions stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.database import Reading
from feedback_app.core.errors import NotFound
from feedback_app.core.orm import alias
from feedback_app.core.prepared import Prepared
from feedback_app.curricula.models import Curriculum, Revision, RevisionState
from feedback_app.log.models import TreeHead
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor, OrganizationKind
from feedback_app.rounds.listings import (
    RoundRow,
    all_rounds,
    answered_rounds,
    get_round_row,
    open_rounds,
    rounds_due,
    rounds_of,
    shows_to_all,
)
from feedback_app.rounds.models import (
    ConductPartner,
    Extension,
    Participation,
    Question,
    QuestionKind,
    QuestionText,
    Round,
    RoundState,
    Showing,
    WhoMayComment,
    round_state,
)
from feedback_app.rounds.standings import RevisionDates, Standing, standing_of
from feedback_app.rounds.terms import Terms
from feedback_app.rounds.zones import local_day

__all__ = [
    "PageStamp",
    "QuestionRow",
    "RoundRow",
    "all_rounds",
    "answered_rounds",
    "extensions_of",
    "find_participation",
    "find_round",
    "get_plannable",
    "get_question",
    "get_round",
    "get_round_row",
    "has_open_round",
    "open_revisions",
    "open_rounds",
    "page_stamp",
    "plannable_revisions",
    "questions_of",
    "rounds_called",
    "rounds_due",
    "rounds_of",
    "standings_of",
]


OVERSEEN = joinedload(Round.department).joinedload(Organization.boards)
"""Read with a round where policy will ask which boards see it."""


def get_round(
    session: Session,
    slug: str,
    *,
    viewer: Actor,
    for_update: Literal["share", "update"] | None = None,
) -> Round:
    """One round to act on; a plan that its host has not signed is there for its makers alone.

    `share` is for whoever posts into it: many hold it at once, and it makes a closing wait for
    them and them for a closing. It is FOR KEY SHARE, because posters also raise the round's
    counter, which two holders of FOR SHARE could not do without a deadlock. `update` is for
    closing and moving the closing. SQLite has its writer queue instead.
    """
    query = select(Round).where(Round.slug == slug)
    if for_update == "share":
        query = query.with_for_update(read=True, key_share=True, of=Round)
    elif for_update == "update":
        query = query.with_for_update(of=Round)
    else:  # policy asks for these
        query = query.options(OVERSEEN, joinedload(Round.partner))
    found = session.scalars(query.execution_options(populate_existing=True))
    round_ = found.unique().one_or_none()
    if round_ is None:
        raise NotFound
    if not round_.is_public:
        policy.require(viewer, policy.Permission.READ_PLANNED_ROUND, round_)
    return round_


@dataclass(frozen=True)
class PageStamp:
    """What a round's page depends on; two equal stamps are the same page for every reader.

    Each change of what a page shows writes one log entry, so that the length of the log stands
    for all of them, at the price of drawing anew after an act elsewhere.
    """

    round_id: int
    version: int
    state: RoundState
    log_size: int
    on: date
    is_shown_to_all: bool = True


_rounds = Round.__table__.c
_STAMP = Prepared(
    select(
        _rounds.id,
        _rounds.version,
        _rounds.host_id,
        _rounds.department_id,
        select(ConductPartner.organization_id)
        .where(ConductPartner.round_id == _rounds.id)
        .correlate(Round.__table__)
        .scalar_subquery()
        .label("partner_id"),
        _rounds.host_signed_at,
        _rounds.opens_at,
        _rounds.closes_at,
        _rounds.report_published_at,
        _rounds.participation,
        _rounds.showing,
        _rounds.texts_stay_inside,
        select(TreeHead.__table__.c.size).scalar_subquery().label("log_size"),
    ).where(_rounds.slug == bindparam("slug"))
)


def page_stamp(session: Reading, slug: str, *, viewer: Actor) -> PageStamp:
    """The cheapest question that tells whether a page kept in memory still holds."""
    at = clock.now()
    row = _STAMP.first(session, slug=slug)
    if row is None:
        raise NotFound
    if row.host_signed_at is None:
        policy.require(viewer, policy.Permission.READ_PLANNED_ROUND, row)
    state = round_state(
        signed=row.host_signed_at is not None,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        report_published_at=row.report_published_at,
        at=at,
    )
    shown = _Shown(row.participation, row.showing, row.texts_stay_inside, state)
    return PageStamp(
        row.id, row.version, state, row.log_size or 0, at.date(), shows_to_all(shown)
    )


class _Shown(NamedTuple):
    participation: WhoMayComment
    showing: Showing
    texts_stay_inside: bool
    state: RoundState


def find_round(session: Session, slug: str) -> Round | None:
    """Of any state; what may be seen of a plan is checked by whoever asks."""
    return session.scalars(select(Round).where(Round.slug == slug)).first()


def rounds_called(session: Session, slugs: Collection[str]) -> list[Round]:
    return list(session.scalars(select(Round).where(Round.slug.in_(slugs))))


def get_question(session: Session, round_: Round | Terms, public_id: str) -> Question:
    found = session.scalars(
        select(Question).where(Question.public_id == public_id, Question.round_id == round_.id)
    )
    question = found.unique().one_or_none()
    if question is None:
        raise NotFound
    return question


def find_participation(
    session: Session, round_id: int, *, account_id: int | None, code_hash: str | None
) -> Participation | None:
    query = select(Participation).where(Participation.round_id == round_id)
    if account_id is not None:
        query = query.where(Participation.account_id == account_id)
    elif code_hash is not None:
        query = query.where(Participation.code_hash == code_hash)
    else:
        return None
    return session.scalars(query).first()


@dataclass(frozen=True)
class QuestionRow:
    public_id: str
    section_key: str | None
    prompt: str
    summary: str
    language: str
    kind: QuestionKind = QuestionKind.OPEN
    options: Sequence[str] = ()


Own, First = alias(QuestionText), alias(QuestionText)


def questions_of(session: Session, round_id: int, *, locale: str) -> Sequence[QuestionRow]:
    """A round's questions in the reader's language, else in the round's first."""
    rows = session.execute(
        select(
            Question.public_id,
            Question.section_key,
            func.coalesce(Own.prompt, First.prompt, "").label("prompt"),
            func.coalesce(Own.summary, First.summary, "").label("summary"),
            func.coalesce(Own.language, First.language, Round.language).label("language"),
            Question.kind,
            Own.options.label("own_options"),
            First.options.label("first_options"),
        )
        .join(Round, Round.id == Question.round_id)
        .join(Own, and_(Own.question_id == Question.id, Own.language == locale), isouter=True)
        .join(
            First,
            and_(First.question_id == Question.id, First.language == Round.language),
            isouter=True,
        )
        .where(Question.round_id == round_id)
        .order_by(Question.position)
    )
    found = []
    for row in rows:
        values = row._asdict()
        own_options, first_options = values.pop("own_options"), values.pop("first_options")
        found.append(QuestionRow(**values, options=tuple(own_options or first_options or ())))
    return found


@dataclass(frozen=True)
class ExtensionRow:
    """A closing that was moved: by whom, from when to when, why."""

    closes_at_before: datetime
    closes_at: datetime
    reason: str
    organization: str
    recorded_at: datetime

    @property
    def is_later(self) -> bool:
        return self.closes_at > self.closes_at_before


@cache
def _extensions() -> Prepared:
    return Prepared(
        select(
            Extension.closes_at_before,
            Extension.closes_at,
            Extension.reason,
            Organization.name.label("organization"),
            Extension.recorded_at,
        )
        .join(Organization, Organization.id == Extension.organization_id)
        .where(Extension.round_id == bindparam("round_id"))
        .order_by(Extension.recorded_at, Extension.id)
    )


def extensions_of(session: Reading, round_id: int) -> Sequence[ExtensionRow]:
    rows = _extensions().rows(session, round_id=round_id)
    return [ExtensionRow(*row) for row in rows]


def has_open_round(session: Session, revision_id: int) -> bool:
    """Whether people can comment on this revision at this moment."""
    return bool(open_revisions(session, Round.revision_id == revision_id))


def open_revisions(session: Session, *which: Any) -> frozenset[int]:
    return frozenset(session.scalars(select(Round.revision_id).where(*which, *_is_open())))


def _is_open() -> tuple[ColumnElement[bool], ...]:
    at = clock.now()
    return (
        Round.host_signed_at.is_not(None),
        Round.opens_at <= at,
        Round.closes_at >= at,
        or_(Round.report_published_at.is_(None), Round.report_published_at > at),
    )


@dataclass(frozen=True)
class StandingRow:
    """A revision's standing with the day and the authority that its sentence may name."""

    standing: Standing
    day: date | None
    authority: str


def standings_of(session: Session, curriculum: Curriculum) -> dict[int, StandingRow]:
    """{revision id: standing} of every revision of a course."""
    rows = session.execute(
        select(
            Revision.id,
            Revision.number,
            Revision.state,
            Revision.in_force_on,
            func.coalesce(Revision.in_force_note, "").label("authority"),
            exists().where(Round.revision_id == Revision.id, *_is_open()).label("is_open"),
        ).where(Revision.curriculum_id == curriculum.id)
    ).all()
    revisions = [RevisionDates(*row[:-1]) for row in rows]
    today = local_day(clock.now(), curriculum.department.time_zone)
    open_ = {row.id for row in rows if row.is_open}
    return {
        revision.id: StandingRow(
            standing_of(revision, revisions, today=today, has_open_round=revision.id in open_),
            revision.in_force_on,
            revision.authority,
        )
        for revision in revisions
    }


@dataclass(frozen=True)
class PlannableRow:
    """A version on which a round can be planned."""

    public_id: str
    number: int
    title: str
    department: str


def plannable_revisions(session: Session) -> Sequence[PlannableRow]:
    """The newest published version of every course."""
    newest = (
        select(Revision.curriculum_id, func.max(Revision.number).label("number"))
        .where(Revision.state == RevisionState.PUBLISHED)
        .group_by(Revision.curriculum_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Revision.public_id,
            Revision.number,
            Curriculum.title,
            Organization.name.label("department"),
        )
        .join(
            newest,
            and_(
                newest.c.curriculum_id == Revision.curriculum_id,
                newest.c.number == Revision.number,
            ),
        )
        .join(Curriculum, Curriculum.id == Revision.curriculum_id)
        .join(Organization, Organization.id == Curriculum.department_id)
        .where(Organization.kind == OrganizationKind.DEPARTMENT)
        .order_by(Organization.name, Curriculum.title)
    )
    return [PlannableRow(**row._asdict()) for row in rows]


def get_plannable(session: Session, public_id: str) -> Revision:
    revision = session.scalars(
        select(Revision).where(
            Revision.public_id == public_id, Revision.state == RevisionState.PUBLISHED
        )
    ).first()
    if revision is None:
        raise NotFound
    return revision
