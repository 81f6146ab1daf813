"""Asking the host to look: a reader reports a comment, a writer wants details covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from feedback_app.comments import moments, rules
from feedback_app.comments.conduct import REASONS, ConductReason, Measure
from feedback_app.comments.holders import Holder, find_part, holds
from feedback_app.comments.measure_models import Asked, ConductRequest
from feedback_app.comments.measures import words_not_in
from feedback_app.comments.models import Channel, Comment
from feedback_app.comments.projection import count, count_reply
from feedback_app.core.prepared import Prepared
from feedback_app.log.services import append
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.models import Holding, Round
from feedback_app.rounds.terms import Terms

MOST_A_MINUTE = 120
"""Three rooms of forty people who all press the button in the same minute."""


def ask_to_cover(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    holder: Holder,
    phrases: Sequence[str],
    words: str = "",
) -> ConductRequest:
    """Its writer wants details covered; works at any time, also after closing."""
    _round, at = moments.receive(session, comment.round_id)
    session.refresh(comment)
    if not holds(comment, holder):
        raise rules.NotYours
    if comment.is_gone:
        raise rules.CommentErased if comment.erased_at else rules.CommentWithdrawn
    if not phrases and not words.strip():
        raise rules.NoWordsGiven
    missing = words_not_in(comment, phrases)
    if missing:
        raise rules.WordsNotThere(words="; ".join(missing))
    return _ask(
        session,
        comment,
        actor,
        holder,
        ConductRequest(
            comment=comment,
            asked=Asked.COVER,
            reason=ConductReason.OWN_WISH,
            phrases=list(phrases),
            words=words.strip(),
            asked_at=at,
        ),
        at,
    )


def report(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    holder: Holder,
    reason: ConductReason,
    words: str = "",
) -> ConductRequest:
    """Tell the host that a comment breaks a rule of conduct; anybody may."""
    _round, at = moments.receive(session, comment.round_id)
    session.refresh(comment)
    actor = require(actor, Permission.REPORT_COMMENT, comment)
    rules.check_is_shown(comment)
    if reason not in REASONS[Measure.HIDE]:
        raise rules.UnknownReason
    return _ask(
        session,
        comment,
        actor,
        holder,
        ConductRequest(
            comment=comment,
            asked=Asked.LOOK,
            reason=reason,
            phrases=[],
            words=words.strip(),
            asked_at=at,
        ),
        at,
    )


def _ask(
    session: Session,
    comment: Comment,
    actor: Actor,
    holder: Holder,
    request: ConductRequest,
    at: datetime,
) -> ConductRequest:
    part = find_part(session, comment.round_id, holder)
    request.participation_id = part.id if part is not None else None
    request.account_id = actor.account_id if part is None else None
    session.add(request)
    session.flush()
    append(
        session,
        actor=actor,
        kind="comment.reported" if request.asked is Asked.LOOK else "comment.covering_asked",
        subject=comment,
        parents=[comment.round],
        facts={"ground": request.reason.value},
        at=at,
    )
    return request


def held_since(
    session: Session, round_: Round | Terms, part_id: int, at: datetime
) -> datetime | None:
    """Whether what this person sends now waits for the host.

    As the round's plan says; and, whatever it says, where more came within a minute than people
    can write. Nothing is refused, and no address decides it.
    """
    if round_.holding is Holding.NONE:
        return at if comes_too_fast(session, round_, at) else None
    if round_.holding is Holding.ALL:
        return at
    shown_before = exists().where(
        Comment.participation_id == part_id,
        Comment.held_at.is_(None),
        Comment.hidden_at.is_(None),
        Comment.erased_at.is_(None),
    )
    return None if session.scalar(select(shown_before)) else at


_comment = Comment.__table__.c
_LATELY = Prepared(
    select(func.count().label("many")).select_from(
        select(_comment.id)
        .where(
            _comment.round_id == bindparam("round_id"),
            _comment.submitted_at > bindparam("since"),
            _comment.channel == Channel.WEB,
        )
        .limit(bindparam("most"))
        .subquery()
    )
)


def comes_too_fast(session: Session, round_: Round | Terms, at: datetime) -> bool:
    """Whether this round has had its fill of comments from the web for this minute."""
    since = at - timedelta(minutes=1)
    lately = _LATELY.first(session, round_id=round_.id, since=since, most=MOST_A_MINUTE)
    assert lately is not None
    return bool(lately.many == MOST_A_MINUTE)


def release(session: Session, comment: Comment, *, actor: Actor) -> Comment:
    """Show a comment that waited; its day stays that on which it was sent."""
    _round, at = moments.receive(session, comment.round_id)
    session.refresh(comment)
    actor = require(actor, Permission.MODERATE_CONDUCT, comment)
    if comment.held_at is None or comment.is_gone:
        raise rules.NotHeld
    was_counted = comment.is_counted
    comment.held_at = None
    count(comment, was_counted)
    if comment.is_reply:
        count_reply(session, comment, 1)
    append(
        session,
        actor=actor,
        kind="comment.released",
        subject=comment,
        parents=[comment.round],
        at=at,
    )
    return comment
