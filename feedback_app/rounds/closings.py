"""Moving the closing of a round: later by either signatory, earlier only by both."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.log.services import append, stamp
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.models import Extension, Round, RoundState
from feedback_app.rounds.rules import (
    ClosingAlreadyAsked,
    NotASignatory,
    NotLater,
    NotShortenedAlone,
    ReasonMissing,
    RoundHasClosed,
    RoundNotOpen,
)
from feedback_app.rounds.zones import local_day

Side = Literal["host", "department", "second"]
GRACE = timedelta(minutes=30)
TYPED_FOR = timedelta(days=10)
"""How long after the closing a host may type what had come on paper by then."""
"""How long a form that was opened before the closing may still be sent."""


def extend_round(
    session: Session, round_: Round, *, actor: Actor, closes_at: datetime, reason: str
) -> Extension:
    """Move the closing later; the day of the answers moves with it."""
    actor = policy.require(actor, Permission.EXTEND_ROUND, round_)
    lock(session, round_)
    if _side(round_, actor) == "department" and round_.is_independent:
        raise NotASignatory
    if round_.closes_at < clock.now() or round_.report_published_at is not None:
        raise RoundHasClosed
    if closes_at <= round_.closes_at:
        raise NotLater
    if not reason.strip():
        raise ReasonMissing
    before = round_.closes_at
    if round_.answers_due_on is not None:
        zone = round_.time_zone
        later = local_day(closes_at, zone) - local_day(before, zone)
        round_.answers_due_on += later
    extension = _move_closing(session, round_, actor, closes_at, reason)
    due_on = round_.answers_due_on
    append(
        session,
        actor=actor,
        kind="round.extended",
        subject=round_,
        facts={
            "closes_at_before": stamp(before),
            "closes_at": stamp(closes_at),
            "reason": reason,
            "answers_due_on": due_on.isoformat() if due_on is not None else None,
        },
    )
    return extension


def close_round(session: Session, round_: Round, *, actor: Actor, reason: str) -> bool:
    """Close before the time; with two signatures the second side's word closes it.

    Returns whether it is closed now. The first side's word is kept until the other agrees, or
    until the closing is moved. On an independent round the host is the only side.
    """
    permission = (
        Permission.PLAN_ROUND
        if policy.allows(actor, Permission.PLAN_ROUND, round_)
        else Permission.SIGN_ROUND
    )
    actor = policy.require(actor, permission, round_)
    lock(session, round_)
    side = _side(round_, actor)
    if side == "department" and round_.is_independent:
        raise NotASignatory
    now = clock.now()
    if round_.state(now) is not RoundState.OPEN:
        raise RoundNotOpen
    if round_.is_hosted_by_department and not actor.is_system:
        raise NotShortenedAlone
    asked_by = round_.closing_asked_by_id
    own_id = round_.host_id if side == "host" else round_.department_id
    agreed = asked_by is not None and asked_by != own_id
    reason = reason.strip() or (round_.closing_reason if agreed else "")
    if not reason:
        raise ReasonMissing
    if not (agreed or actor.is_system or round_.is_independent):
        if asked_by is not None:
            raise ClosingAlreadyAsked
        _ask_for_closing(session, round_, actor, own_id, reason)
        return False
    before = round_.closes_at
    _move_closing(session, round_, actor, now, reason)
    append(
        session,
        actor=actor,
        kind="round.closed",
        subject=round_,
        facts={
            "closes_at_before": stamp(before),
            "closes_at": stamp(now),
            "reason": reason,
        },
        at=now,
    )
    return True


def lock(session: Session, round_: Round) -> None:
    """Wait for everybody who is posting; nobody posts until this unit has ended."""
    session.flush()
    session.refresh(round_, with_for_update={"of": Round})


def log_signed(session: Session, round_: Round, actor: Actor, side: Side) -> None:
    """One side has signed what the page says now."""
    round_.version += 1
    due_on = round_.answers_due_on
    append(
        session,
        actor=actor,
        kind="round.signed",
        subject=round_,
        parents=[round_.revision],
        facts={
            "side": side,
            "opens_at": stamp(round_.opens_at),
            "closes_at": stamp(round_.closes_at),
            "answers_due_on": due_on.isoformat() if due_on is not None else None,
            "reason": round_.short_reason or None,
        },
    )


def _side(round_: Round, actor: Actor) -> Side:
    """The side for which somebody acts; the command line acts for the host."""
    if actor.hat is not None and actor.hat.organization_id != round_.host_id:
        return "department"
    return "host"


def _ask_for_closing(
    session: Session, round_: Round, actor: Actor, organization_id: int, reason: str
) -> None:
    round_.closing_asked_at = clock.now()
    round_.closing_asked_by_id = organization_id
    round_.closing_reason = reason
    append(
        session,
        actor=actor,
        kind="round.closing_asked",
        subject=round_,
        facts={"side": _side(round_, actor), "reason": reason},
    )


def _move_closing(
    session: Session, round_: Round, actor: Actor, closes_at: datetime, reason: str
) -> Extension:
    side = _side(round_, actor)
    extension = Extension(
        round_id=round_.id,
        closes_at_before=round_.closes_at,
        closes_at=closes_at,
        reason=reason.strip(),
        organization_id=round_.host_id if side == "host" else round_.department_id,
    )
    round_.closes_at = closes_at
    round_.closing_asked_at = round_.closing_asked_by_id = None
    round_.closing_reason = ""
    round_.version += 1
    session.add(extension)
    return extension
