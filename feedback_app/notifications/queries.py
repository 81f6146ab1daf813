"""Looking up what an account was told, and, in numbers, how the mail fares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.core.paging import Page, read_cursor, write_cursor
from feedback_app.notifications.following_models import Follower, Notice, Telling
from feedback_app.notifications.models import OutboxMessage, UndeliverableAddress

PAGE = 30


@dataclass(frozen=True)
class NoticeRow:
    """One notice as its reader's page shows it."""

    kind: str
    title: str
    language: str
    path: str
    facts: dict[str, Any]
    time_zone: str
    happened_at: datetime
    is_read: bool


def notices_of(
    session: Session, *, account_id: int | None, cursor: str | None, locale: str
) -> Page[NoticeRow]:
    """What an account was told, newest first."""
    query = (
        select(
            *(Notice.kind, Notice.titles, Notice.path, Notice.facts, Notice.time_zone),
            *(Notice.happened_at, Telling.read_at, Telling.id),
        )
        .join(Telling, Telling.notice_id == Notice.id)
        .join(Follower, Follower.id == Telling.follower_id)
        .where(Follower.account_id == account_id)
        .order_by(Notice.happened_at.desc(), Telling.id.desc())
        .limit(PAGE + 1)
    )
    if cursor is not None:
        at, id_ = read_cursor(cursor, str, int)
        try:
            before = datetime.fromisoformat(str(at))
        except ValueError:
            raise NotFound from None
        if before.tzinfo is None:
            raise NotFound
        query = query.where(
            or_(
                Notice.happened_at < before,
                (Notice.happened_at == before) & (Telling.id < int(id_)),
            )
        )
    rows = session.execute(query).all()
    more = None
    if len(rows) > PAGE:
        more = write_cursor(rows[PAGE - 1].happened_at.isoformat(), rows[PAGE - 1].id)
    return Page([_notice(row, locale) for row in rows[:PAGE]], more)


def _notice(row: Any, locale: str) -> NoticeRow:
    titles = row.titles
    language = locale if locale in titles else next(iter(titles), locale)
    return NoticeRow(
        kind=row.kind.value,
        title=titles.get(language, ""),
        language=language,
        path=row.path,
        facts=row.facts,
        time_zone=row.time_zone,
        happened_at=row.happened_at,
        is_read=row.read_at is not None,
    )


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


def kinds_in_outbox(session: Session) -> Sequence[tuple[str, int]]:
    """Which mails wait, by the act that caused them, most first."""
    count = func.count(OutboxMessage.id)
    rows = session.execute(
        select(OutboxMessage.template, count)
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.given_up_at.is_(None))
        .group_by(OutboxMessage.template)
        .order_by(count.desc(), OutboxMessage.template)
    )
    return [(template, number) for template, number in rows]
