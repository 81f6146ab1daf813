"""All that has happened to comment periods and courses, newest first; for feeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.curricula.models import Curriculum, Revision
from feedback_app.notifications.following_models import NoticeKind
from feedback_app.notifications.telling import News
from feedback_app.rounds.models import Extension, Round
from feedback_app.rounds.news import (
    Stage,
    in_force_news,
    overdue_since,
    published_news,
    revisions_told,
    round_news,
    rounds_told,
    with_titles,
)
from feedback_app.rounds.zones import local_day

LIMIT = 50


def history(
    session: Session,
    *,
    at: datetime,
    curriculum_id: int | None = None,
    department_id: int | None = None,
    revisions: bool = True,
) -> list[News]:
    """The newest things that anyone may know, with the titles of their pages."""
    about = []
    if curriculum_id is not None:
        about.append(Curriculum.id == curriculum_id)
    if department_id is not None:
        about.append(Curriculum.department_id == department_id)
    rows = session.execute(
        rounds_told()
        .where(Round.opens_at <= at, *about)
        .order_by(Round.opens_at.desc())
        .limit(LIMIT)
    ).all()
    found = [round_news(row, stage) for row in rows for stage in _stages(row, at)]
    by_id = {row.id: row for row in rows}
    for moved in session.execute(
        select(Extension.public_id, Extension.round_id, Extension.recorded_at).where(
            Extension.round_id.in_(by_id), Extension.closes_at > Extension.closes_at_before
        )
    ):
        stage = Stage(NoticeKind.ROUND_MOVED, moved.recorded_at, moved.public_id)
        found.append(round_news(by_id[moved.round_id], stage))
    if revisions:
        query = revisions_told(at).where(*about).order_by(Revision.published_at.desc())
        for row in session.execute(query.limit(LIMIT)):
            found.append(published_news(row))
            if row.in_force_on and row.in_force_on <= local_day(at, row.time_zone):
                found.append(in_force_news(row))
    found.sort(key=lambda news: (news.happened_at, news.once_key), reverse=True)
    return with_titles(session, found[:LIMIT])


def _stages(row: Any, at: datetime) -> Iterator[Stage]:
    yield Stage(NoticeKind.ROUND_OPENED, row.opens_at)
    answered = row.report_published_at
    if row.closes_at < at and (answered is None or row.closes_at <= answered):
        yield Stage(NoticeKind.ROUND_CLOSED, row.closes_at)
    overdue = overdue_since(row)
    if overdue is not None and overdue <= min(at, answered or at + timedelta(days=1)):
        yield Stage(NoticeKind.ANSWERS_OVERDUE, overdue, row.answers_due_on.isoformat())
    if answered is not None and answered <= at:
        yield Stage(NoticeKind.ROUND_ANSWERED, answered)
