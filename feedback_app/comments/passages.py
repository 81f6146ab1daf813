"""Which words of a text people spoke about, and how many did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from feedback_app.comments.listings import IN_ROUND
from feedback_app.comments.models import Anchor, Comment
from feedback_app.comments.showing import AT
from feedback_app.comments.sight import counted, visible_to
from feedback_app.core import clock
from feedback_app.core.database import Reading
from feedback_app.core.prepared import Prepared
from feedback_app.policy import VISITOR, Actor

MOST = 12
"""More marks than this in one section hide the text; those with most comments stay."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a section's canonical text, with the number of comments on it."""

    start: int
    end: int
    count: int


def passages_by_section(
    session: Reading, round_id: int, revision_id: int, viewer: Actor = VISITOR
) -> dict[str, list[Passage]]:
    """{section key: its passages in reading order}, from one query."""
    return by_section(
        _passages(viewer).rows(
            session, round_id=round_id, revision_id=revision_id, **{AT: clock.now()}
        )
    )


def by_section(rows: Iterable[Sequence[Any]]) -> dict[str, list[Passage]]:
    """Of rows of `spoken_of`, those with most comments."""
    sections: dict[str, list[Passage]] = {}
    for key, start, end, number in sorted(rows, key=lambda row: (-row[3], row[1], row[2])):
        passages = sections.setdefault(key, [])
        if len(passages) < MOST:
            passages.append(Passage(start, end, number))
    for passages in sections.values():
        passages.sort(key=lambda passage: (passage.start, -passage.end))
    return sections


@lru_cache(maxsize=64)
def _passages(viewer: Actor) -> Prepared:
    return Prepared(spoken_of(viewer))


def spoken_of(viewer: Actor) -> Select[str, int, int, int]:
    """Section, start and end of what the comments of a round are about, and how many are.

    It is asked with `round_id`, `revision_id` and the instant.
    """
    return (
        select(Anchor.section_key, Anchor.start, Anchor.end, func.count().label("count"))
        .join(Comment, Comment.id == Anchor.comment_id)
        .where(
            Comment.round_id == bindparam("round_id"),
            Anchor.revision_id == bindparam("revision_id"),
            counted(),
            visible_to(viewer, IN_ROUND),
        )
        .group_by(Anchor.section_key, Anchor.start, Anchor.end)
    )
