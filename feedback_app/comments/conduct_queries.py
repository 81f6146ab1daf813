"""Looking up what waits for the rules of conduct, and what was done by them."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from feedback_app.comments.conduct import ConductReason, Eyes, Measure
from feedback_app.comments.measure_models import Asked, ConductRequest, TakenMeasure
from feedback_app.comments.models import Comment, CommentVersion
from feedback_app.core.errors import NotFound
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor, OrganizationKind
from feedback_app.rounds.models import ConductPartner, Round

MOST = 100


@dataclass(frozen=True)
class Queue:
    """What waits in a round, each list oldest first."""

    held: Sequence[Comment]
    asked: Sequence[ConductRequest]
    second: Sequence[TakenMeasure]
    appeals: Sequence[TakenMeasure]
    working: Sequence[TakenMeasure]

    @property
    def waits(self) -> int:
        return len(self.held) + len(self.asked) + len(self.second) + len(self.appeals)


def eyes_of(viewer: Actor, round_: Round) -> Eyes:
    """By which column of the table somebody reads in this round; the narrower hat counts.

    Where a department asks itself, its board sees to conduct and reads in the host's place.
    """
    if viewer.in_organization(round_.department_id):
        return Eyes.DEPARTMENT
    if viewer.in_organization(round_.host_id):
        return Eyes.HOST
    if viewer.organizations(OrganizationKind.BOARD) & frozenset(round_.board_ids):
        return Eyes.HOST if round_.is_hosted_by_department else Eyes.DEPARTMENT
    return Eyes.PUBLIC


def queue(session: Session, round_: Round) -> Queue:
    """Three statements; at most a hundred of each kind at a time."""
    held = session.scalars(
        select(Comment)
        .where(Comment.round_id == round_.id, waits_to_be_read())
        .options(joinedload(Comment.versions).joinedload(CommentVersion.sealed))
        .order_by(Comment.submitted_at, Comment.id)
        .limit(MOST)
    )
    asked = session.scalars(
        select(ConductRequest)
        .join(ConductRequest.comment)
        .where(Comment.round_id == round_.id, ConductRequest.settled_at.is_(None), is_there())
        .options(
            contains_eager(ConductRequest.comment)
            .joinedload(Comment.versions)
            .joinedload(CommentVersion.sealed)
        )
        .order_by(ConductRequest.id)
        .limit(MOST)
    )
    standing = session.scalars(
        _measures(Comment.round_id == round_.id, is_there()).where(
            TakenMeasure.ended_at.is_(None)
        )
    )
    measures = standing.unique().all()
    return Queue(
        held=held.unique().all(),
        asked=asked.unique().all(),
        second=[m for m in measures if m.waits],
        appeals=[m for m in measures if m.appeal_waits],
        working=[m for m in measures if not m.waits and not m.appeal_waits],
    )


def is_there() -> ColumnElement[bool]:
    return Comment.withdrawn_at.is_(None) & Comment.erased_at.is_(None)


def waits_to_be_read() -> ColumnElement[bool]:
    """Held, and not yet before a second person who decides whether it is hidden."""
    proposed = exists().where(
        TakenMeasure.comment_id == Comment.id,
        TakenMeasure.kind != Measure.MASK,
        TakenMeasure.ended_at.is_(None),
    )
    return Comment.held_at.is_not(None) & is_there() & ~proposed


def _measures(*conditions: ColumnElement[bool]) -> Select[TakenMeasure]:
    return (
        select(TakenMeasure)
        .join(TakenMeasure.comment)
        .where(*conditions)
        .options(
            contains_eager(TakenMeasure.comment)
            .joinedload(Comment.versions)
            .joinedload(CommentVersion.sealed),
            joinedload(TakenMeasure.organization),
        )
        .order_by(TakenMeasure.id)
        .limit(MOST)
    )


def get_measure(session: Session, public_id: str) -> TakenMeasure:
    found = session.scalars(_measures(TakenMeasure.public_id == public_id)).unique().first()
    if found is None:
        raise NotFound
    return found


def requests_about(session: Session, comment: Comment) -> Sequence[ConductRequest]:
    """What still waits about one comment, oldest first."""
    return session.scalars(
        select(ConductRequest)
        .where(ConductRequest.comment_id == comment.id, ConductRequest.settled_at.is_(None))
        .order_by(ConductRequest.id)
        .limit(MOST)
    ).all()


def own_wishes(session: Session, comment: Comment) -> Sequence[ConductRequest]:
    """What its writer asked to have covered, newest first."""
    return session.scalars(
        select(ConductRequest)
        .where(ConductRequest.comment_id == comment.id, ConductRequest.asked == Asked.COVER)
        .order_by(ConductRequest.id.desc())
        .limit(5)
    ).all()


@dataclass(frozen=True)
class Moderation:
    """What anybody may know of a round's moderation."""

    acts: Sequence[TakenMeasure]
    numbers: Sequence[tuple[Measure, ConductReason, int, int, int]]
    """Kind, reason, how many work now, how many are only proposed, how many have ended."""
    reports: int
    """How many reports the host has not looked at yet."""


