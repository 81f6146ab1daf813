"""Changes that nobody has explained yet, each with the comments likely behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments.beside import Beside
from feedback_app.comments.models import CommentVersion, Point, words_of_point
from feedback_app.curricula.comparison import Comparison, SectionComparison
from feedback_app.curricula.models import Revision
from feedback_app.triage import hunks
from feedback_app.triage.causes import causes_of
from feedback_app.triage.gate import locate_causes
from feedback_app.triage.likely import Asked, Change, Likely, likely_causes

MOST_OFFERED = 5


@dataclass(frozen=True)
class Offered:
    """A comment that may stand behind a change; `likely` says by which traces."""

    point_id: str
    name: str | None
    words: str
    times: int
    likely: Likely


@dataclass(frozen=True)
class Unexplained:
    number: int
    before: str
    after: str
    offered: Sequence[Offered]


@dataclass(frozen=True)
class _Voice:
    point_id: str
    name: str | None
    words: str
    asked: Asked


def unexplained(
    session: Session,
    revision: Revision,
    section: SectionComparison,
    beside: Sequence[Beside],
) -> list[Unexplained]:
    """What the author is asked about; nothing of it is kept before they say so.

    Words that moved are asked about where they came to.
    """
    places = locate_causes(Comparison((section,)), causes_of(session, revision.id))
    named = {
        places[cause.id]
        for cause in causes_of(session, revision.id)
        if cause.id in places and cause.section_key == section.key
    }
    if None in named:
        return []
    open_ = [h for h in section.hunks if h.number not in named and h.moved_to is None]
    if not open_:
        return []
    voices = _voices(session, beside)
    old, new = section.old_text(), section.new_text()
    return [
        Unexplained(
            number=hunk.number,
            before=old[hunk.old_start : hunk.old_end],
            after=hunks.new_words(section, hunk),
            offered=_offered(
                Change(old, new, hunk.old_start, hunk.old_end, hunk.new_start, hunk.new_end),
                voices,
            ),
        )
        for hunk in open_
    ]


def _voices(session: Session, beside: Sequence[Beside]) -> list[_Voice]:
    by_id = {each.card.id: each for each in beside}
    rows = session.execute(
        select(Point.public_id, Point.comment_id, Point.start, Point.end, CommentVersion.body)
        .join(CommentVersion, words_of_point())
        .where(Point.comment_id.in_(by_id), Point.retired_at.is_(None))
        .order_by(Point.id)
    )
    voices = []
    for point_id, comment_id, start, end, body in rows:
        each = by_id[comment_id]
        words = body if start is None else body[start:end]
        asked = Asked(
            key=point_id,
            body=words,
            wording=each.suggested_wording or "",
            start=each.base_start,
            end=each.base_end,
        )
        voices.append(_Voice(point_id, each.card.name, words, asked))
    return voices


def _offered(change: Change, voices: Sequence[_Voice]) -> list[Offered]:
    """Equal letters are offered as one."""
    by_key = {voice.point_id: voice for voice in voices}
    found: dict[str, Offered] = {}
    for likely in likely_causes(change, [voice.asked for voice in voices]):
        voice = by_key[str(likely.key)]
        times = sum(other.words == voice.words for other in voices)
        found.setdefault(
            voice.words, Offered(voice.point_id, voice.name, voice.words, times, likely)
        )
    return list(found.values())[:MOST_OFFERED]
