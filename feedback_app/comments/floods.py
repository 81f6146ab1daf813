"""Setting comments aside as a suspected flood: proposed by one, signed by another outside."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments import moments, rules
from feedback_app.comments.flood_models import FloodComment, SuspectedFlood
from feedback_app.comments.holders import Holder, holds
from feedback_app.comments.models import Channel, Comment, CommentVersion
from feedback_app.comments.projection import count
from feedback_app.comments.rises import HOUR
from feedback_app.comments.sight import counted
from feedback_app.comments.telling import tell_of_flood, tell_of_flood_claim
from feedback_app.core.errors import NotFound
from feedback_app.log.services import append
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.models import Round

FEWEST = 20
"""Fewer are no flood: nobody sets single comments aside by this."""
SAMPLE = 10


def alike(
    session: Session, round_: Round, *, words: str = "", hour: datetime | None = None
) -> Sequence[Any]:
    """Ids of comments from the web that hold these words or came in this hour.

    Only what everybody reads and what is counted: nothing held, hidden or late.
    """
    conditions: list[ColumnElement[bool]] = []
    if words.strip():
        conditions.append(CommentVersion.body.icontains(words.strip(), autoescape=True))
    if hour is not None:
        conditions += [Comment.submitted_at >= hour, Comment.submitted_at < hour + HOUR]
    if not conditions:
        raise rules.SayHowAlike
    return session.execute(
        select(Comment.id, Comment.public_id)
        .join(
            CommentVersion,
            (CommentVersion.comment_id == Comment.id)
            & (CommentVersion.number == Comment.version_number),
        )
        .where(
            Comment.round_id == round_.id,
            Comment.channel == Channel.WEB,
            counted(),
            *conditions,
        )
        .order_by(Comment.submitted_at, Comment.id)
    ).all()


def propose_flood(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    method: str,
    words: str = "",
    hour: datetime | None = None,
) -> SuspectedFlood:
    """Say which look like a machine's, and how one told; nothing happens to them yet."""
    round_, at = moments.receive(session, round_.id)
    actor = require(actor, Permission.PROPOSE_FLOOD, round_)
    assert actor.account_id is not None
    assert actor.hat is not None
    if not method.strip():
        raise rules.MethodMissing
    chosen = alike(session, round_, words=words, hour=hour)
    if len(chosen) < FEWEST:
        raise rules.TooFewForAFlood(number=FEWEST)
    flood = SuspectedFlood(
        round=round_,
        method=method.strip(),
        proposed_at=at,
        proposed_by_id=actor.account_id,
        organization_id=actor.hat.organization_id,
    )
    session.add(flood)
    session.flush()
    sample = set(_drawn(flood.public_id, [row.public_id for row in chosen]))
    session.add_all(
        FloodComment(flood=flood, comment_id=row.id, in_sample=row.public_id in sample)
        for row in chosen
    )
    session.flush()
    _log(session, actor, "flood.proposed", flood, len(chosen), at)
    return flood


def _drawn(seed: str, chosen: Sequence[str]) -> list[str]:
    """A sample that nobody can pick by hand, and anybody can draw again."""
    return sorted(chosen, key=lambda each: hashlib.sha256(f"{seed}{each}".encode()).digest())[
        :SAMPLE
    ]


def sign_flood(session: Session, flood: SuspectedFlood, *, actor: Actor) -> SuspectedFlood:
    """Another organization than the one that proposed it, and never the department, agrees."""
    _round, at = moments.receive(session, flood.round_id)
    session.refresh(flood)
    actor = require(actor, Permission.SIGN_FLOOD, flood)
    if actor.in_organization(flood.organization_id) or (
        actor.account_id == flood.proposed_by_id
    ):
        raise rules.SecondFromElsewhere
    if not flood.waits:
        raise rules.MeasureOver
    flood.signed_at, flood.signed_by_id = at, actor.account_id
    flood.signed_organization_id = actor.hat.organization_id if actor.hat else None
    number = 0
    for member in _members(session, flood):
        if not member.comment.is_counted:
            member.freed_at = at  # hidden or taken back meanwhile
            continue
        _set_aside(session, member.comment, at)
        tell_of_flood(session, member.comment, at=at)
        number += 1
    session.flush()
    _log(session, actor, "flood.set_aside", flood, number, at)
    return flood


def end_flood(session: Session, flood: SuspectedFlood, *, actor: Actor) -> SuspectedFlood:
    """Whoever proposed it, or could sign it, may take it back; all of it counts again."""
    _round, at = moments.receive(session, flood.round_id)
    session.refresh(flood)
    actor = require(actor, permission_to_end(flood, actor), flood)
    if flood.ended_at is not None:
        raise rules.MeasureOver
    flood.ended_at = at
    members = _members(session, flood)
    for member in members:
        _free(session, member, at)
    _log(session, actor, "flood.ended", flood, len(members), at)
    return flood


def permission_to_end(flood: SuspectedFlood, actor: Actor) -> Permission:
    """By which row somebody may take it back: as one of its proposers, or from outside."""
    proposed = actor.in_organization(flood.organization_id)
    return Permission.PROPOSE_FLOOD if proposed else Permission.SIGN_FLOOD


