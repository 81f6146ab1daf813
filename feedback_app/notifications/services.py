"""Putting mail into the outbox, inside the transaction of the act that causes it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.notifications.models import OutboxMessage


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
