"""What a round's comments look like from above: where, when, how, and in which words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, CommentKind, CommentVersion, Point
from feedback_app.curricula import queries as curricula
from feedback_app.rounds.models import Round
from feedback_app.triage.likeness import Standing, standing_out
from feedback_app.triage.queries import is_active, is_answered

READ = 5000
"""So many of the newest comments are read for their words."""
AGREED = 10


@dataclass
class Heat:
    """One section, or the whole course: asks by kind, and how many have no answer."""

    key: str | None
    number: str
    title: str
    language: str
    undecided: int = 0
    kinds: Counter[CommentKind | None] = field(default_factory=Counter)
    words: Mapping[str, Sequence[Standing]] = field(default_factory=dict)

    @property
    def all(self) -> int:
        return self.kinds.total()


@dataclass(frozen=True)
class Agreed:
    """A comment that others said “I agree” to."""

    point_id: str
    text: str
    language: str
    endorsements: int


def heat_of(session: Session, round_: Round) -> list[Heat]:
    """Every section in its order, the whole course last; those without a word, too."""
    sections = curricula.outline(session, round_.revision_id, words=False)
    found: dict[str | None, Heat] = {
        s.key: Heat(s.key, s.number, s.title, s.language) for s in sections
    }
    found[None] = Heat(None, "", "", "")
    rows = session.execute(
        _asks(round_, Comment.section_key, Comment.kind, is_answered(), func.count()).group_by(
            Comment.section_key, Comment.kind, is_answered()
        )
    )
    for key, kind, answered, number in rows:
        heat = found.get(key) or found[None]
        heat.kinds[kind] += number
        heat.undecided += 0 if answered else number
    for heat in found.values():
        heat.words = {}
    _put_words(session, round_, found)
    return list(found.values())


def _put_words(session: Session, round_: Round, found: Mapping[str | None, Heat]) -> None:
    """Words that stand out in a section against the others, each language by itself."""
    texts: dict[str, dict[str | None, list[str]]] = {}
    rows = session.execute(
        _asks(round_, Comment.section_key, Comment.language, CommentVersion.body)
        .join(
            CommentVersion,
            (CommentVersion.comment_id == Comment.id)
            & (CommentVersion.number == Point.version_number),
        )
        .where(Point.start.is_(None))
        .order_by(Comment.submitted_at.desc())
        .limit(READ)
    )
    for key, language, body in rows:
        texts.setdefault(language, {}).setdefault(key, []).append(body)
    for language, by_section in texts.items():
        for key, here in by_section.items():
            others = [t for other, said in by_section.items() if other != key for t in said]
            words = standing_out(here, others, language)
            if words and key in found:
                found[key].words = {**found[key].words, language: words}


def days_of(session: Session, round_: Round) -> list[tuple[date, int]]:
    """Comments by the day of the round's zone on which they came, days without one, too."""
    hour = _hour(session)
    rows = session.execute(
        select(hour, func.count(Comment.id.distinct()))
        .select_from(Comment)
        .join(Point, Point.comment_id == Comment.id)
        .where(Comment.round_id == round_.id, is_active())
        .group_by(hour)
    )
    zone = ZoneInfo(round_.time_zone)
    found: Counter[date] = Counter()
    for told, number in rows:
        at = datetime.strptime(told, "%Y-%m-%d %H").replace(tzinfo=UTC)
        found[at.astimezone(zone).date()] += number
    if not found:
        return []
    first, last = min(found), max(found)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day, found[day]) for day in days]


def _hour(session: Session) -> ColumnElement[str]:
    """The hour in UTC, as text; days of other zones begin at full hours, nearly everywhere."""
    if session.get_bind().dialect.name == "sqlite":
        return func.strftime("%Y-%m-%d %H", Comment.submitted_at)
    return func.to_char(func.timezone("UTC", Comment.submitted_at), "YYYY-MM-DD HH24")


def most_agreed(session: Session, round_: Round) -> list[Agreed]:
    """Shown on request alone: this is no vote (rule 13)."""
    rows = session.execute(
        _asks(
            round_,
            Point.public_id,
            CommentVersion.body,
            Comment.language,
            Comment.endorsements_count,
        )
        .join(
            CommentVersion,
            (CommentVersion.comment_id == Comment.id)
            & (CommentVersion.number == Comment.version_number),
        )
        .where(Comment.endorsements_count > 0)
        .order_by(Comment.endorsements_count.desc(), Point.id)
        .limit(AGREED)
    )
    return [Agreed(*row) for row in rows]


def _asks(round_: Round, *columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Comment.round_id == round_.id, is_active())
    )
