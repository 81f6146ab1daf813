"""Putting mail into the outbox, inside the transaction of the act that causes it."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.notifications.models import OutboxMessage
from feedback_app.policy import Actor, Permission, require


def enqueue(
    session: Session,
    template: str,
    *,
    to: str,
    locale: str,
    once_key: str | None = None,
    **values: object,
) -> OutboxMessage | None:
    """One mail to one person; with `once_key` a repeated act does not write it twice.

    `values` are names, dates and paths for the template; a comment's text is never among them.
    """
    if once_key is not None and session.scalar(
        select(OutboxMessage.id).where(OutboxMessage.once_key == once_key)
    ):
        return None
    message = OutboxMessage(
        template=template,
        locale=locale,
        recipient=to,
        values=values,
        once_key=once_key,
        due_at=clock.now(),
    )
    session.add(message)
    session.flush()
    return message


def try_again(session: Session, *, actor: Actor) -> int:
    """Make due now what was tried before and waits out a pause; how much there was.

    What is being sent at this moment is left alone, and nothing is tried more often for it.
    """
    require(actor, Permission.TEND_MAIL)
    now = clock.now()
    found = session.scalars(
        select(OutboxMessage.id).where(
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.given_up_at.is_(None),
            OutboxMessage.attempts > 0,
            OutboxMessage.due_at > now,
            OutboxMessage.leased_until.is_(None) | (OutboxMessage.leased_until < now),
        )
    ).all()
    for start in range(0, len(found), 500):
        some = OutboxMessage.id.in_(found[start : start + 500])
        session.execute(update(OutboxMessage).where(some).values(due_at=now))
    return len(found)
