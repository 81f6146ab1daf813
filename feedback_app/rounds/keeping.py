"""What both sides promised beside the answers, and the host's word that it was kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.curricula.models import Revision
from feedback_app.log.models import LogEntry
from feedback_app.log.services import append
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.closings import lock
from feedback_app.rounds.models import Promise, Round, RoundState
from feedback_app.rounds.rules import AlreadyGoneThrough, NotClosedYet, NotPromised


def confirm_gone_through(session: Session, round_: Round, *, actor: Actor) -> None:
    """The host says that it went through the answers with the department before they come out.

    They sit together for it: what the answers say is shown here to nobody else before.
    """
    actor = policy.require(actor, Permission.PLAN_ROUND, round_)
    lock(session, round_)
    if round_.promise is not Promise.TOGETHER or round_.is_independent:
        raise NotPromised
    if round_.gone_through_at is not None:
        raise AlreadyGoneThrough
    if round_.state(clock.now()) is not RoundState.CLOSED:
        raise NotClosedYet
    round_.gone_through_at = clock.now()
    append(session, actor=actor, kind="round.gone_through", subject=round_)


class NotComeBack(NamedTuple):
    """A version that is taught although people were promised to see it first, and why."""

    number: int
    taught_from: date
    reason: str


def not_come_back(session: Session, round_: Round) -> Sequence[NotComeBack]:
    """What became of the promise that the new text comes back: each time that it did not."""
    if round_.promise is Promise.ANSWER:
        return []
    entries = session.scalars(
        select(LogEntry)
        .join(Revision, Revision.public_id == LogEntry.subject)
        .where(
            Revision.curriculum_id == round_.revision.curriculum_id,
            LogEntry.kind == "revision.set_in_force",
        )
        .order_by(LogEntry.position)
    )
    return [
        NotComeBack(
            entry.facts["number"],
            date.fromisoformat(entry.facts["in_force_on"]),
            entry.facts["material_reason"],
        )
        for entry in entries
        if round_.slug in (entry.facts.get("promised_in") or "").split()
    ]
