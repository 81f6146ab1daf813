"""Sending what is in the outbox: claimed in one statement, tried again, given up visibly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from feedback_app.core import clock
from feedback_app.core.database import Database
from feedback_app.notifications.models import OutboxMessage

LEASE = timedelta(minutes=5)
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""After the last wait a message is given up: about two days of trying."""


class Refused(Exception):
    """The mail server will never take this message."""


class Unreachable(Exception):
    """The mail server cannot be reached or asks for patience; try later."""


@dataclass(frozen=True)
class Letter:
    """One message to one recipient; `message_id` stays the same at every try."""

    message_id: str
    template: str
    locale: str
    recipient: str
    values: dict[str, Any]


@dataclass
class Tally:
    sent: int = 0
    waiting: int = 0
    given_up: int = 0


Send = Callable[[Letter], None]


def send_due(database: Database, send: Send, *, batch: int = 20) -> Tally:
    """Send everything that is due; no transaction is held while the server is spoken to."""
    tally = Tally()
    while letters := _claim(database, batch):
        for id_, attempts, letter in letters:
            try:
                send(letter)
            except Refused as error:
                _give_up(database, id_, str(error))
                tally.given_up += 1
            except Unreachable as error:
                if attempts > len(BACKOFF):
                    _give_up(database, id_, str(error))
                    tally.given_up += 1
                else:
                    _put_back(database, id_, clock.now() + BACKOFF[attempts - 1], str(error))
                    tally.waiting += 1
            else:
                _close(database, id_, sent_at=clock.now())
                tally.sent += 1
    return tally


def _claim(database: Database, batch: int) -> list[tuple[int, int, Letter]]:
    with database.unit_of_work(writing=False) as session:
        if session.execute(_due(clock.now()).limit(1)).first() is None:
            return []
    with database.unit_of_work(writing=True) as session:
        now = clock.now()
        due = (
            _due(now)
            .order_by(OutboxMessage.due_at, OutboxMessage.id)
            .limit(batch)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        rows = session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(select(due.c.id)))
            .values(leased_until=now + LEASE, attempts=OutboxMessage.attempts + 1)
            .returning(
                OutboxMessage.id,
                OutboxMessage.attempts,
                OutboxMessage.public_id,
                OutboxMessage.template,
                OutboxMessage.locale,
                OutboxMessage.recipient,
                OutboxMessage.values,
            )
        ).all()
    return [
        (
            row.id,
            row.attempts,
            Letter(
                message_id=row.public_id,
                template=row.template,
                locale=row.locale,
                recipient=row.recipient,
                values=row.values,
            ),
        )
        for row in sorted(rows)
    ]


def _due(now: datetime) -> Any:
    return select(OutboxMessage.id).where(
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.given_up_at.is_(None),
        OutboxMessage.due_at <= now,
        OutboxMessage.leased_until.is_(None) | (OutboxMessage.leased_until < now),
    )


def _change(database: Database, id_: int, **values: Any) -> None:
    with database.unit_of_work(writing=True) as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == id_).values(**values))


def _put_back(database: Database, id_: int, due_at: datetime, problem: str) -> None:
    _change(database, id_, due_at=due_at, leased_until=None, problem=problem[:500])


def _give_up(database: Database, id_: int, problem: str) -> None:
    _close(database, id_, given_up_at=clock.now(), problem=problem[:500])


def _close(database: Database, id_: int, **values: Any) -> None:
    """What is sent or given up keeps no address, no code, no name."""
    _change(database, id_, leased_until=None, recipient=None, values={}, **values)
