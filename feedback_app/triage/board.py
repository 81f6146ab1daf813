"""The moderators' list: one row per point, filtered and counted, by keyset."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from feedback_app.comments.labels import KIND_LABELS
from feedback_app.comments.models import Comment, CommentKind, CommentVersion, Point
from feedback_app.core.errors import NotFound
from feedback_app.core.i18n import N_
from feedback_app.core.orm import alias
from feedback_app.core.paging import Page, read_cursor, write_cursor
from feedback_app.rounds.models import Round
from feedback_app.triage.models import PROMISES, Adoption, Disposition, Outcome
from feedback_app.triage.queries import is_active

SHOWN = 25
EXCERPT = 240
WHOLE = "whole"
NO_KIND = "none"


class State(enum.StrEnum):
    UNDECIDED = "undecided"
    LATE = "late"
    SIGNATURE = "signature"
    DECIDED = "decided"
    PROMISED = "promised"
    PUBLIC = "public"
    ALL = "all"


STATE_LABELS: dict[State, str] = {
    State.UNDECIDED: N_("No answer yet"),
    State.LATE: N_("Came late, answer optional"),
    State.SIGNATURE: N_("Second person needed"),
    State.DECIDED: N_("Answered, not public yet"),
    State.PROMISED: N_("Promised, no words changed"),
    State.PUBLIC: N_("Answer is public"),
    State.ALL: N_("All"),
}


class Order(enum.StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    AGREED = "agreed"


ORDER_LABELS: dict[Order, str] = {
    Order.NEWEST: N_("Newest first"),
    Order.OLDEST: N_("Oldest first"),
    Order.AGREED: N_("Most agreed first"),
}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; an unknown value asks for nothing."""

    state: State = State.UNDECIDED
    section: str = ""
    kind: str = ""
    words: str = ""
    order: Order = Order.NEWEST

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        state, order = args.get("state", ""), args.get("order", "")
        kind = args.get("kind", "")
        kinds = {NO_KIND, *CommentKind}
        return cls(
            state=State(state) if state in set(State) else State.UNDECIDED,
            section=_clean(args.get("section", ""))[:8],
            kind=kind if kind in kinds else "",
            words=_clean(args.get("words", "")).strip()[:200],
            order=Order(order) if order in set(Order) else Order.NEWEST,
        )

    @property
    def in_address(self) -> dict[str, Any]:
        """The values that differ from an address without any."""
        default = Filters()
        given = {name: str(getattr(self, name)) for name in self.__dataclass_fields__}
        return {name: v for name, v in given.items() if v != str(getattr(default, name))}

    def but(self, **values: Any) -> Filters:
        return replace(self, **values)


def _clean(asked: str) -> str:
    """Without the one character that no database keeps in a text."""
    return asked.replace("\x00", "")


@dataclass(frozen=True)
class QueueRow:
    """One point in the list; its text is cut, everywhere else it is whole."""

    public_id: str
    comment_id: str
    section_key: str | None
    name: str | None
    kind: CommentKind | None
    language: str
    excerpt: str
    submitted_at: datetime
    endorsements: int
    is_late: bool
    is_part: bool
    outcome: Outcome | None
    waits_for_signature: bool
    is_public: bool
    has_words: bool

    @property
    def kind_label(self) -> str | None:
        return KIND_LABELS[self.kind] if self.kind else None

    @property
    def step(self) -> str:
        if self.outcome is None:
            return "received"
        return "in_redraft" if self.has_words else "decided"


@dataclass(frozen=True)
class Counts:
    """Points of a round by state, section and kind; `None` stands for none of them."""

    states: Mapping[State, int]
    sections: Mapping[str | None, int]
    kinds: Mapping[CommentKind | None, int]
    median_since: datetime | None

    @property
    def undecided(self) -> int:
        return self.states[State.UNDECIDED]


Later = alias(Disposition)
_newest = (
    select(func.max(Later.id))
    .where(Later.point_id == Point.id)
    .correlate(Point)
    .scalar_subquery()
)


def _points(round_id: int, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .outerjoin(Disposition, Disposition.id == _newest)
        .where(Comment.round_id == round_id, is_active())
    )


def _has_words() -> ColumnElement[bool]:
    return select(Adoption.id).where(Adoption.disposition_id == Disposition.id).exists()


def _must_be_answered() -> ColumnElement[bool]:
    """Neither late nor set aside as a suspected flood: those may be answered."""
    return Comment.is_late.is_(False) & Comment.set_aside_at.is_(None)


def _in_state(state: State) -> ColumnElement[bool]:
    unsigned = and_(
        Disposition.needs_second.is_(True),
        Disposition.confirmed_at.is_(None),
        Disposition.published_at.is_(None),
    )
    return {
        State.UNDECIDED: and_(Disposition.id.is_(None), _must_be_answered()),
        State.LATE: and_(Disposition.id.is_(None), Comment.is_late.is_(True)),
        State.SIGNATURE: unsigned,
        State.DECIDED: and_(Disposition.id.is_not(None), Disposition.published_at.is_(None)),
        State.PROMISED: and_(Disposition.outcome.in_(PROMISES), ~_has_words()),
        State.PUBLIC: Disposition.published_at.is_not(None),
        State.ALL: true(),
    }[state]


