"""Asking the board about a measure, once, and the board's word, which is the last."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app.comments import moments, rules
from feedback_app.comments.conduct import Measure
from feedback_app.comments.holders import Holder, holds
from feedback_app.comments.measure_models import Ending, TakenMeasure
from feedback_app.comments.measures import carry_out
from feedback_app.comments.projection import project
from feedback_app.comments.telling import tell_of_appeal
from feedback_app.log.services import append
from feedback_app.policy import Actor, Permission, require


def appeal(
    session: Session, measure: TakenMeasure, *, actor: Actor, holder: Holder, words: str
) -> TakenMeasure:
    """The author asks the board, once, to decide otherwise."""
    _round, at = moments.receive(session, measure.comment.round_id)
    session.refresh(measure)
    if not holds(measure.comment, holder):
        raise rules.NotYours
    if not measure.works or not measure.needs_second or measure.comment.is_gone:
        raise rules.NothingToAppeal
    if measure.appealed_at is not None:
        raise rules.AppealedBefore
    if not words.strip():
        raise rules.SayWhy
    measure.appealed_at, measure.appeal = at, words.strip()
    append(
        session,
        actor=actor,
        kind="measure.appealed",
        subject=measure.comment,
        parents=[measure, measure.comment.round],
        facts={"measure": measure.kind.value, "ground": measure.reason.value},
        at=at,
    )
    return measure


def decide_appeal(
    session: Session, measure: TakenMeasure, *, actor: Actor, grants: bool, reply: str
) -> TakenMeasure:
    """The board's word, which is the last: shown again, or not.

    `alone` in the log says that the same person had begun or confirmed it: a board of one.
    """
    _round, at = moments.receive(session, measure.comment.round_id)
    session.refresh(measure)
    session.refresh(measure.comment)
    actor = require(actor, Permission.DECIDE_APPEAL, measure)
    if not measure.appeal_waits or measure.ended_at is not None:
        raise rules.MeasureOver
    if not reply.strip():
        raise rules.SayWhy
    measure.appeal_decided_at, measure.appeal_reply = at, reply.strip()
    if grants:
        measure.ended_at, measure.ended_how = at, Ending.OVERTURNED
        measure.phrases = []
    elif measure.confirmed_at is None:
        measure.confirmed_at, measure.confirmed_by_id = at, actor.account_id
        measure.confirmed_organization_id = actor.hat.organization_id if actor.hat else None
    session.flush()
    if measure.kind is Measure.ERASE and not grants:
        carry_out(session, measure, at, actor=actor)
    else:
        project(session, measure.comment, at=at, tells=False)
    tell_of_appeal(session, measure.comment, granted=grants, at=at)
    append(
        session,
        actor=actor,
        kind="appeal.decided",
        subject=measure.comment,
        parents=[measure, measure.comment.round],
        facts={
            "measure": measure.kind.value,
            "ground": measure.reason.value,
            "granted": grants,
            "alone": not grants
            and actor.account_id in (measure.taken_by_id, measure.confirmed_by_id),
        },
        at=at,
    )
    return measure
