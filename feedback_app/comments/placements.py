"""Carrying comments to a new revision: computed before the writing unit, written inside it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, and_, bindparam, func, insert, select
from sqlalchemy.orm import Session, aliased

from feedback_app.comments import anchors
from feedback_app.comments.anchors import PlacementState, SectionText
from feedback_app.comments.conduct import State
from feedback_app.comments.models import Anchor, Comment, Placement
from feedback_app.comments.sight import none_of
from feedback_app.core import clock
from feedback_app.core.jobs import Report
from feedback_app.core.prepared import lines
from feedback_app.curricula.models import Revision, RevisionState, Section


@dataclass(frozen=True)
class PreparedPlacement:
    """Where one comment will stand, before it is written."""

    comment_id: int
    state: PlacementState
    section_key: str | None
    start: int | None
    end: int | None
    score: float
    reason: str
    line: str
    """All of this as one line of JSON, as it will be written."""


_TABLE = cast(Table, Placement.__table__)
_CARRIED = {
    name: _TABLE.c[name].type
    for name in ("comment_id", "state", "section_key", "start", "end", "score", "reason")
}
_CARRY = insert(_TABLE).from_select(
    [*_CARRIED, "revision_id", "placed_at"],
    select(
        lines("lines", _CARRIED),
        bindparam("revision", type_=_TABLE.c.revision_id.type),
        bindparam("at", type_=_TABLE.c.placed_at.type),
    ),
)
"""All in one statement: other writers wait for it."""


def count_to_carry(session: Session, base: Revision) -> int:
    """How many comments `prepare_placements` would find a place for."""
    made_on = aliased(Revision)
    counted = select(func.count()).select_from(Comment)
    joined = counted.join(made_on, made_on.id == Comment.revision_id)
    return session.scalar(joined.where(*_carried(made_on, base))) or 0


def prepare_placements(
    session: Session,
    base: Revision,
    sections: Sequence[SectionText],
    report: Report | None = None,
) -> list[PreparedPlacement]:
    """Where the comments of all revisions up to `base` stand in the new sections.

    Each starts from the newest place where its words were still found, else from where it was
    made. Read-only and slow; call it in a reading unit.
    """
    by_revision: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    standing = _standing(session, base)
    for row in standing:
        by_revision[row.revision_id].append(row)
    prepared: list[PreparedPlacement] = []

    def tell(placed: int) -> None:
        if report is not None:
            report(len(prepared) + placed, len(standing))

    for revision_id, rows in sorted(by_revision.items()):
        old = texts_of(session, revision_id)
        tell(0)
        prepared += _relocated(rows, old, sections, tell)
    return prepared


def carry_forward(
    session: Session, revision: Revision, placements: Sequence[PreparedPlacement]
) -> int:
    """Write placements for a revision that is being published; those made by hand stay."""
    placed = set(
        session.scalars(
            select(Placement.comment_id).where(Placement.revision_id == revision.id)
        )
    )
    written = [found.line for found in placements if found.comment_id not in placed]
    if written:
        lines_ = f"[{','.join(written)}]"
        session.execute(_CARRY, {"lines": lines_, "revision": revision.id, "at": clock.now()})
    return len(written)


def place_in(
    rows: Sequence[tuple[int, anchors.Anchor]],
    old: Sequence[SectionText],
    new: Sequence[SectionText],
) -> dict[int, anchors.Placement]:
    """For the page of a draft: where these comments stand now; nothing is kept."""
    found = anchors.relocate([anchor for _, anchor in rows], old, new)
    return {comment_id: place for (comment_id, _), place in zip(rows, found, strict=True)}


def texts_of(session: Session, revision_id: int) -> list[SectionText]:
    """A revision's sections in their order, as relocation takes them."""
    return [
        SectionText(row.key, row.title, row.text)
        for row in session.execute(
            select(Section.key, Section.title, Section.text)
            .where(Section.revision_id == revision_id)
            .order_by(Section.position)
        )
    ]


