"""Where the words of a comment stand in the versions that came later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, union_all
from sqlalchemy.orm import Session

from feedback_app.comments.anchors import PlacementState, as_shown
from feedback_app.comments.models import Comment
from feedback_app.comments.queries import titled
from feedback_app.core.unions import part
from feedback_app.curricula.models import Section
from feedback_app.triage.shared import at_least_two, shared_rows

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


def titles_and_shared(
    session: Session, revision_ids: Collection[int], answer_ids: Collection[int]
) -> tuple[Titles, Mapping[int, int]]:
    """What sections are called, and to how many comments these answers were given at once."""
    if not revision_ids and not answer_ids:
        return {}, {}
    questions = [
        part(
            _TYPES,
            "title",
            id=Section.revision_id,
            number=Section.level,
            key=Section.key,
            title=Section.title,
            position=Section.position,
        ).where(Section.revision_id.in_(revision_ids))
    ]
    for rows in shared_rows(answer_ids) if answer_ids else ():
        each = rows.subquery()
        questions.append(part(_TYPES, "shared", id=each.c[0], number=each.c[1]))
    found = session.execute(union_all(*questions).order_by("id", "position")).all()
    titles = [(row.id, row.key, row.title, row.number) for row in found if row.what == "title"]
    return titled(titles), at_least_two(
        (row.id, row.number) for row in found if row.what == "shared"
    )


_TYPES = {
    "id": Integer,
    "number": Integer,
    "key": String,
    "title": String,
    "position": Integer,
}