def moderation_of(session: Session, round_id: int) -> Moderation:
    """Counts by reason and every act; two queries."""
    of_round = Comment.round_id == round_id
    acts = session.scalars(
        select(TakenMeasure)
        .join(TakenMeasure.comment)
        .where(of_round)
        .order_by(TakenMeasure.id.desc())
        .limit(500)
    ).all()
    totals: dict[tuple[Measure, ConductReason], list[int]] = {}
    for act in acts:
        pair = totals.setdefault((act.kind, act.reason), [0, 0, 0])
        has_ended = act.ended_at is not None
        pair[0] += act.works
        pair[1] += not act.works and not has_ended
        pair[2] += has_ended
    reports = session.scalar(
        select(func.count())
        .select_from(ConductRequest)
        .join(ConductRequest.comment)
        .where(of_round, ConductRequest.settled_at.is_(None))
    )
    return Moderation(
        acts=acts,
        numbers=[(kind, why, n[0], n[1], n[2]) for (kind, why), n in sorted(totals.items())],
        reports=reports or 0,
    )


class Waits(enum.Enum):
    """For whom something waits in a round."""

    FIRST = "whoever sees to conduct"
    SECOND = "the second person"
    BOARD = "the board"


def waiting_by_round(session: Session) -> dict[int, Counter[tuple[Waits, int | None]]]:
    """How much waits for whose look, for every round in which anything does.

    Beside a second person's: the organization that proposed it, whose people cannot be it.
    """
    waiting: dict[int, Counter[tuple[Waits, int | None]]] = {}
    for row in session.execute(union_all(*_waiting())):
        waiting.setdefault(row.round_id, Counter())[Waits(row.whose), row.side] += row.number
    return waiting


def waiting_in(session: Session, round_id: int) -> int:
    """How much waits in one round, for anybody's look."""
    every = union_all(*_waiting(Comment.round_id == round_id)).subquery()
    return session.scalar(select(func.coalesce(func.sum(every.c.number), 0))) or 0


def _waiting(*conditions: ColumnElement[bool]) -> list[Select[Any]]:
    """Rows of (round, for whose look, proposed by which organization, how many)."""
    asks_board = TakenMeasure.appealed_at.is_not(None) & (
        TakenMeasure.appeal_decided_at.is_(None)
    )

    def number(whose: Waits, side: Any, *by: Any) -> Select[Any]:
        return (
            select(
                Comment.round_id,
                literal(whose.value, String).label("whose"),
                side.label("side"),
                func.count().label("number"),
            )
            .where(*conditions)
            .group_by(Comment.round_id, *by)
        )

    def measures(whose: Waits) -> Select[Any]:
        side = TakenMeasure.organization_id
        return (
            number(whose, side, side)
            .join(TakenMeasure, TakenMeasure.comment_id == Comment.id)
            .where(TakenMeasure.ended_at.is_(None), is_there())
        )

    nobody = cast(null(), Integer)
    return [
        number(Waits.FIRST, nobody).where(waits_to_be_read()),
        number(Waits.FIRST, nobody)
        .join(ConductRequest, ConductRequest.comment_id == Comment.id)
        .where(ConductRequest.settled_at.is_(None), is_there()),
        measures(Waits.SECOND).where(
            TakenMeasure.confirmed_at.is_(None),
            TakenMeasure.reason != ConductReason.OWN_WISH,
        ),
        measures(Waits.BOARD).where(asks_board),
    ]


def rounds_with(session: Session, ids: Collection[int]) -> Sequence[Round]:
    """These rounds with all that says who sees to their conduct."""
    return session.scalars(
        select(Round)
        .where(Round.id.in_(ids))
        .options(
            selectinload(Round.texts),
            joinedload(Round.host),
            joinedload(Round.department).selectinload(Organization.boards),
        )
    ).all()


def asked_to_be_second(session: Session, viewer: Actor) -> Sequence[Round]:
    """Rounds whose host has asked one of the viewer's organizations, which has not answered."""
    return session.scalars(
        select(Round)
        .join(Round.partner)
        .where(
            ConductPartner.organization_id.in_(viewer.runs_for),
            ConductPartner.agreed_at.is_(None),
            Round.report_published_at.is_(None),
        )
        .options(joinedload(Round.host), selectinload(Round.texts))
        .order_by(Round.opens_at)
    ).all()
