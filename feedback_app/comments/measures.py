"""Hiding, covering and erasing: one person begins, a second from elsewhere decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app.comments import moments, rules
from feedback_app.comments.conduct import (
    COVER_LASTS,
    REASONS,
    URGENT,
    WAITS_FOR_SECOND,
    ConductReason,
    Measure,
)
from feedback_app.comments.copies import copies_of, cover_copy
from feedback_app.comments.joint_doubts import doubt_points, doubt_sent, points_with
from feedback_app.comments.masking import places_of
from feedback_app.comments.measure_models import (
    Asked,
    ConductRequest,
    Ending,
    Settled,
    TakenMeasure,
)
from feedback_app.comments.models import Comment
from feedback_app.comments.offering import let_go
from feedback_app.comments.projection import count, count_reply, project, standing
from feedback_app.comments.sealing import erase_words, shown_commitments
from feedback_app.comments.telling import Done, tell_who_asked, tell_writer
from feedback_app.core import clock
from feedback_app.log.services import append, stamp
from feedback_app.policy import Actor, Permission, allows, require

DONE = {Measure.HIDE: "comment.hidden", Measure.MASK: "comment.masked"}


def take(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    kind: Measure,
    reason: ConductReason,
    phrases: Sequence[str] = (),
) -> TakenMeasure:
    """Begin to hide, cover or erase; what cannot wait is covered at once, for 24 hours.

    With `phrases` those words are covered for everybody but author and host, in a hidden
    comment too. Words that their own writer wants covered need no second person.
    """
    _round, at = moments.receive(session, comment.round_id)
    session.refresh(comment)
    actor = _in_charge(comment, actor, kind, reason)
    _check(session, comment, kind, reason, phrases)
    measure = TakenMeasure(
        comment=comment,
        kind=kind,
        reason=reason,
        phrases=list(phrases),
        taken_at=at,
        taken_by_id=actor.account_id,
        organization_id=actor.hat.organization_id if actor.hat else None,
        ends_at=at + (COVER_LASTS if reason in URGENT else WAITS_FOR_SECOND),
    )
    session.add(measure)
    session.flush()
    if measure.works:
        project(session, comment, at=at)
    _settle(session, comment, Settled.ACTED, at)
    waits = stamp(measure.ends_at) if measure.waits else None
    done = "comment.masked" if kind is Measure.MASK else "comment.hidden"
    append(
        session,
        actor=actor,
        kind=done if measure.works else "measure.proposed",
        subject=comment,
        parents=[measure, comment.round],
        facts={"ground": reason.value, "ends_at": waits}
        | ({} if measure.works else {"measure": kind.value}),
        commitments=shown_commitments(comment.current) if measure.works else {},
        at=at,
    )
    if phrases:
        copies = copies_of(session, comment, phrases)
        for copy, shared in copies:
            cover_copy(session, measure, copy, shared, actor=actor, at=at)
        doubt_sent(session, comment, [copy for copy, _shared in copies], at=at)
        if measure.works:
            doubt_points(session, points_with(session, comment, phrases), at=at)
    return measure


def _in_charge(comment: Comment, actor: Actor, kind: Measure, reason: ConductReason) -> Actor:
    """The host acts in its own round; whoever runs the site may only cover what is urgent."""
    if allows(actor, Permission.MODERATE_CONDUCT, comment):
        return require(actor, Permission.MODERATE_CONDUCT, comment)
    actor = require(actor, Permission.COVER_COMMENT, comment)
    if kind is not Measure.HIDE or reason not in URGENT:
        raise rules.OnlyUrgent
    return actor


def _check(
    session: Session,
    comment: Comment,
    kind: Measure,
    reason: ConductReason,
    phrases: Sequence[str],
) -> None:
    if comment.is_gone:
        raise rules.CommentErased if comment.erased_at else rules.CommentWithdrawn
    if reason not in REASONS[kind]:
        raise rules.UnknownReason
    if kind is Measure.MASK and not phrases:
        raise rules.NoWordsGiven
    missing = words_not_in(comment, phrases)
    if missing:
        raise rules.WordsNotThere(words="; ".join(missing))
    if reason is ConductReason.OWN_WISH and not session.scalar(
        select(ConductRequest.id).where(
            ConductRequest.comment_id == comment.id, ConductRequest.asked == Asked.COVER
        )
    ):
        raise rules.NobodyAskedForIt
    if any(m.kind is kind for m in standing(session, comment) if kind is not Measure.MASK):
        raise rules.WaitsAlready


def words_not_in(comment: Comment, phrases: Sequence[str]) -> list[str]:
    """Those phrases that stand nowhere in what was written, the name included."""
    texts = [comment.sealed_name or comment.display_name or ""]
    for version in comment.versions:
        texts += [version.original.body, version.original.suggested_wording or ""]
    return [p for p in phrases if not any(places_of(text, [p]) for text in texts)]


def confirm(session: Session, measure: TakenMeasure, *, actor: Actor) -> TakenMeasure:
    """The second person agrees: from now on it holds, and an erasing is carried out."""
    actor, at = _second(session, measure, actor)
    comment = measure.comment
    worked = measure.works
    measure.confirmed_at, measure.confirmed_by_id = at, actor.account_id
    measure.confirmed_organization_id = actor.hat.organization_id if actor.hat else None
    session.flush()
    if measure.kind is Measure.ERASE:
        carry_out(session, measure, at, actor=actor)
    else:
        project(session, comment, at=at)
        if not worked and measure.phrases:
            doubt_points(session, points_with(session, comment, measure.phrases), at=at)
    if measure.kind is Measure.ERASE:
        logged = "comment.erased"
    else:
        logged = "measure.confirmed" if worked else DONE[measure.kind]
    append(
        session,
        actor=actor,
        kind=logged,
        subject=comment,
        parents=[measure, comment.round],
        facts={"ground": measure.reason.value}
        | ({"measure": measure.kind.value} if logged == "measure.confirmed" else {}),
        at=at,
    )
    return measure


def _second(session: Session, measure: TakenMeasure, actor: Actor) -> tuple[Actor, datetime]:
    """Only the hats of other organizations than the first person's count here."""
    _round, at = moments.receive(session, measure.comment.round_id)
    session.refresh(measure)
    session.refresh(measure.comment)
    require(actor, Permission.CONFIRM_MEASURE, measure)
    others = frozenset(g for g in actor.grants if g.organization_id != measure.organization_id)
    elsewhere = replace(actor, grants=others)
    if not allows(elsewhere, Permission.CONFIRM_MEASURE, measure) or (
        actor.account_id == measure.taken_by_id
    ):
        raise rules.SecondFromElsewhere
    if not measure.waits or measure.ends_at < at:
        raise rules.MeasureOver
    return require(elsewhere, Permission.CONFIRM_MEASURE, measure), at


