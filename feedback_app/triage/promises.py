"""What became of answers that promise a change: open, in the new draft, published, taught."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, literal, null, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Anchor, Comment, CommentVersion, Point, words_of_point
from feedback_app.comments.sight import text_is_public, text_reaches_department
from feedback_app.core import clock
from feedback_app.core.i18n import N_
from feedback_app.core.orm import alias
from feedback_app.curricula.models import Change, Revision, RevisionState, Section
from feedback_app.log.models import LogEntry
from feedback_app.rounds.models import Round
from feedback_app.triage.models import PROMISES, Adoption, Disposition, Outcome

REDRAFT_DAYS = 180
"""A promise is due after so many days; so old a draft no longer counts as keeping one."""


class PromiseState(enum.StrEnum):
    DUE = "due"
    OVERDUE = "overdue"
    IN_THE_REDRAFT = "in_the_redraft"
    PUBLISHED = "published"
    TAUGHT_SINCE = "taught_since"

    @property
    def is_open(self) -> bool:
        return self in (PromiseState.DUE, PromiseState.OVERDUE)


PROMISE_LABELS = {
    PromiseState.DUE: N_("Promised, not yet done. Due %(day)s."),
    PromiseState.OVERDUE: N_("Promised, not yet done. It was due %(day)s."),
    PromiseState.IN_THE_REDRAFT: N_("In the new draft"),
    PromiseState.PUBLISHED: N_("Published in version %(number)s"),
    PromiseState.TAUGHT_SINCE: N_("Taught since %(day)s"),
}


@dataclass(frozen=True)
class Tie:
    """An adoption with what its state depends on; `taught_on` where its words are taught.

    `drawing` shows what became of its section, where the caller asked for it.
    """

    public_id: str
    revision_id: int
    number: int
    state: RevisionState
    started_at: datetime
    section_key: str
    start: int
    end: int
    exact: str
    hunk: int | None
    elsewhere_reason: str
    language: str = "en"
    taught_on: date | None = None
    drawing: Mapping[str, Any] | None = None

    @property
    def place(self) -> str:
        """Where the change stands on its page of changes."""
        return f"{self.section_key}-{self.hunk}" if self.hunk else self.section_key


@dataclass(frozen=True)
class Standing:
    """Where a promise stands, with the day or the version that its sentence names."""

    state: PromiseState
    day: date | None = None
    number: int | None = None
    age: int = 0


def standing_of(
    ties: Sequence[Tie],
    *,
    promised_at: datetime,
    due_on: date | None,
    renewed_at: datetime | None,
    at: datetime,
    zone: str,
) -> Standing:
    """The one rule by which a promise is open, kept in a draft, published or taught.

    A draft keeps it for 180 days; publishing over it in daylight (`renewed_at`) starts its age
    and its term anew, without ending it.
    """
    today = at.astimezone(ZoneInfo(zone)).date()
    taught = min((t.taught_on for t in ties if t.taught_on is not None), default=None)
    if taught is not None and taught <= today:
        return Standing(PromiseState.TAUGHT_SINCE, day=taught)
    published = [tie.number for tie in ties if tie.state is RevisionState.PUBLISHED]
    if published:
        return Standing(PromiseState.PUBLISHED, number=min(published))
    old = at - timedelta(days=REDRAFT_DAYS)
    if any(tie.state is RevisionState.DRAFT and tie.started_at > old for tie in ties):
        return Standing(PromiseState.IN_THE_REDRAFT)
    since = max(promised_at, renewed_at) if renewed_at else promised_at
    first = since.astimezone(ZoneInfo(zone)).date()
    due = due_on or first + timedelta(days=REDRAFT_DAYS)
    if renewed_at is not None and due <= first:
        due = first + timedelta(days=REDRAFT_DAYS)
    state = PromiseState.OVERDUE if due < today else PromiseState.DUE
    return Standing(state, day=due, age=(today - first).days)


@dataclass(frozen=True)
class Promise:
    """One promising answer that counts, with the comment that it was given to."""

    disposition_id: int
    public_id: str
    point_id: int
    comment_id: str
    comment_row: int
    round_slug: str
    round_id: int
    revision_number: int
    outcome: Outcome
    rationale: str
    section_key: str | None
    quote: str | None
    name: str | None
    body: str | None
    start: int | None
    end: int | None
    published_at: datetime | None
    decided_at: datetime
    due_on: date | None
    standing: Standing
    ties: Sequence[Tie] = field(default=())

    @property
    def passage(self) -> str:
        """The asking words alone, where the comment asks for several things.

        None of a comment that is hidden, where everybody reads.
        """
        words = self.body or ""
        return words if self.start is None else words[self.start : self.end]


def latest_answers(*, public_only: bool = False) -> Select[int, int]:
    """The answer that counts for each point: {point_id, disposition_id}.

    With `public_only` the last public one: a later one that is still to be published neither
    shows nor hides anything.
    """
    answers = select(
        Disposition.point_id, func.max(Disposition.id).label("disposition_id")
    ).group_by(Disposition.point_id)
    return answers.where(Disposition.published_at.is_not(None)) if public_only else answers


def promises_of(
    session: Session,
    curriculum_id: int,
    *,
    zone: str,
    public_only: bool,
    overrides: Sequence[Override] | None = None,
) -> list[Promise]:
    """Every promise of a course, of all its rounds, oldest first; a fixed number of queries.

    With `public_only` the last published answers count, and only words of published versions;
    that somebody works on it in a draft is told, the draft's words are not. `overrides` are
    those of the course, where the caller has looked them up already.
    """
    latest = latest_answers(public_only=public_only).subquery()
    is_read = text_is_public() if public_only else text_reaches_department()
    query = (
        select(
            Disposition.id.label("disposition_id"),
            Disposition.public_id,
            Disposition.point_id,
            Comment.public_id.label("comment_id"),
            Comment.id.label("comment_row"),
            Round.slug.label("round_slug"),
            Round.id.label("round_id"),
            Revision.number.label("revision_number"),
            Disposition.outcome,
            Disposition.rationale,
            Comment.section_key,
            case((is_read, Anchor.exact)).label("quote"),
            case((is_read, Comment.display_name)).label("name"),
            case((is_read, CommentVersion.body)).label("body"),
            Point.start,
            Point.end,
            Disposition.published_at,
            Disposition.decided_at,
            Disposition.due_on,
        )
        .join(latest, latest.c.disposition_id == Disposition.id)
        .join(Point, Point.id == Disposition.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentVersion, words_of_point())
        .join(Round, Round.id == Comment.round_id)
        .join(Revision, Revision.id == Comment.revision_id)
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .where(
            Revision.curriculum_id == curriculum_id,
            Disposition.outcome.in_(PROMISES),
            text_reaches_department(),
            Point.retired_at.is_(None),
        )
        .order_by(Disposition.id)
    )
    rows = session.execute(query).all()
    ties = ties_of(session, [row.disposition_id for row in rows], zones={curriculum_id: zone})
    if overrides is None and rows:
        overrides = overrides_of(session, curriculum_id)
    renewed = _renewed(overrides or ())
    at = clock.now()
    return [
        Promise(
            **row._mapping,
            ties=ties.get(row.disposition_id, ()),
            standing=standing_of(
                ties.get(row.disposition_id, ()),
                promised_at=row.published_at or row.decided_at,
                due_on=row.due_on,
                renewed_at=renewed,
                at=at,
                zone=zone,
            ),
        )
        for row in rows
    ]


Version, Taught, TaughtSection = alias(Revision), alias(Revision), alias(Section)


def ties_of(
    session: Session,
    disposition_ids: Sequence[int],
    *,
    zones: Mapping[int, str],
    with_drawings: bool = False,
) -> dict[int, list[Tie]]:
    """The words that keep each promise, in one query; those of a dropped draft keep none.

    Words that were published earlier are taught, too, if they stand in the version that is
    taught now. `zones` has the time zone of each course of these answers.
    """
    if not disposition_ids:
        return {}
    at = clock.now()
    today = {id_: at.astimezone(ZoneInfo(zone)).date() for id_, zone in zones.items()}
    now_taught = (
        select(Version.id)
        .where(
            Version.curriculum_id == Revision.curriculum_id,
            Version.in_force_on <= _day_there(today),
        )
        .order_by(Version.in_force_on.desc(), Version.number.desc())
        .limit(1)
        .correlate(Revision)
        .scalar_subquery()
    )
    drawing = Change.drawing if with_drawings else null()
    query = (
        select(
            Adoption.disposition_id,
            Adoption.public_id,
            Adoption.revision_id,
            Revision.number,
            Revision.state,
            Revision.started_at,
            Adoption.section_key,
            Adoption.start,
            Adoption.end,
            Adoption.exact,
            Adoption.hunk,
            Adoption.elsewhere_reason,
            Revision.language,
            Revision.curriculum_id,
            Revision.in_force_on,
            drawing.label("drawing"),
            Taught.number.label("taught_number"),
            Taught.in_force_on.label("taught_on"),
            TaughtSection.text.label("taught_text"),
        )
        .join(Revision, Revision.id == Adoption.revision_id)
        .outerjoin(Taught, Taught.id == now_taught)
        .outerjoin(
            TaughtSection,
            (TaughtSection.revision_id == Taught.id)
            & (TaughtSection.key == Adoption.section_key),
        )
        .where(
            Adoption.disposition_id.in_(disposition_ids),
            Revision.state != RevisionState.DROPPED,
        )
        .order_by(Revision.number, Adoption.id)
    )
    if with_drawings:
        query = query.outerjoin(
            Change,
            (Change.revision_id == Adoption.revision_id)
            & (Change.section_key == Adoption.section_key),
        )
    ties: dict[int, list[Tie]] = {}
    for row in session.execute(query):
        on = row.in_force_on
        if on is None or on > today[row.curriculum_id]:
            on = _taught_since(row)
        values = {name: value for name, value in row._mapping.items() if name in _TIE}
        ties.setdefault(row.disposition_id, []).append(Tie(**values | {"taught_on": on}))
    return ties


_TIE = frozenset(Tie.__dataclass_fields__)


def _day_there(today: Mapping[int, date]) -> ColumnElement[date]:
    """Today where the course of `Revision` is taught; the world has three days at most."""
    by_day: dict[date, list[int]] = {}
    for id_, day in today.items():
        by_day.setdefault(day, []).append(id_)
    last, *others = by_day
    there = [(Revision.curriculum_id.in_(by_day[day]), literal(day)) for day in others]
    return case(*there, else_=literal(last)) if there else literal(last)


def _taught_since(row: Any) -> date | None:
    if row.taught_number is None or row.taught_number < row.number:
        return None
    holds = row.exact in (row.taught_text or "") if row.exact else True
    return cast(date, row.taught_on) if holds else None


@dataclass(frozen=True)
class Override:
    """A version that was published over open comments, promises or changes, in daylight."""

    revision: str
    at: datetime
    facts: Mapping[str, Any]


def overrides_of(session: Session, curriculum_id: int) -> list[Override]:
    """Those of a course, from the public log."""
    rows = session.execute(
        select(LogEntry.subject, LogEntry.at, LogEntry.facts)
        .join(Revision, Revision.public_id == LogEntry.subject)
        .where(Revision.curriculum_id == curriculum_id, LogEntry.kind == "revision.overridden")
        .order_by(LogEntry.id)
    )
    return [Override(*row) for row in rows]


def excuse_in(overrides: Sequence[Override], revision: str, listed: str) -> str:
    """The public reason with which a version was published over such a list, if it was."""
    given = (o.facts for o in overrides if o.revision == revision)
    return next((str(facts["reason"]) for facts in given if facts.get(listed)), "")


Renewing = alias(Revision)


def renewed_at(curriculum_id: Any) -> ScalarSelect[datetime]:
    """When a version of a course was last published over promises not kept, if one was."""
    return (
        select(func.max(LogEntry.at))
        .join(Renewing, Renewing.public_id == LogEntry.subject)
        .where(
            Renewing.curriculum_id == curriculum_id,
            LogEntry.kind == "revision.overridden",
            LogEntry.facts["promises"].as_integer() > 0,
        )
        .scalar_subquery()
    )


def _renewed(overrides: Sequence[Override]) -> datetime | None:
    return max((o.at for o in overrides if o.facts.get("promises")), default=None)