def board(
    session: Session,
    round_: Round,
    filters: Filters,
    *,
    after: str | None = None,
    limit: int = SHOWN,
) -> Page[QueueRow]:
    """One page of a round's points; the cursor names a point and tells no instant."""
    query = (
        _points(
            round_.id,
            Point.public_id,
            Comment.public_id.label("comment_id"),
            Comment.section_key,
            Comment.display_name.label("name"),
            Comment.kind,
            Comment.language,
            CommentVersion.body,
            Point.start,
            Point.end,
            Comment.submitted_at,
            Comment.endorsements_count.label("endorsements"),
            Comment.is_late,
            Disposition.outcome,
            and_(_in_state(State.SIGNATURE), Disposition.id.is_not(None)).label(
                "waits_for_signature"
            ),
            Disposition.published_at.is_not(None).label("is_public"),
            _has_words().label("has_words"),
        )
        .join(
            CommentVersion,
            and_(
                CommentVersion.comment_id == Comment.id,
                CommentVersion.number == Point.version_number,
            ),
        )
        .where(*_conditions(filters))
    )
    if after is not None:
        query = query.where(_beyond(session, round_, filters.order, after))
    rows = session.execute(query.order_by(*_ordering(filters.order)).limit(limit + 1)).all()
    cursor = write_cursor(rows[limit - 1].public_id) if len(rows) > limit else None
    return Page([_row(row) for row in rows[:limit]], cursor)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found = [_in_state(filters.state)]
    if filters.section == WHOLE:
        found.append(Comment.section_key.is_(None))
    elif filters.section:
        found.append(Comment.section_key == filters.section)
    if filters.kind == NO_KIND:
        found.append(Comment.kind.is_(None))
    elif filters.kind:
        found.append(Comment.kind == CommentKind(filters.kind))
    for word in filters.words.split()[:8]:
        found.append(
            or_(
                CommentVersion.body.icontains(word, autoescape=True),
                CommentVersion.suggested_wording.icontains(word, autoescape=True),
            )
        )
    return found


def _keys(order: Order) -> tuple[Any, Any]:
    first = Comment.endorsements_count if order is Order.AGREED else Comment.submitted_at
    return first, Point.id


def _ordering(order: Order) -> list[Any]:
    keys = _keys(order)
    return [key.asc() if order is Order.OLDEST else key.desc() for key in keys]


def _beyond(session: Session, round_: Round, order: Order, cursor: str) -> ColumnElement[bool]:
    (public_id,) = read_cursor(cursor, str)
    first, second = _keys(order)
    last = session.execute(
        select(first, second)
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Point.public_id == public_id, Comment.round_id == round_.id)
    ).one_or_none()
    if last is None:
        raise NotFound
    here = tuple_(first, second)
    there = tuple_(*last, types=[first.type, second.type])
    return here > there if order is Order.OLDEST else here < there


def _row(row: Any) -> QueueRow:
    values = dict(row._mapping)
    start, end = values.pop("start"), values.pop("end")
    body = values.pop("body")
    text = " ".join((body if start is None else body[start:end]).split())
    if len(text) > EXCERPT:
        text = text[: EXCERPT - 1].rsplit(" ", 1)[0] + "…"
    for name in ("waits_for_signature", "is_public", "has_words"):
        values[name] = bool(values[name])
    return QueueRow(**values, excerpt=text, is_part=start is not None)


def counts(session: Session, round_: Round) -> Counts:
    """Four fixed queries, whatever the filters."""
    wanted = [
        func.coalesce(func.sum(case((_in_state(state), 1), else_=0)), 0) for state in State
    ]
    states = dict(zip(State, session.execute(_points(round_.id, *wanted)).one(), strict=True))
    sections = session.execute(
        _points(round_.id, Comment.section_key, func.count()).group_by(Comment.section_key)
    )
    kinds = session.execute(
        _points(round_.id, Comment.kind, func.count()).group_by(Comment.kind)
    )
    median = session.scalar(
        _points(round_.id, Comment.submitted_at)
        .where(_in_state(State.UNDECIDED))
        .order_by(Comment.submitted_at)
        .offset(states[State.UNDECIDED] // 2)
        .limit(1)
    )
    return Counts(
        states,
        {key: number for key, number in sections},  # noqa: C416 - rows are not pairs to mypy
        {kind: number for kind, number in kinds},  # noqa: C416
        median,
    )


def undecided_by_round(session: Session, round_ids: list[int]) -> dict[int, tuple[int, int]]:
    """{round id: (points, points that are owed an answer)} for a list of rounds."""
    rows = session.execute(
        select(
            Comment.round_id,
            func.count(),
            func.sum(case((and_(_newest.is_(None), _must_be_answered()), 1), else_=0)),
        )
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Comment.round_id.in_(round_ids), is_active())
        .group_by(Comment.round_id)
    )
    return {round_id: (points, undecided) for round_id, points, undecided in rows}
