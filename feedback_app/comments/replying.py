"""Replying to a comment, one level deep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.comments import moments
from feedback_app.comments.entering import (
    Said,
    Taken,
    as_before,
    enter,
    write_version,
)
from feedback_app.comments.holders import Holder, holds
from feedback_app.comments.models import Comment, Voice
from feedback_app.comments.projection import count_reply
from feedback_app.comments.requests import held_since
from feedback_app.comments.rules import (
    AccountNeeded,
    NothingSaid,
    NotOpenYet,
    OneReplyEach,
    OnlyAuthorsReply,
    RepliesStayFlat,
    check_is_shown,
)
from feedback_app.comments.sealing import commitments_of
from feedback_app.comments.submissions import Sent, answer, claim
from feedback_app.core.storing import store
from feedback_app.log.services import append
from feedback_app.policy import Actor, OrganizationKind, Permission, require
from feedback_app.rounds.models import Holding, Round, RoundState, WhoMayComment

OUTSIDE = (Voice.RESIDENT, Voice.ORGANIZATION)
"""Who takes part, and answers a reply once where the period is over."""


def reply(
    session: Session,
    parent: Comment,
    *,
    actor: Actor,
    sent: Sent,
    said: Said,
    key: bytes,
    holder: Holder,
    locale: str = "en",
) -> Taken:
    """Answer a comment, one level deep; who speaks for an organization is marked so."""
    submission, is_first = claim(session, sent)
    if not is_first:
        return as_before(session, submission, sent, key)
    round_, at = moments.receive(session, parent.round_id)
    session.refresh(parent)
    if parent.parent_id is not None:
        raise RepliesStayFlat
    check_is_shown(parent)
    if not said.body.strip():
        raise NothingSaid
    require(actor, Permission.REPLY, round_)
    voice, organization_id = voice_under(parent, actor)
    part_id, code = None, None
    if voice in OUTSIDE:
        _check_may_reply(session, round_, parent, sent, holder, at)
    if voice is Voice.RESIDENT:
        part_id, code = enter(session, round_, actor, sent, key, holder, locale)
    comment = Comment(
        round_id=round_.id,
        revision_id=parent.revision_id,
        section_key=parent.section_key,
        parent_id=parent.id,
        participation_id=part_id,
        voice=voice,
        organization_id=organization_id,
        written_by_id=actor.account_id if voice is not Voice.RESIDENT else None,
        language=said.language,
        submitted_at=at,
        received_at=at,
        held_at=at if _waits(session, round_, voice, part_id, at) else None,
    )
    session.flush()
    store(session, comment)
    version = write_version(session, comment, said, at)
    if comment.held_at is None:
        count_reply(session, comment, 1)
    answer(
        session,
        submission,
        comment_id=comment.id,
        part_id=part_id,
        made_code=code is not None,
    )
    append(
        session,
        actor=actor,
        kind="comment.replied",
        subject=comment,
        parents=[parent],
        facts={"voice": voice.value} | ({"held": True} if comment.held_at else {}),
        commitments=commitments_of(version),
        at=at,
    )
    return Taken(comment, code, is_repeated=False)


def voice_of(actor: Actor, round_: Round) -> tuple[Voice, int | None]:
    """For whom somebody speaks in this round; the narrower hat counts."""
    if actor.in_organization(round_.department_id):
        return Voice.DEPARTMENT, round_.department_id
    if actor.in_organization(round_.host_id):
        return Voice.HOST, round_.host_id
    boards = actor.organizations(OrganizationKind.BOARD)
    if boards:  # a round's boards are looked up only for somebody who sits on one
        boards &= frozenset(round_.board_ids)
    return (Voice.BOARD, min(boards)) if boards else (Voice.RESIDENT, None)


def voice_under(parent: Comment, actor: Actor) -> tuple[Voice, int | None]:
    """The same for a reply: under its own response an organization's people speak for it."""
    voice, organization_id = voice_of(actor, parent.round)
    is_joint = voice is Voice.RESIDENT and parent.voice is Voice.ORGANIZATION
    if is_joint and parent.organization_id in actor.runs_for:
        return Voice.ORGANIZATION, parent.organization_id
    return voice, organization_id


def _waits(
    session: Session, round_: Round, voice: Voice, part_id: int | None, at: datetime
) -> bool:
    """Whether it is read before it is shown; an organization was read with its response."""
    if part_id is not None:
        return held_since(session, round_, part_id, at) is not None
    return voice is Voice.ORGANIZATION and round_.holding is Holding.ALL


def _check_may_reply(
    session: Session, round_: Round, parent: Comment, sent: Sent, holder: Holder, at: datetime
) -> None:
    if round_.state(at) is RoundState.PLANNED:
        raise NotOpenYet
    if round_.participation is WhoMayComment.ACCOUNT and holder.account_id is None:
        raise AccountNeeded
    if not moments.is_late(round_, at, sent.started_at):
        return
    if not holds(parent, holder):
        raise OnlyAuthorsReply
    theirs = Comment.participation_id == parent.participation_id
    if parent.voice is Voice.ORGANIZATION:
        theirs = Comment.voice == Voice.ORGANIZATION
    others = select(func.count()).where(Comment.parent_id == parent.id)
    answered = session.scalar(others.where(theirs, Comment.submitted_at > round_.closes_at))
    replies = session.scalar(others.where(Comment.voice.not_in(OUTSIDE)))
    if (answered or 0) >= (replies or 0):
        raise OneReplyEach
