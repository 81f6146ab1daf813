"""What has happened to comment periods and courses: for notices, mail and feeds alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, literal, select
from sqlalchemy.orm import Session

from feedback_app.core.database import Database
from feedback_app.curricula.models import Curriculum, Revision
from feedback_app.log.services import stamp
from feedback_app.notifications import telling
from feedback_app.notifications.following_models import Notice, NoticeKind
from feedback_app.notifications.telling import News
from feedback_app.organizations.models import Organization
from feedback_app.rounds.models import Extension, Round, RoundText
from feedback_app.rounds.zones import local_day, start_of_day

SOON = timedelta(days=3)
LAST_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stage:
    """Where a signed round stands for those who follow it: one stage at each instant."""

    kind: NoticeKind
    since: datetime
    mark: str = ""
    """What makes the same stage a new one: another closing, another day that was promised."""
    true_until: datetime | None = None


def stage_at(
    at: datetime,
    *,
    opens_at: datetime,
    closes_at: datetime,
    report_published_at: datetime | None,
    due_on: date | None,
    time_zone: str,
) -> Stage | None:
    """The newest thing that is true; what is past by then is told to nobody.

    Whoever comes back after days of silence hears that a round has closed, not that it opened,
    that three days were left, and that one was.
    """
    if report_published_at is not None and report_published_at <= at:
        return Stage(NoticeKind.ROUND_ANSWERED, report_published_at)
    if at < opens_at:
        return None
    if at > closes_at:
        if due_on is not None and (overdue := _day_after(due_on, time_zone)) <= at:
            return Stage(NoticeKind.ANSWERS_OVERDUE, overdue, due_on.isoformat())
        return Stage(NoticeKind.ROUND_CLOSED, closes_at)
    for kind, before in ((NoticeKind.LAST_DAY, LAST_DAY), (NoticeKind.CLOSES_SOON, SOON)):
        if at >= closes_at - before and closes_at - before > opens_at:
            return Stage(kind, closes_at - before, stamp(closes_at), closes_at)
    return Stage(NoticeKind.ROUND_OPENED, opens_at, true_until=closes_at)


def news_due(session: Session, *, at: datetime) -> list[News]:
    """What is true now and has not been told."""
    rows = session.execute(
        rounds_told().where(Round.opens_at <= at, ~_is_told(NoticeKind.ROUND_ANSWERED, Round))
    ).all()
    staged = [(row, stage) for row in rows if (stage := _stage(row, at)) is not None]
    moved = _moved(session, [row for row in rows if _is_open(row, at)])
    found = [
        *(round_news(row, stage) for row, stage in staged),
        *moved,
        *_revision_news(session, at=at),
    ]
    untold = telling.untold(session, [news.once_key for news in found])
    return with_titles(session, [news for news in found if news.once_key in untold])


def tell_due(database: Database, *, at: datetime) -> int:
    """Write down what is due and tell it; gives how many news there were."""
    with database.unit_of_work(writing=False) as session:
        due = news_due(session, at=at)
    if due:
        with database.unit_of_work(writing=True) as session:
            for news in due:
                telling.write_down(session, news)
    telling.tell_followers(database)
    return len(due)


def rounds_told() -> Any:
    return (
        select(
            *(Round.id, Round.public_id, Round.slug, Round.time_zone, Round.language),
            *(Round.opens_at, Round.closes_at, Round.report_published_at),
            *(Round.answers_due_on, Round.department_signed_at),
            Curriculum.public_id.label("curriculum"),
            Organization.public_id.label("department"),
        )
        .join(Revision, Revision.id == Round.revision_id)
        .join(Curriculum, Curriculum.id == Revision.curriculum_id)
        .join(Organization, Organization.id == Round.department_id)
        .where(Round.host_signed_at.is_not(None))
    )


def _is_told(kind: NoticeKind, table: type[Round] | type[Revision]) -> Any:
    key = literal(f"{kind.value}:") + table.public_id
    return exists().where(Notice.once_key == key)


def _is_open(row: Any, at: datetime) -> bool:
    return bool(row.opens_at <= at <= row.closes_at and row.report_published_at is None)


def _stage(row: Any, at: datetime) -> Stage | None:
    return stage_at(
        at,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        report_published_at=row.report_published_at,
        due_on=_due_on(row),
        time_zone=row.time_zone,
    )


def _due_on(row: Any) -> date | None:
    """An independent comment period has no day by which anything is promised."""
    return row.answers_due_on if row.department_signed_at is not None else None


def overdue_since(row: Any) -> datetime | None:
    due_on = _due_on(row)
    return _day_after(due_on, row.time_zone) if due_on is not None else None


def _day_after(day: date, zone: str) -> datetime:
    return start_of_day(day + timedelta(days=1), zone)


def round_news(row: Any, stage: Stage) -> News:
    due_on = _due_on(row)
    facts = {"closes_at": stamp(row.closes_at)}
    if due_on is not None:
        facts["due_on"] = due_on.isoformat()
    path = f"/rounds/{row.slug}"
    if stage.kind is NoticeKind.ROUND_ANSWERED:
        path = f"{path}/report"
    return News(
        once_key=":".join(filter(None, (stage.kind.value, row.public_id, stage.mark))),
        kind=stage.kind,
        subject=row.public_id,
        parents=(row.curriculum, row.department),
        path=path,
        titles={},
        facts=facts,
        time_zone=row.time_zone,
        happened_at=stage.since,
        true_until=stage.true_until,
    )


def _moved(session: Session, rows: Sequence[Any]) -> Iterable[News]:
    """Closings that were moved later and still stand."""
    by_id = {row.id: row for row in rows}
    extensions = session.execute(
        select(
            Extension.public_id, Extension.round_id, Extension.closes_at, Extension.recorded_at
        ).where(Extension.round_id.in_(by_id))
    )
    for extension in extensions:
        row = by_id[extension.round_id]
        if extension.closes_at == row.closes_at:
            stage = Stage(
                NoticeKind.ROUND_MOVED,
                extension.recorded_at,
                extension.public_id,
                row.closes_at,
            )
            yield round_news(row, stage)


def revisions_told(at: datetime) -> Any:
    return (
        select(
            *(Revision.public_id, Revision.number, Revision.base_id),
            *(Revision.published_at, Revision.in_force_on),
            *(Curriculum.slug, Curriculum.title, Curriculum.language),
            Curriculum.public_id.label("curriculum"),
            Organization.public_id.label("department"),
            Organization.time_zone,
        )
        .join(Curriculum, Curriculum.id == Revision.curriculum_id)
        .join(Organization, Organization.id == Curriculum.department_id)
        .where(Revision.published_at <= at)
    )


def _revision_news(session: Session, *, at: datetime) -> Iterable[News]:
    query = revisions_told(at)
    for row in session.execute(query.where(~_is_told(NoticeKind.REVISION_PUBLISHED, Revision))):
        yield published_news(row)
    tomorrow = at.date() + timedelta(days=1)
    for row in session.execute(
        query.where(
            Revision.in_force_on <= tomorrow,
            ~_is_told(NoticeKind.REVISION_IN_FORCE, Revision),
        )
    ):
        if row.in_force_on <= local_day(at, row.time_zone):
            yield in_force_news(row)


def published_news(row: Any) -> News:
    return _news_of_revision(
        row, NoticeKind.REVISION_PUBLISHED, row.published_at, {"number": row.number}
    )


def in_force_news(row: Any) -> News:
    return _news_of_revision(
        row,
        NoticeKind.REVISION_IN_FORCE,
        max(row.published_at, start_of_day(row.in_force_on, row.time_zone)),
        {"number": row.number, "day": row.in_force_on.isoformat()},
    )


def _news_of_revision(
    row: Any, kind: NoticeKind, at: datetime, facts: dict[str, str | int]
) -> News:
    page = "/changes" if row.base_id and kind is NoticeKind.REVISION_PUBLISHED else ""
    return News(
        once_key=f"{kind.value}:{row.public_id}",
        kind=kind,
        subject=row.public_id,
        parents=(row.curriculum, row.department),
        path=f"/curricula/{row.slug}/revisions/{row.number}{page}",
        titles={row.language: row.title},
        facts=facts,
        time_zone=row.time_zone,
        happened_at=at,
    )


def with_titles(session: Session, found: Sequence[News]) -> list[News]:
    """A round's titles in each of its languages, its first one before the others."""
    wanted = {news.subject for news in found if not news.titles}
    titles: dict[str, dict[str, str]] = {}
    for public_id, language, title in session.execute(
        select(Round.public_id, RoundText.language, RoundText.title)
        .join(RoundText, RoundText.round_id == Round.id)
        .where(Round.public_id.in_(wanted))
        .order_by(RoundText.language != Round.language, RoundText.language)
    ):
        titles.setdefault(public_id, {})[language] = title
    return [
        news if news.titles else replace(news, titles=titles.get(news.subject, {}))
        for news in found
    ]
