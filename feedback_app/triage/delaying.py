"""Answers that come later than was signed: said in public, with a new day and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.log import services as log
from feedback_app.policy import Actor, Permission
from feedback_app.rounds.closings import lock
from feedback_app.rounds.delay_models import Delay
from feedback_app.rounds.models import Round, RoundState
from feedback_app.rounds.rules import ReasonMissing
from feedback_app.rounds.zones import local_day
from feedback_app.triage.queries import undecided_count
from feedback_app.triage.rules import ReportAlreadyPublished


class NoDayPromised(Conflict):
    message = N_("Nobody has promised answers by a day in this comment period.")


class NotALaterDay(Invalid):
    message = N_("Choose a day after today and after the day that was named before.")
    field = "later_on"


def explain_delay(
    session: Session, round_: Round, *, actor: Actor, later_on: date, reason: str
) -> Delay:
    """Say why answers come later; the signed day does not move, and days overdue go on."""
    actor = policy.require(actor, Permission.EXPLAIN_DELAY, round_)
    lock(session, round_)
    at = clock.now()
    if round_.is_independent or not round_.is_public or round_.answers_due_on is None:
        raise NoDayPromised
    if round_.state(at) is RoundState.ANSWERED:
        raise ReportAlreadyPublished
    named = [delay.later_on for delay in delays_of(session, round_.id)]
    today = local_day(at, round_.time_zone)
    if later_on <= max(round_.answers_due_on, today, *named):
        raise NotALaterDay
    if not reason.strip():
        raise ReasonMissing
    assert actor.account_id is not None
    delay = Delay(
        round_id=round_.id,
        promised_on=round_.answers_due_on,
        later_on=later_on,
        reason=reason.strip(),
        explained_by_id=actor.account_id,
        explained_at=at,
    )
    session.add(delay)
    round_.version += 1
    log.append(
        session,
        actor=actor,
        kind="round.delayed",
        subject=round_,
        facts={
            "answers_due_on": delay.promised_on.isoformat(),
            "later_on": later_on.isoformat(),
            "undecided": undecided_count(session, round_),
            "reason": delay.reason,
        },
        at=at,
    )
    return delay


@dataclass(frozen=True)
class DelayRow:
    promised_on: date
    later_on: date
    reason: str
    explained_at: datetime


def delays_of(session: Session, round_id: int) -> Sequence[DelayRow]:
    """Every later day that was named, the first one first."""
    rows = session.execute(
        select(Delay.promised_on, Delay.later_on, Delay.reason, Delay.explained_at)
        .where(Delay.round_id == round_id)
        .order_by(Delay.id)
    )
    return [DelayRow(*row) for row in rows]
