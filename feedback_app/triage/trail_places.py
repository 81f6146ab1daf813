"""Where the words of a comment stand in the versions that came later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feedback_app.comments.anchors import PlacementState, as_shown
from feedback_app.comments.models import Comment

Titles = Mapping[tuple[int, str], tuple[str, str]]


@dataclass(frozen=True)
class NewPlace:
    """Where the quoted words, or the section, stand in a later version.

    `before` are the words as they stood one step earlier, `came_from` the title of another
    section where that was.
    """

    state: PlacementState
    number: int
    section_key: str | None
    section_number: str
    section_title: str
    came_from: str
    before: str
    words: str
    is_quote: bool
    by_hand_at: datetime | None
    objected_at: datetime | None


def name_of(titles: Titles, revision_id: int, key: str | None) -> tuple[str, str]:
    return titles.get((revision_id, key or ""), ("", ""))


def places_of(comment: Comment, rows: Iterable[Any], titles: Titles) -> list[NewPlace]:
    """One step for each later published version, in their order."""
    before = comment.anchor.exact if comment.anchor is not None else ""
    key, stood = (
        comment.section_key,
        name_of(titles, comment.revision_id, comment.section_key)[1],
    )
    found: list[NewPlace] = []
    for row in rows:
        placement, words = row.place, (row.placed_words or "") if row.place.end else ""
        number, title = name_of(titles, placement.revision_id, placement.section_key)
        moved = bool(placement.section_key) and placement.section_key != key
        found.append(
            NewPlace(
                state=as_shown(placement.state, before, words) if words else placement.state,
                number=row.placed_in_number,
                section_key=placement.section_key,
                section_number=number,
                section_title=title,
                came_from=stood if moved else "",
                before=before,
                words=words,
                is_quote=comment.anchor is not None,
                by_hand_at=placement.placed_at if placement.placed_by_id else None,
                objected_at=placement.objected_at,
            )
        )
        if placement.section_key:
            before, stood, key = words or before, title, placement.section_key
    return found