def place_of(
    session: Session, comment: Comment, revision_id: int | None
) -> tuple[str | None, int, int]:
    """Section, start and end in this revision, else where the comment was made."""
    if comment.revision_id != revision_id:
        placement = session.scalars(
            select(Placement).where(
                Placement.comment_id == comment.id, Placement.revision_id == revision_id
            )
        ).first()
        if placement is not None and placement.section_key is not None:
            return placement.section_key, placement.start or 0, placement.end or 0
    if comment.anchor is not None:
        return comment.anchor.section_key, comment.anchor.start, comment.anchor.end
    return comment.section_key, 0, 0


def _standing(session: Session, base: Revision) -> Sequence[Row[*tuple[Any, ...]]]:
    """Comments on published revisions up to the base, each with its newest place."""
    made_on, placed_on = aliased(Revision), aliased(Revision)
    newest = (
        select(
            Placement.comment_id,
            Placement.revision_id,
            Placement.section_key,
            Placement.start,
            Placement.end,
            func.row_number()
            .over(partition_by=Placement.comment_id, order_by=placed_on.number.desc())
            .label("place"),
        )
        .join(placed_on, placed_on.id == Placement.revision_id)
        .where(
            placed_on.curriculum_id == base.curriculum_id,
            placed_on.number <= base.number,
            Placement.section_key.is_not(None),
        )
        .subquery("newest")
    )
    return session.execute(
        select(
            Comment.id,
            Anchor.id.label("anchor_id"),
            Anchor.exact,
            Anchor.prefix,
            Anchor.suffix,
            func.coalesce(newest.c.revision_id, Comment.revision_id).label("revision_id"),
            func.coalesce(newest.c.section_key, Comment.section_key).label("section_key"),
            func.coalesce(newest.c.start, Anchor.start).label("start"),
            func.coalesce(newest.c.end, Anchor.end).label("end"),
            newest.c.revision_id.is_not(None).label("is_carried"),
        )
        .join(made_on, made_on.id == Comment.revision_id)
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .outerjoin(newest, and_(newest.c.comment_id == Comment.id, newest.c.place == 1))
        .where(*_carried(made_on, base))
        .order_by(Comment.id)
    ).all()


def _carried(made_on: type[Revision], base: Revision) -> list[ColumnElement[bool]]:
    """All that stand on a section go along, but for replies and what was taken back."""
    return [
        made_on.curriculum_id == base.curriculum_id,
        made_on.number <= base.number,
        made_on.state == RevisionState.PUBLISHED,
        Comment.parent_id.is_(None),
        none_of(frozenset({State.WITHDRAWN, State.ERASED})),
        Comment.section_key.is_not(None),
    ]


def _relocated(
    rows: Sequence[Row[*tuple[Any, ...]]],
    old: Sequence[SectionText],
    new: Sequence[SectionText],
    tell: Callable[[int], None],
) -> list[PreparedPlacement]:
    texts = {section.key: section.text for section in old}
    found = anchors.relocate([_start(row, texts) for row in rows], old, new, report=tell)
    return [_prepared(row.id, place) for row, place in zip(rows, found, strict=True)]


def _prepared(comment_id: int, place: anchors.Placement) -> PreparedPlacement:
    values = {"comment_id": comment_id} | {
        name: getattr(place, name) for name in _CARRIED if name != "comment_id"
    }
    return PreparedPlacement(**values, line=json.dumps(list(values.values())))


def _start(row: Row[*tuple[Any, ...]], texts: dict[str, str]) -> anchors.Anchor:
    if row.anchor_id is None or not row.end:
        return anchors.Anchor(row.section_key, 0, 0, "")
    if not row.is_carried:
        return anchors.Anchor(
            row.section_key, row.start, row.end, row.exact, row.prefix, row.suffix
        )
    text = texts.get(row.section_key, "")
    if not 0 <= row.start < row.end <= len(text):
        return anchors.Anchor(row.section_key, 0, 0, "")
    exact, prefix, suffix = anchors.cut(text, row.start, row.end)
    return anchors.Anchor(row.section_key, row.start, row.end, exact, prefix, suffix)
