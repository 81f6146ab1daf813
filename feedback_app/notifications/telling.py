"""Telling followers what has happened: written down once, then told in pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.database import Database
from feedback_app.notifications.following_models import (
    WORK,
    Follower,
    Frequency,
    Notice,
    NoticeKind,
    Subscription,
    Telling,
)

PIECE = 200
MORNING = time(7)
"""When a day's mail is written, by the clock of where it happened."""


@dataclass(frozen=True)
class News:
    """Something that has happened; `once_key` says when two are the same.

    `parents` are the wider things it belongs to, the narrowest first. After `true_until` it is
    told to nobody any more.
    """

    once_key: str
    kind: NoticeKind
    subject: str
    parents: tuple[str, ...]
    path: str
    titles: Mapping[str, str]
    facts: Mapping[str, str | int]
    time_zone: str
    happened_at: datetime
    true_until: datetime | None = None

    @property
    def places(self) -> tuple[str, ...]:
        return (self.subject, *self.parents)

    def title_in(self, language: str) -> str:
        return title_in(self.titles, language)


def title_in(titles: Mapping[str, str], language: str) -> str:
    """In the reader's language, else in the first one."""
    return titles.get(language) or next(iter(titles.values()), "")


def untold(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that no notice has yet."""
    known = session.scalars(select(Notice.once_key).where(Notice.once_key.in_(keys)))
    return set(keys) - set(known)


def followers_of(session: Session, news: News) -> int:
    """How many people follow it in any way."""
    return (
        session.scalar(
            select(func.count(Subscription.follower_id.distinct())).where(
                Subscription.subject.in_(news.places),
                Subscription.followed_at <= news.happened_at,
            )
        )
        or 0
    )


def write_down(session: Session, news: News) -> int | None:
    """Keep it as a notice, unless another worker has just done so; gives the notice's id."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else pg_insert
    return session.scalar(
        insert(Notice)
        .values(
            once_key=news.once_key,
            kind=news.kind,
            subject=news.subject,
            parents=list(news.parents),
            path=news.path,
            titles=dict(news.titles),
            facts=dict(news.facts),
            time_zone=news.time_zone,
            happened_at=news.happened_at,
            true_until=news.true_until,
        )
        .on_conflict_do_nothing()
        .returning(Notice.id)
    )


def tell_followers(database: Database) -> int:
    """Tell every notice that has been written down; gives how many tellings that made."""
    told = 0
    while True:
        with database.unit_of_work(writing=False) as session:
            if session.scalar(_untold()) is None:
                return told
        with database.unit_of_work(writing=True) as session:
            notice = session.scalars(
                select(Notice)
                .where(Notice.id == _untold().scalar_subquery())
                .with_for_update(skip_locked=True)
            ).first()
            if notice is None:
                return told
            told += _tell_a_piece(session, notice)


def _untold() -> Any:
    return select(Notice.id).where(Notice.told_at.is_(None)).order_by(Notice.id).limit(1)


def _tell_a_piece(session: Session, notice: Notice) -> int:
    places = [notice.subject, *notice.parents]
    concerned = (
        Subscription.subject.in_(places),
        Subscription.followed_at <= notice.happened_at,
        Subscription.follower_id > notice.told_up_to,
    )
    piece = session.scalars(
        select(Subscription.follower_id)
        .where(*concerned)
        .distinct()
        .order_by(Subscription.follower_id)
        .limit(PIECE)
    ).all()
    if not piece:
        notice.told_at = clock.now()
        return 0
    narrowest: dict[int, Subscription] = {}
    for subscription in session.scalars(
        select(Subscription).where(*concerned, Subscription.follower_id.in_(piece))
    ):
        before = narrowest.get(subscription.follower_id)
        if before is None or places.index(subscription.subject) < places.index(before.subject):
            narrowest[subscription.follower_id] = subscription
    with_page = set(
        session.scalars(
            select(Follower.id).where(Follower.id.in_(piece), Follower.account_id.is_not(None))
        )
    )
    tellings = [
        Telling(
            notice_id=notice.id, follower_id=follower_id, mail_due_at=_mail_due(notice, chosen)
        )
        for follower_id, chosen in narrowest.items()
        if chosen.frequency is not Frequency.NEVER or follower_id in with_page
    ]
    session.add_all(tellings)
    notice.told_up_to = piece[-1]
    return len(tellings)


def _mail_due(notice: Notice, chosen: Subscription) -> datetime | None:
    now = clock.now()
    if chosen.frequency is Frequency.NEVER:
        return None
    return next_morning(now, notice.time_zone) if chosen.frequency is Frequency.DAILY else now


def next_morning(at: datetime, zone: str) -> datetime:
    """The next seven o'clock in the zone, whatever its clocks do that night."""
    place = ZoneInfo(zone)
    today = at.astimezone(place).date()
    morning = datetime.combine(today, MORNING, place)
    if morning <= at:
        morning = datetime.combine(today + timedelta(days=1), MORNING, place)
    return morning


def tell_accounts(session: Session, news: News, accounts: Sequence[int]) -> bool:
    """Put something of their own on the pages of accounts, in the act's own transaction.

    They are told by mail, if they wish it, in a way of its own; of work that waits by the mail
    that tells all news. Nobody else hears of it. Gives whether it was new.
    """
    notice_id = write_down(session, news)
    if notice_id is None:
        return False
    session.execute(update(Notice).where(Notice.id == notice_id).values(told_at=clock.now()))
    for account_id in accounts:
        follower = follower_of_account(session, account_id)
        by_mail = news.kind in WORK and follower.hears_of_work
        session.add(
            Telling(
                notice_id=notice_id,
                follower_id=follower.id,
                mail_due_at=clock.now() if by_mail else None,
            )
        )
    return True


def follower_of_account(session: Session, account_id: int) -> Follower:
    follower = session.scalars(
        select(Follower).where(Follower.account_id == account_id)
    ).first()
    if follower is None:
        follower = Follower(account_id=account_id)
        session.add(follower)
        session.flush()
    return follower


def quiet_among(session: Session, account_ids: Sequence[int]) -> set[int]:
    """Those of these accounts that want quiet subject lines in mails of news."""
    chosen = select(Follower.account_id).where(
        Follower.account_id.in_(account_ids), Follower.is_quiet
    )
    return {account_id for account_id in session.scalars(chosen) if account_id is not None}
