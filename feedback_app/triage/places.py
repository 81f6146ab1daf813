"""Where the comments of a course stand in its newest version, for whoever looks after them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from feedback_app.comments.anchors import PlacementState, as_shown
from feedback_app.comments.models import Anchor, Comment, CommentVersion, Placement
from feedback_app.comments.queries import visible_to
from feedback_app.curricula.models import Revision, Section
from feedback_app.policy import Actor

MOST = 100


class Look(enum.StrEnum):
    """Why somebody should look at a place, the most urgent first."""

    OBJECTED = "objected"
    UNPLACED = "unplaced"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class PlaceRow:
    """`before` are the words that the comment was made on, `now` those it is said to be on."""

    comment_id: str
    name: str | None
    body: str
    look: Look
    state: PlacementState
    before: str
    section_key: str | None
    section_title: str
    start: int
    end: int
    now: str
    objected_at: datetime | None


def places_to_look_at(
    session: Session, revision: Revision, viewer: Actor
) -> tuple[Sequence[PlaceRow], dict[Look, int]]:
    """The first of them, and how many there are of each kind.

    Places made by hand are done with, until the comment's author objects.
    """
    rows = session.execute(
        select(
            Comment.public_id,
            Comment.display_name,
            CommentVersion.body,
            _look().label("look"),
            Placement.state,
            func.coalesce(Anchor.exact, "").label("before"),
            Placement.section_key,
            func.coalesce(Section.title, "").label("title"),
            func.coalesce(Placement.start, 0).label("start"),
            func.coalesce(Placement.end, 0).label("end"),
            func.coalesce(_words(), "").label("now"),
            Placement.objected_at,
        )
        .select_from(Placement)
        .join(Comment, Comment.id == Placement.comment_id)
        .join(
            CommentVersion,
            (CommentVersion.comment_id == Comment.id)
            & (CommentVersion.number == Comment.version_number),
        )
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .outerjoin(Section, _its_section())
        .where(_is_open(revision, viewer))
        .order_by(_rank(), Comment.id)
        .limit(MOST)
    ).all()
    looks = (
        select(_look().label("look"))
        .select_from(Placement)
        .join(Comment, Comment.id == Placement.comment_id)
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .outerjoin(Section, _its_section())
        .where(_is_open(revision, viewer))
        .subquery()
    )
    counts = session.execute(select(looks.c.look, func.count()).group_by(looks.c.look)).all()
    found = [
        PlaceRow(
            comment_id=row.public_id,
            name=row.display_name,
            body=row.body,
            look=Look(row.look),
            state=as_shown(row.state, row.before, row.now) if row.now else row.state,
            before=row.before,
            section_key=row.section_key,
            section_title=row.title,
            start=row.start,
            end=row.end,
            now=row.now,
            objected_at=row.objected_at,
        )
        for row in rows
    ]
    return found, {Look(look): number for look, number in counts}


def _its_section() -> ColumnElement[Any]:
    return and_(
        Section.revision_id == Placement.revision_id, Section.key == Placement.section_key
    )


def _words() -> ColumnElement[Any]:
    return func.substr(Section.text, Placement.start + 1, Placement.end - Placement.start)


def _look() -> ColumnElement[Any]:
    return case(
        (Placement.objected_at.is_not(None), Look.OBJECTED.value),
        (Placement.state == PlacementState.UNPLACED, Look.UNPLACED.value),
        (Placement.state == PlacementState.REMOVED, Look.REMOVED.value),
        else_=Look.CHANGED.value,
    )


def _rank() -> ColumnElement[Any]:
    return case({look.value: n for n, look in enumerate(Look)}, value=_look())


def _is_open(revision: Revision, viewer: Actor) -> ColumnElement[Any]:
    changed = and_(Anchor.id.is_not(None), _words() != Anchor.exact)
    not_same = Placement.state != PlacementState.SAME
    return and_(
        Placement.revision_id == revision.id,
        Comment.withdrawn_at.is_(None),
        Comment.erased_at.is_(None),
        visible_to(viewer),
        or_(
            Placement.objected_at.is_not(None),
            and_(Placement.placed_by_id.is_(None), or_(not_same, changed)),
        ),
    )
