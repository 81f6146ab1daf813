"""What a round's comments look like from above: where, when, how, and in which words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, CommentKind, CommentVersion
from feedback_app.curricula import queries as curricula
from feedback_app.rounds.models import Round
from feedback_app.triage import voices
from feedback_app.triage.board_models import BoardRow, Stage
from feedback_app.triage.likeness import Standing, standing_out
from feedback_app.triage.voices import Said

READ = 5000
"""So many of the newest comments and asks are read for their words."""
AGREED = 10


@dataclass
class Heat:
    """One section, or the whole course: asks by kind, and how many wait for an answer."""

    key: str | None
    number: str
    title: str
    language: str
    undecided: int = 0
    kinds: Counter[CommentKind | None] = field(default_factory=Counter)
    words: dict[str, Sequence[Standing]] = field(default_factory=dict)

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
    found = {0: Heat(None, "", "", "")}
    for section in curricula.outline(session, round_.revision_id, words=False):
        found[section.position] = Heat(
            section.key, section.number, section.title, section.language
        )
    row = BoardRow
    numbers = session.execute(
        select(row.section_position, row.kind, row.stage, func.count())
        .where(row.round_id == round_.id)
        .group_by(row.section_position, row.kind, row.stage)
    )
    for position, kind, stage, number in numbers:
        heat = found.get(position) or found[0]
        heat.kinds[CommentKind(kind) if kind else None] += number
        heat.undecided += number if stage is Stage.OPEN else 0
    rows = [*(found[position] for position in sorted(found) if position), found[0]]
    _put_words(rows, voices.newest(session, round_, limit=READ))
    return rows


def _put_words(rows: Sequence[Heat], said: Sequence[Said]) -> None:
    """Words that stand out in a section against the others, each language by itself."""
    texts: dict[str, dict[str, list[str]]] = {}
    for voice in voices.voices_of(said):
        first = voice.first
        texts.setdefault(first.language, {}).setdefault(first.section_key, []).append(
            first.text
        )
    for language, by_section in texts.items():
        words = standing_out(by_section, language)
        for heat in rows:
            if found := words.get(heat.key or ""):
                heat.words[language] = found


def days_of(session: Session, round_: Round) -> list[tuple[date, int]]:
    """Comments by the day of the round's zone on which they came, days without one, too."""
    zone = ZoneInfo(round_.time_zone)
    found: Counter[date] = Counter()
    for hour, number in _comments_by_hour(session, round_):
        at = datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC)
        found[at.astimezone(zone).date()] += number
    if not found:
        return []
    first, last = min(found), max(found)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day, found[day]) for day in days]


def _comments_by_hour(session: Session, round_: Round) -> Sequence[Any]:
    """Asks by hour, less what asks of a comment that was split are too many."""
    here, hour = BoardRow.round_id == round_.id, _hour(session)
    asks = select(hour, func.count()).where(here).group_by(hour)
    split = (
        select(func.min(hour), 1 - func.count())
        .where(here, BoardRow.length > 0)
        .group_by(BoardRow.comment_id)
    )
    return session.execute(asks.union_all(split)).all()


def _hour(session: Session) -> ColumnElement[str]:
    """The hour in UTC, as text; days of other zones begin at full hours, nearly everywhere."""
    if session.get_bind().dialect.name == "sqlite":
        return func.substr(BoardRow.submitted_at, 1, len("2026-11-23 15"))
    return func.to_char(func.timezone("UTC", BoardRow.submitted_at), "YYYY-MM-DD HH24")


def most_agreed(session: Session, round_: Round) -> list[Agreed]:
    """Shown on request alone: this is no vote (rule 13)."""
    rows = session.execute(
        select(
            BoardRow.public_id, CommentVersion.body, BoardRow.language, BoardRow.endorsements
        )
        .join(Comment, Comment.id == BoardRow.comment_id)
        .join(
            CommentVersion,
            (CommentVersion.comment_id == Comment.id)
            & (CommentVersion.number == Comment.version_number),
        )
        .where(BoardRow.round_id == round_.id, BoardRow.endorsements > 0)
        .order_by(BoardRow.endorsements.desc(), BoardRow.submitted_at.desc())
        .limit(AGREED)
    )
    return [Agreed(*row) for row in rows]