def claim_written(
    session: Session, member: FloodComment, *, actor: Actor, holder: Holder, words: str
) -> FloodComment:
    """Its writer says, once, that a person wrote it; the board decides."""
    _round, at = moments.receive(session, member.flood.round_id)
    session.refresh(member)
    if not holds(member.comment, holder):
        raise rules.NotYours
    if not member.flood.works or member.freed_at is not None or member.comment.is_gone:
        raise rules.NothingToAppeal
    if member.appealed_at is not None:
        raise rules.AppealedBefore
    if not words.strip():
        raise rules.SayWhy
    member.appealed_at, member.appeal = at, words.strip()
    append(
        session,
        actor=actor,
        kind="flood.appealed",
        subject=member.comment,
        parents=[member.flood, member.flood.round],
        at=at,
    )
    return member


def decide_claim(
    session: Session, member: FloodComment, *, actor: Actor, grants: bool, reply: str
) -> FloodComment:
    """The board's word about one comment; granted, it counts and is answered like any other."""
    _round, at = moments.receive(session, member.flood.round_id)
    session.refresh(member)
    actor = require(actor, Permission.DECIDE_APPEAL, member)
    if not member.appeal_waits or member.freed_at is not None:
        raise rules.MeasureOver
    if not reply.strip():
        raise rules.SayWhy
    member.decided_at, member.reply = at, reply.strip()
    if grants:
        _free(session, member, at)
    tell_of_flood_claim(session, member.comment, granted=grants, at=at)
    append(
        session,
        actor=actor,
        kind="flood.appeal_decided",
        subject=member.comment,
        parents=[member.flood, member.flood.round],
        facts={
            "granted": grants,
            "alone": not grants and actor.account_id == member.flood.signed_by_id,
        },
        at=at,
    )
    return member


def _set_aside(session: Session, comment: Comment, at: datetime) -> None:
    was_counted = comment.is_counted
    comment.set_aside_at = at
    count(comment, was_counted)
    session.flush()


def _free(session: Session, member: FloodComment, at: datetime) -> None:
    comment = member.comment
    if member.freed_at is None:
        member.freed_at = at
        was_counted = comment.is_counted
        comment.set_aside_at = None
        count(comment, was_counted)
        session.flush()


def _members(session: Session, flood: SuspectedFlood) -> Sequence[FloodComment]:
    return session.scalars(
        select(FloodComment)
        .where(FloodComment.flood_id == flood.id, FloodComment.freed_at.is_(None))
        .options(joinedload(FloodComment.comment).joinedload(Comment.participation))
        .order_by(FloodComment.id)
    ).all()


def _log(
    session: Session, actor: Actor, kind: str, flood: SuspectedFlood, number: int, at: datetime
) -> None:
    append(
        session,
        actor=actor,
        kind=kind,
        subject=flood,
        parents=[flood.round],
        facts={"reason": flood.method, "comments": number},
        at=at,
    )


def get_flood(session: Session, public_id: str) -> SuspectedFlood:
    flood = session.scalars(
        select(SuspectedFlood).where(SuspectedFlood.public_id == public_id)
    ).first()
    if flood is None:
        raise NotFound
    return flood


def get_claim(session: Session, public_id: str) -> FloodComment:
    member = session.scalars(
        select(FloodComment).where(
            FloodComment.public_id == public_id, FloodComment.appealed_at.is_not(None)
        )
    ).first()
    if member is None:
        raise NotFound
    return member


def membership_of(session: Session, comment: Comment) -> FloodComment | None:
    """By which lot a comment is, or was last, set aside."""
    return session.scalars(
        select(FloodComment)
        .join(FloodComment.flood)
        .where(FloodComment.comment_id == comment.id, SuspectedFlood.signed_at.is_not(None))
        .order_by(FloodComment.id.desc())
        .limit(1)
    ).first()


def floods_of(session: Session, round_id: int) -> Sequence[SuspectedFlood]:
    """Every lot of a round, the newest first."""
    return session.scalars(
        select(SuspectedFlood)
        .where(SuspectedFlood.round_id == round_id)
        .options(joinedload(SuspectedFlood.organization), joinedload(SuspectedFlood.signed_for))
        .order_by(SuspectedFlood.id.desc())
        .limit(100)
    ).all()


def sizes_of(session: Session, floods: Sequence[SuspectedFlood]) -> dict[int, tuple[int, int]]:
    """By lot: how many comments it has, and how many of them count again."""
    rows = session.execute(
        select(FloodComment.flood_id, func.count(), func.count(FloodComment.freed_at))
        .where(FloodComment.flood_id.in_([flood.id for flood in floods]))
        .group_by(FloodComment.flood_id)
    )
    return {flood_id: (number, freed) for flood_id, number, freed in rows}


def sample_of(session: Session, flood: SuspectedFlood) -> Sequence[FloodComment]:
    return session.scalars(
        select(FloodComment)
        .where(FloodComment.flood_id == flood.id, FloodComment.in_sample.is_(True))
        .options(joinedload(FloodComment.comment).selectinload(Comment.versions))
        .order_by(FloodComment.id)
    ).all()


def claims_in(session: Session, round_id: int) -> Sequence[FloodComment]:
    """What writers say to the board about a round's lots, the oldest first."""
    return session.scalars(
        select(FloodComment)
        .join(FloodComment.flood)
        .where(
            SuspectedFlood.round_id == round_id,
            FloodComment.appealed_at.is_not(None),
            FloodComment.decided_at.is_(None),
            FloodComment.freed_at.is_(None),
        )
        .options(joinedload(FloodComment.comment))
        .order_by(FloodComment.appealed_at)
        .limit(100)
    ).all()


def set_aside_in(session: Session, round_id: int) -> int:
    """How many comments of a round are set aside now."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Comment)
            .where(Comment.round_id == round_id, Comment.set_aside_at.is_not(None))
        )
        or 0
    )
