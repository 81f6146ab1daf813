"""Writing the mail of followers: what is due for one person becomes one mail, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from feedback_app.accounts.following import forget_follower
from feedback_app.accounts.models import Account
from feedback_app.core import clock
from feedback_app.core.database import Database
from feedback_app.notifications.bounces import is_undeliverable
from feedback_app.notifications.following_models import (
    WORK,
    Follower,
    Notice,
    NoticeKind,
    Telling,
)
from feedback_app.notifications.services import enqueue
from feedback_app.notifications.telling import title_in

PIECE = 50
STAGES = frozenset(
    {NoticeKind.ROUND_OPENED, NoticeKind.CLOSES_SOON, NoticeKind.LAST_DAY}
    | {NoticeKind.ROUND_CLOSED, NoticeKind.ANSWERS_OVERDUE, NoticeKind.ROUND_ANSWERED}
)
"""Of these the newest of one comment period makes those before it old news."""


def write_mails(database: Database) -> int:
    """Put into the outbox what is due; gives how many mails that made."""
    written = 0
    while True:
        with database.unit_of_work(writing=False) as session:
            due = _due(session, clock.now())
        if not due:
            return written
        with database.unit_of_work(writing=True) as session:
            now = clock.now()
            for follower_id in _due(session, now):
                written += _write(session, follower_id, now)


def _due(session: Session, now: datetime) -> Sequence[int]:
    return session.scalars(
        select(Telling.follower_id)
        .where(Telling.mail_due_at <= now)
        .distinct()
        .order_by(Telling.follower_id)
        .limit(PIECE)
    ).all()


def _write(session: Session, follower_id: int, now: datetime) -> int:
    follower = session.get_one(Follower, follower_id)
    tellings = session.scalars(
        select(Telling)
        .join(Notice)
        .where(Telling.follower_id == follower_id, Telling.mail_due_at <= now)
        .order_by(Notice.happened_at.desc(), Notice.id.desc())
        .options(joinedload(Telling.notice))
        .with_for_update(of=Telling)
    ).all()
    if not tellings:  # another worker was here
        return 0
    still_true = _still_true([telling.notice for telling in tellings], now)
    to, locale = _address(session, follower)
    message = None
    if to is not None and still_true:
        message = enqueue(
            session,
            "news",
            to=to,
            locale=locale,
            once_key=f"news:{follower.public_id}:{max(telling.id for telling in tellings)}",
            items=[_item(notice, locale) for notice in still_true],
            follower=follower.public_id,
            is_quiet=follower.is_quiet,
            has_account=follower.account_id is not None,
            is_work=all(notice.kind in WORK for notice in still_true),
        )
    ids = [telling.id for telling in tellings]
    if follower.account_id is None:
        session.execute(delete(Telling).where(Telling.id.in_(ids)))
        if to is None:
            forget_follower(session, follower)
    else:
        session.execute(update(Telling).where(Telling.id.in_(ids)).values(mail_due_at=None))
    return int(message is not None)


def _still_true(notices: Sequence[Notice], now: datetime) -> list[Notice]:
    """Newest first; a closing that has passed and a stage that another followed say nothing."""
    kept: list[Notice] = []
    passed: set[str] = set()
    for notice in notices:
        if notice.true_until is not None and notice.true_until <= now:
            continue
        if notice.kind in STAGES:
            if notice.subject in passed:
                continue
            passed.add(notice.subject)
        kept.append(notice)
    return kept


def _address(session: Session, follower: Follower) -> tuple[str | None, str]:
    """Where to write to, in which language; nowhere if mail comes back or is not confirmed."""
    to, locale = follower.address, follower.locale
    if follower.account_id is not None:
        account = session.get_one(Account, follower.account_id)
        is_there = account.confirmed_at is not None and account.closed_at is None
        to, locale = account.email if is_there else None, account.locale
    if to is not None and is_undeliverable(session, to):
        to = None
    return to, locale


def _item(notice: Notice, locale: str) -> dict[str, object]:
    return {
        "kind": notice.kind.value,
        "title": title_in(notice.titles, locale),
        "path": notice.path,
        "facts": notice.facts,
        "zone": notice.time_zone,
    }