def carry_out(session: Session, measure: TakenMeasure, at: datetime, *, actor: Actor) -> None:
    """Erase it, as two people decided; nothing brings it back.

    A response that was made with its words stays, with those words covered.
    """
    comment, was_counted = measure.comment, measure.comment.is_counted
    copies, points = copies_of(session, comment), points_with(session, comment)
    doubt_sent(session, comment, [copy for copy, _shared in copies], at=at)
    erase_words(session, comment)
    comment.erased_at, comment.erased_reason = at, measure.reason
    if comment.is_reply and comment.held_at is None:
        count_reply(session, comment, -1)
    count(comment, was_counted)
    session.flush()
    overtake(session, comment, at=at, but=measure)
    doubt_points(session, points, at=at)
    tell_writer(session, comment, Done.ERASED, at=at)
    for copy, shared in copies:
        cover_copy(session, measure, copy, shared, actor=actor, at=at)


def overtake(
    session: Session, comment: Comment, *, at: datetime, but: TakenMeasure | None = None
) -> None:
    """End what was asked and begun about a comment that is gone, and let its words go."""
    comment.held_at = comment.hidden_at = comment.masked_at = None
    comment.hidden_reason = comment.masked_reason = None
    let_go(session, comment)
    for measure in standing(session, comment):
        measure.phrases = []
        if measure is not but:
            measure.ended_at, measure.ended_how = at, Ending.OVERTAKEN
    _settle(session, comment, Settled.ACTED, at, tells=but is not None)
    session.execute(
        update(ConductRequest)
        .where(ConductRequest.comment_id == comment.id)
        .values(words="", phrases=[])
    )


