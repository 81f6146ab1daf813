"""Looking up how the mail fares: numbers for whoever keeps the site running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.notifications.models import OutboxMessage, UndeliverableAddress


@dataclass(frozen=True)
class OutboxState:
    """Counts alone; `problems` are numbers of the mail server and names of faults."""

    DAYS: ClassVar[int] = 7

    waiting: int
    retried: int
    oldest: datetime | None
    sent: int
    given_up: int
    problems: Sequence[tuple[str, int]]
    undeliverable: int


def state_of_outbox(session: Session) -> OutboxState:
    since = clock.now() - timedelta(days=OutboxState.DAYS)
    unsent = OutboxMessage.sent_at.is_(None) & OutboxMessage.given_up_at.is_(None)
    recent = OutboxMessage.given_up_at >= since
    count = func.count(OutboxMessage.id)
    problem = func.coalesce(OutboxMessage.problem, "")
    waiting, retried, oldest = session.execute(
        select(
            count,
            count.filter(OutboxMessage.attempts > 0),
            func.min(OutboxMessage.created_at, type_=OutboxMessage.created_at.type),
        ).where(unsent)
    ).one()
    problems = session.execute(
        select(problem, count).where(recent).group_by(problem).order_by(count.desc(), problem)
    ).all()
    return OutboxState(
        waiting=waiting,
        retried=retried,
        oldest=oldest,
        sent=session.scalar(select(count).where(OutboxMessage.sent_at >= since)) or 0,
        given_up=sum(number for _, number in problems),
        problems=[(words, number) for words, number in problems],
        undeliverable=session.scalar(select(func.count(UndeliverableAddress.id))) or 0,
    )
