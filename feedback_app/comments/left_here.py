"""What somebody left on this site besides comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, func, or_, select, union_all
from sqlalchemy.orm import Session

from feedback_app.comments.conduct import ConductReason
from feedback_app.comments.holders import Holder, is_held_by
from feedback_app.comments.measure_models import Asked, ConductRequest, Settled
from feedback_app.comments.models import Comment
from feedback_app.comments.spoken_models import SpokenComment
from feedback_app.core.orm import UTCDateTime, alias
from feedback_app.core.unions import part
from feedback_app.notifications.bounces import undeliverable_among
from feedback_app.rounds.models import Participation, Round, RoundText

MOST = 50


@dataclass(frozen=True)
class Recording:
    """One that waits for its words, or that went before anybody had typed them."""

    public_id: str
    sent_at: datetime
    round_slug: str
    round_title: str
    zone: str
    waits: bool


@dataclass(frozen=True)
class Reported:
    """A comment that its reader reported, and what became of the report."""

    comment_id: str
    asked_at: datetime
    zone: str
    reason: ConductReason
    settled: Settled | None


@dataclass(frozen=True)
class Address:
    """That news go to an address, which is not shown; `comes_back`: nobody is there."""

    round_id: str
    round_slug: str
    round_title: str
    comes_back: bool


@dataclass(frozen=True)
class LeftHere:
    recordings: Sequence[Recording]
    reports: Sequence[Reported]
    addresses: Sequence[Address]


def left_by(session: Session, holder: Holder, *, locale: str) -> LeftHere:
    """Recordings oldest first, reports newest first, of the newest fifty."""
    rows = session.execute(
        union_all(_recordings(holder, locale), _reports(holder), _addresses(holder, locale))
    )
    found: dict[str, list[Any]] = {"recording": [], "report": [], "address": []}
    for row in sorted(rows, key=lambda row: row.at):
        found[row.what].append(row)
    dead = undeliverable_among(session, [row.more for row in found["address"]])
    return LeftHere(
        [
            Recording(row.public_id, row.at, row.slug, row.title, row.zone, bool(row.more))
            for row in found["recording"]
        ],
        [
            Reported(
                row.public_id,
                row.at,
                row.zone,
                ConductReason(row.slug),
                Settled(row.more) if row.more else None,
            )
            for row in reversed(found["report"])
        ],
        [
            Address(row.public_id, row.slug, row.title, row.more in dead)
            for row in found["address"]
        ],
    )


_TYPES: dict[str, Any] = {
    "public_id": String,
    "at": UTCDateTime,
    "zone": String,
    "slug": String,
    "title": String,
    "more": String,
}
Own, First = alias(RoundText), alias(RoundText)


def _recordings(holder: Holder, locale: str) -> Select[Any]:
    return (
        part(
            _TYPES,
            "recording",
            public_id=SpokenComment.public_id,
            at=SpokenComment.sent_at,
            zone=Round.time_zone,
            slug=Round.slug,
            title=func.coalesce(Own.title, First.title, Round.slug),
            more=case((SpokenComment.waits, "waits"), else_=""),
        )
        .select_from(SpokenComment)
        .join(Participation, Participation.id == SpokenComment.participation_id)
        .join(Round, Round.id == SpokenComment.round_id)
        .outerjoin(Own, (Own.round_id == Round.id) & (Own.language == locale))
        .outerjoin(First, (First.round_id == Round.id) & (First.language == Round.language))
        .where(is_held_by(holder), or_(SpokenComment.waits, SpokenComment.is_lost))
    )


def _addresses(holder: Holder, locale: str) -> Select[Any]:
    return (
        part(
            _TYPES,
            "address",
            public_id=Round.public_id,
            at=Participation.joined_at,
            slug=Round.slug,
            title=func.coalesce(Own.title, First.title, Round.slug),
            more=Participation.notice_address,
        )
        .select_from(Participation)
        .join(Round, Round.id == Participation.round_id)
        .outerjoin(Own, (Own.round_id == Round.id) & (Own.language == locale))
        .outerjoin(First, (First.round_id == Round.id) & (First.language == Round.language))
        .where(is_held_by(holder), Participation.notice_address.is_not(None))
    )


def _reports(holder: Holder) -> Select[Any]:
    ways: list[ColumnElement[bool]] = [
        ConductRequest.participation_id.in_(select(Participation.id).where(is_held_by(holder)))
    ]
    if holder.account_id is not None:
        ways.append(ConductRequest.account_id == holder.account_id)
    newest = (
        select(ConductRequest.id)
        .where(ConductRequest.asked == Asked.LOOK, or_(*ways))
        .order_by(ConductRequest.id.desc())
        .limit(MOST)
        .subquery()
    )
    return (
        part(
            _TYPES,
            "report",
            public_id=Comment.public_id,
            at=ConductRequest.asked_at,
            zone=Round.time_zone,
            slug=ConductRequest.reason,
            more=ConductRequest.settled,
        )
        .select_from(ConductRequest)
        .join(newest, newest.c.id == ConductRequest.id)
        .join(Comment, Comment.id == ConductRequest.comment_id)
        .join(Round, Round.id == Comment.round_id)
    )