def refuse(session: Session, measure: TakenMeasure, *, actor: Actor) -> TakenMeasure:
    """The second person does not agree: it comes back as it was."""
    actor, at = _second(session, measure, actor)
    return _end(session, measure, actor, Ending.REFUSED, at)


def lift(session: Session, measure: TakenMeasure, *, actor: Actor) -> TakenMeasure:
    """Take a measure of one's own organization back; nobody else need agree to that."""
    _round, at = moments.receive(session, measure.comment.round_id)
    session.refresh(measure)
    session.refresh(measure.comment)
    actor = require(actor, Permission.READ_CONDUCT, measure)
    mine = measure.organization_id is not None and actor.in_organization(
        measure.organization_id
    )
    if not mine and actor.account_id != measure.taken_by_id:
        raise rules.SecondFromElsewhere
    if measure.ended_at is not None or measure.comment.is_gone:
        raise rules.MeasureOver
    return _end(session, measure, actor, Ending.RESTORED, at)


def _end(
    session: Session, measure: TakenMeasure, actor: Actor, how: Ending, at: datetime
) -> TakenMeasure:
    measure.ended_at, measure.ended_how = at, how
    measure.phrases = []
    session.flush()
    project(session, measure.comment, at=at)
    append(
        session,
        actor=actor,
        kind="measure.ended",
        subject=measure.comment,
        parents=[measure, measure.comment.round],
        facts={
            "measure": measure.kind.value,
            "ground": measure.reason.value,
            "ending": how.value,
        },
        at=at,
    )
    return measure


def lapse(session: Session, *, actor: Actor) -> int:
    """Let everything come back that nobody confirmed in time; how much there was."""
    due = session.scalars(
        select(TakenMeasure).where(
            TakenMeasure.ended_at.is_(None),
            TakenMeasure.confirmed_at.is_(None),
            TakenMeasure.reason != ConductReason.OWN_WISH,
            TakenMeasure.ends_at < clock.now(),
        )
    ).all()
    for measure in due:
        _round, at = moments.receive(session, measure.comment.round_id)
        session.refresh(measure)
        if measure.waits:
            _end(session, measure, actor, Ending.LAPSED, at)
    return len(due)


def _settle(
    session: Session, comment: Comment, how: Settled, at: datetime, *, tells: bool = True
) -> None:
    """Whoever asked is told, if there is a way, unless the comment's own writer ended it."""
    waiting = session.scalars(
        select(ConductRequest).where(
            ConductRequest.comment_id == comment.id, ConductRequest.settled_at.is_(None)
        )
    )
    for request in waiting.all():
        request.settled_at, request.settled = at, how
        if tells:
            tell_who_asked(session, request, how)
    session.flush()


def leave_as_it_is(session: Session, comment: Comment, *, actor: Actor) -> None:
    """The host has looked, and does nothing: whoever asked is told so."""
    _round, at = moments.receive(session, comment.round_id)
    actor = require(actor, Permission.MODERATE_CONDUCT, comment)
    _settle(session, comment, Settled.LEFT, at)
    append(
        session,
        actor=actor,
        kind="comment.left_as_it_is",
        subject=comment,
        parents=[comment.round],
        at=at,
    )
