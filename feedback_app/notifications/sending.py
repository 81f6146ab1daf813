"""Sending what is in the outbox: claimed in one statement, tried again, given up visibly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from feedback_app.core import clock
from feedback_app.core.database import Database
from feedback_app.notifications import bounces
from feedback_app.notifications.models import OutboxMessage

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""After the last wait a message is given up: about two days of trying."""


class Refused(Exception):
    """The mail server will never take this message; perhaps nobody is at its address."""

    def __init__(self, problem: str, *, address_is_dead: bool = False) -> None:
        super().__init__(problem)
        self.address_is_dead = address_is_dead


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
    is_silenced: bool = False


@dataclass
class Tally:
    sent: int = 0
    waiting: int = 0
    given_up: int = 0


Send = Callable[[Letter], None]


def send_due(database: Database, send: Send) -> Tally:
    """Send everything that is due; no transaction is held while the server is spoken to.

    One message is claimed at a time: a slow server must not outlast the lease of those behind
    it, or a second sender would send them once more.
    """
    tally = Tally()
    while (claimed := _claim(database)) is not None:
        id_, attempts, letter = claimed
        try:
            if letter.is_silenced:
                raise Refused(bounces.SILENCED)
            send(letter)
        except Refused as error:
            _give_up(database, id_, str(error), letter if error.address_is_dead else None)
            tally.given_up += 1
        except Unreachable as error:
            _try_later(database, id_, attempts, str(error), tally)
        except Exception as error:  # one message that cannot be made stops no other
            # No traceback: it may hold the address.
            logger.error("a %s mail failed: %s", letter.template, type(error).__name__)
            _try_later(database, id_, attempts, type(error).__name__, tally)
        else:
            mark = bounces.mark_of(letter.message_id, letter.recipient)
            _close(database, id_, sent_at=clock.now(), recipient_mark=mark)
            tally.sent += 1
    return tally


def _try_later(database: Database, id_: int, attempts: int, problem: str, tally: Tally) -> None:
    if attempts > len(BACKOFF):
        _give_up(database, id_, problem)
        tally.given_up += 1
    else:
        _put_back(database, id_, clock.now() + BACKOFF[attempts - 1], problem)
        tally.waiting += 1


def _claim(database: Database) -> tuple[int, int, Letter] | None:
    with database.unit_of_work(writing=False) as session:
        if session.execute(_due(clock.now()).limit(1)).first() is None:
            return None
    with database.unit_of_work(writing=True) as session:
        now = clock.now()
        due = (
            _due(now)
            .order_by(OutboxMessage.due_at, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        row = session.execute(
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
        ).one_or_none()
        if row is None:
            return None
        silenced = row.template not in bounces.ASKED_FOR and bounces.is_undeliverable(
            session, row.recipient
        )
    letter = Letter(
        message_id=row.public_id,
        template=row.template,
        locale=row.locale,
        recipient=row.recipient,
        values=row.values,
        is_silenced=silenced,
    )
    return row.id, row.attempts, letter


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


def _give_up(
    database: Database, id_: int, problem: str, undelivered: Letter | None = None
) -> None:
    if undelivered is not None:
        with database.unit_of_work(writing=True) as session:
            bounces.stop_writing_to(session, undelivered.recipient)
    _close(database, id_, given_up_at=clock.now(), problem=problem[:500])


def _close(database: Database, id_: int, **values: Any) -> None:
    """What is sent or given up keeps no address, no code, no name."""
    _change(database, id_, leased_until=None, recipient=None, values={}, **values)
