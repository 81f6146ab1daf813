"""Reminding those who answer, before the day that was promised and when it has passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback_app.accounts.models import Account
from feedback_app.core.database import Database
from feedback_app.notifications import telling
from feedback_app.notifications.following_models import NoticeKind
from feedback_app.notifications.services import enqueue
from feedback_app.notifications.telling import News
from feedback_app.organizations.models import Membership, Role
from feedback_app.rounds.delay_models import Delay
from feedback_app.rounds.models import Round
from feedback_app.rounds.zones import local_day

DAYS_BEFORE = 7


def reminder_on(today: date, day: date) -> NoticeKind | None:
    """Within a week of the day that counts, and once it has passed."""
    if today > day:
        return NoticeKind.ANSWERS_LATE
    if today >= day - timedelta(days=DAYS_BEFORE):
        return NoticeKind.ANSWERS_DUE
    return None


def remind_who_answers(database: Database, *, at: datetime) -> int:
    """One notice and one mail to each moderator for a day and what became of it; gives how many
    reminders that made, whoever runs this how often."""
    with database.unit_of_work(writing=False) as session:
        due = _untold(session, at)
    if not due:
        return 0
    with database.unit_of_work(writing=True) as session:
        rounds = session.scalars(
            select(Round)
            .where(Round.id.in_([round_id for round_id, _, _ in due]))
            .options(selectinload(Round.texts), joinedload(Round.department))
        )
        by_id = {round_.id: round_ for round_ in rounds}
        return sum(_remind(session, by_id[id_], kind, day, at) for id_, kind, day in due)


def _untold(session: Session, at: datetime) -> list[tuple[int, NoticeKind, date]]:
    later_on = (
        select(Delay.later_on)
        .where(Delay.round_id == Round.id)
        .order_by(Delay.id.desc())
        .limit(1)
        .correlate(Round)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Round.id,
            Round.public_id,
            Round.time_zone,
            Round.answers_due_on,
            later_on.label("later_on"),
        ).where(
            Round.host_signed_at.is_not(None),
            Round.department_signed_at.is_not(None),
            Round.opens_at <= at,
            Round.report_published_at.is_(None),
            Round.answers_due_on <= at.date() + timedelta(days=DAYS_BEFORE + 1),
        )
    )
    found = {}
    for row in rows:
        day = max(row.answers_due_on, row.later_on or row.answers_due_on)
        kind = reminder_on(local_day(at, row.time_zone), day)
        if kind is not None:
            found[_once_key(kind, row.public_id, day)] = (row.id, kind, day)
    untold = telling.untold(session, list(found))
    return [due for key, due in found.items() if key in untold]


def _once_key(kind: NoticeKind, public_id: str, day: date) -> str:
    return f"{kind.value}:{public_id}:{day.isoformat()}"


def _remind(session: Session, round_: Round, kind: NoticeKind, day: date, at: datetime) -> bool:
    late = kind is NoticeKind.ANSWERS_LATE
    news = News(
        once_key=_once_key(kind, round_.public_id, day),
        kind=kind,
        subject=round_.public_id,
        parents=(),
        path=f"/triage/{round_.slug}/delay" if late else f"/triage/{round_.slug}",
        titles={text.language: text.title for text in round_.texts},
        facts={"due_on": day.isoformat()},
        time_zone=round_.time_zone,
        happened_at=at,
    )
    if not telling.untold(session, [news.once_key]):
        return False  # another worker has just done so
    people = _who_answers(session, round_.department_id)
    telling.tell_accounts(session, news, [person.id for person in people])
    quiet = telling.quiet_among(session, [person.id for person in people])
    for person in people:
        enqueue(
            session,
            "answers_due",
            to=person.email,
            locale=person.locale,
            once_key=f"{news.once_key}:{person.id}",
            kind=kind.value,
            title=news.title_in(person.locale),
            facts=dict(news.facts),
            zone=round_.time_zone,
            path=news.path,
            is_quiet=int(person.id in quiet),
        )
    return True


def _who_answers(session: Session, department_id: int) -> Sequence[Account]:
    """The department's moderators; where it has none, its managers can name one."""
    for role in (Role.MODERATOR, Role.MANAGER):
        people = session.scalars(
            select(Account)
            .join(Membership, Membership.account_id == Account.id)
            .where(
                Membership.organization_id == department_id,
                Membership.role == role,
                Membership.ended_at.is_(None),
                Account.confirmed_at.is_not(None),
                Account.closed_at.is_(None),
            )
            .order_by(Account.id)
        ).all()
        if people:
            return people
    return []
