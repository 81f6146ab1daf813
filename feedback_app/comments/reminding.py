"""Telling those with a role what waits for them: once a morning, and only of something new."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from feedback_app.comments.joint_models import JointResponse, ResponseOffer
from feedback_app.comments.models import Comment, CommentVersion
from feedback_app.comments.sight import words_are_public
from feedback_app.comments.telling import leads_of, people_with
from feedback_app.comments.translations import has_fresh_translation
from feedback_app.core.database import Database
from feedback_app.core.orm import alias
from feedback_app.notifications import telling
from feedback_app.notifications.following_models import Notice, NoticeKind
from feedback_app.notifications.telling import MORNING, News
from feedback_app.policy import Role
from feedback_app.rounds.models import Round
from feedback_app.rounds.translations import all_lacking
from feedback_app.rounds.words import waiting_marks
from feedback_app.rounds.zones import local_day


def tell_what_waits(database: Database, *, at: datetime) -> int:
    """One notice for each round or response with something new; gives how many there were.

    Whoever runs this how often, the same thing is told once: the key of a notice is the newest
    thing that waits. What comes during a day is told the next morning.
    """
    with database.unit_of_work(writing=False) as session:
        due = _due(session, at)
    told = 0
    for news, round_id, organization_id in due:
        with database.unit_of_work(writing=True) as session:
            round_ = session.get_one(Round, round_id)
            people = _people(session, news.kind, round_, organization_id)
            told += bool(people) and telling.tell_accounts(session, news, people)
    return told


Due = tuple[News, int, int]
"""What is to be told, the round, and the organization whose people hear it."""


def _due(session: Session, at: datetime) -> list[Due]:
    found = [*_translations(session, at), *_pages(session, at), *_offers(session, at)]
    untold = telling.untold(session, [news.once_key for news, _round, _home in found])
    found = [each for each in found if each[0].once_key in untold]
    last = _last_told(session, [news.subject for news, _round, _home in found])
    return [each for each in found if _is_time(each[0], last, at)]


def _is_time(news: News, last: dict[tuple[str, NoticeKind], datetime], at: datetime) -> bool:
    """Not before the morning, and not twice on one day, by the clock of the round."""
    zone = ZoneInfo(news.time_zone)
    here = at.astimezone(zone)
    before = last.get((news.subject, news.kind))
    if before is None:
        return True
    return here.time() >= MORNING and before.astimezone(zone).date() < here.date()


def _last_told(
    session: Session, subjects: Sequence[str]
) -> dict[tuple[str, NoticeKind], datetime]:
    rows = session.execute(
        select(
            Notice.subject,
            Notice.kind,
            func.max(Notice.happened_at, type_=Notice.happened_at.type),
        )
        .where(Notice.subject.in_(subjects))
        .group_by(Notice.subject, Notice.kind)
    )
    return {(subject, kind): at for subject, kind, at in rows}


def _translations(session: Session, at: datetime) -> Iterable[Due]:
    """Rounds with comments in another language than their first, by the newest wording."""
    said, spoken = alias(CommentVersion), alias(Comment)
    waiting = (
        select(
            Comment.round_id,
            func.max(said.id).label("newest"),
            func.count(said.id).label("number"),
        )
        .join(Comment, Comment.id == said.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .where(
            said.number == Comment.version_number,
            Comment.language != Round.language,
            words_are_public(),
            ~has_fresh_translation(),
            Round.host_signed_at.is_not(None),
            Round.opens_at <= at,
            Round.report_published_at.is_(None),
        )
        .group_by(Comment.round_id)
        .subquery()
    )
    rows = session.execute(
        select(Round, spoken.public_id, spoken.version_number, waiting.c.number)
        .select_from(waiting)
        .join(Round, Round.id == waiting.c.round_id)
        .join(CommentVersion, CommentVersion.id == waiting.c.newest)
        .join(spoken, spoken.id == CommentVersion.comment_id)
        .options(selectinload(Round.texts))
    )
    for round_, comment, version, number in rows:
        mark = f"{comment}:{version}"
        kind, path = NoticeKind.TRANSLATIONS_WAIT, "/host/translations#waiting"
        facts: dict[str, str | int] = {"waiting": number}
        news = _news(kind, round_, round_.public_id, mark, path, at, facts)
        yield news, round_.id, round_.host_id


def _pages(session: Session, at: datetime) -> Iterable[Due]:
    """Plans whose page lacks texts in a language, from the morning after they were begun.

    A host who writes both languages on one day needs nobody; texts that waited when it was told
    last are nothing new.
    """
    plans = [plan for plan in all_lacking(session) if _is_of_an_earlier_day(plan[0], at)]
    kind = NoticeKind.WORDS_WAIT
    known = _marks_told(session, kind, [plan.public_id for plan, _tallies in plans])
    for plan, tallies in plans:
        marks = waiting_marks(plan)
        if set(marks) <= known.get(plan.public_id, set()):
            continue
        facts: dict[str, str | int] = {
            "waiting": sum(tally.waiting for tally in tallies),
            "marks": " ".join(marks),
        }
        once = hashlib.sha256(" ".join(marks).encode()).hexdigest()[:24]
        path = "/host/translations#plans"
        news = _news(kind, plan, plan.public_id, once, path, at, facts)
        yield news, plan.id, plan.host_id


def _is_of_an_earlier_day(plan: Round, at: datetime) -> bool:
    begun = local_day(plan.planned_at, plan.time_zone)
    return plan.closes_at > at and begun < local_day(at, plan.time_zone)


def _marks_told(
    session: Session, kind: NoticeKind, subjects: Sequence[str]
) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    for subject, facts in session.execute(
        select(Notice.subject, Notice.facts).where(
            Notice.subject.in_(subjects), Notice.kind == kind
        )
    ):
        told.setdefault(subject, set()).update(str(facts.get("marks", "")).split())
    return told


def _offers(session: Session, at: datetime) -> Iterable[Due]:
    """Responses that are still collected, by the newest offer."""
    newest = (
        select(func.max(ResponseOffer.id))
        .where(ResponseOffer.response_id == JointResponse.id)
        .correlate(JointResponse)
        .scalar_subquery()
    )
    rows: Iterable[Any] = session.execute(
        select(JointResponse, Round, ResponseOffer.public_id)
        .select_from(JointResponse)
        .join(Round, Round.id == JointResponse.round_id)
        .join(ResponseOffer, ResponseOffer.id == newest)
        .where(JointResponse.sent_at.is_(None), Round.closes_at >= at - timedelta(days=30))
        .options(selectinload(Round.texts))
    )
    for response, round_, mark in rows:
        path = f"/responses/{response.public_id}"
        news = _news(NoticeKind.OFFERS_WAIT, round_, response.public_id, mark, path, at)
        yield news, round_.id, response.organization_id


def _news(
    kind: NoticeKind,
    round_: Round,
    subject: str,
    mark: str,
    path: str,
    at: datetime,
    facts: Mapping[str, str | int] | None = None,
) -> News:
    titles = {text.language: text.title for text in round_.texts if text.title.strip()}
    return News(
        once_key=f"{kind.value}:{subject}:{mark}",
        kind=kind,
        subject=subject,
        parents=(),
        path=path,
        titles=titles or {round_.language: round_.slug},
        facts=facts or {},
        time_zone=round_.time_zone,
        happened_at=at,
    )


def _people(
    session: Session, kind: NoticeKind, round_: Round, organization_id: int
) -> Sequence[int]:
    if kind is NoticeKind.OFFERS_WAIT:
        return leads_of(session, organization_id, round_.department_id)
    home, outside = organization_id, round_.department_id
    translators = people_with(session, home, [Role.TRANSLATOR], outside=outside)
    if kind is NoticeKind.WORDS_WAIT:  # the plan itself tells its host what it lacks
        return translators
    # where nobody translates, the host finds somebody
    return translators or people_with(session, home, [Role.HOST], outside=outside)
