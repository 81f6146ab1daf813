"""The comments that travel in a Word file: what its reader may see, where the words stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from feedback_app.comments import anchors
from feedback_app.comments.anchors import PlacementState
from feedback_app.comments.conduct import State
from feedback_app.comments.labels import KIND_LABELS, REASON_LABELS
from feedback_app.comments.models import Anchor, Comment, CommentVersion, Placement
from feedback_app.comments.placements import place_in, texts_of
from feedback_app.comments.sight import (
    reason_column,
    since_column,
    state_column,
    text_is_read,
    visible_to,
)
from feedback_app.core.i18n import N_
from feedback_app.curricula.models import Revision
from feedback_app.exchange.word_writing import UNNAMED, Remark, Say
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round

SUGGESTED = N_("Suggested wording: %(words)s")
NOBODY = N_("Not shown")
NOT_SHOWN = N_("These words are not public.")
STUBS = {
    State.HELD: N_("1 comment waiting. It is read before it is shown."),
    State.HIDDEN: N_("Hidden by the rules of conduct: %(reason)s."),
    State.WITHDRAWN: N_("Withdrawn by the person who wrote it."),
    State.ERASED: N_("Erased: %(reason)s. Nobody can read it any more."),
}
SIGNS = {
    State.HELD: N_("Waiting, not shown yet."),
    State.HIDDEN: N_("Hidden from the public: %(reason)s."),
    State.SET_ASIDE: N_("Set aside as a suspected flood, counted apart."),
    State.MASKED: N_("Details covered: %(reason)s."),
    State.LATE: N_("Sent after the closing."),
}
"""Said under the words that this reader may read nevertheless."""

GONE = N_("The words it spoke of are not in this version: “%(words)s”")
UNPLACED = N_("We could not find the words it spoke of in this version: “%(words)s”")
_PARAGRAPH = re.compile(r"\n\s*\n")
_NOWHERE = anchors.Placement(PlacementState.SAME, None, None, None, 0.0, "")


def remarks_on(
    session: Session, revision: Revision, *, viewer: Actor, say: Say = str
) -> list[Remark]:
    """Comments on a published revision; on a draft, those that stand in what it started from.

    Where words of a draft are no longer found the remark stands on its section and says so.
    What this reader may not read stands as one line without a name, on its section and not on
    words, as on our pages.
    """
    if revision.is_public:
        rows = _rows(session, revision.id, viewer)
        places = {row.id: _own_place(row) for row in rows if row.parent_id is None}
    elif revision.base_id is not None:
        rows = _rows(session, revision.base_id, viewer, is_carried=True)
        places = _in_draft(session, revision, rows)
    else:
        return []
    exacts = {row.id: row.exact or "" for row in rows}
    return [
        _remark(row, places[thread], exacts[thread], say)
        for row in rows
        if (thread := row.parent_id or row.id) in places
    ]


def _rows(
    session: Session, revision_id: int, viewer: Actor, *, is_carried: bool = False
) -> Sequence[Row[*tuple[Any, ...]]]:
    first = aliased(Comment)
    thread = func.coalesce(Comment.parent_id, Comment.id)
    is_on = first.revision_id == revision_id
    if is_carried:
        is_on |= Placement.id.is_not(None)
    return session.execute(
        select(
            Comment.id,
            Comment.parent_id,
            Comment.display_name,
            Organization.name.label("organization"),
            Comment.kind,
            Comment.submitted_at,
            state_column(),
            since_column(),
            reason_column(),
            Round.time_zone,
            text_is_read(viewer).label("is_read"),
            CommentVersion.body,
            CommentVersion.suggested_wording,
            Anchor.exact,
            func.coalesce(Placement.section_key, first.section_key).label("section_key"),
            func.coalesce(Placement.start, Anchor.start).label("start"),
            func.coalesce(Placement.end, Anchor.end).label("end"),
        )
        .join(first, first.id == thread)
        .join(Round, Round.id == Comment.round_id)
        .join(
            CommentVersion,
            (CommentVersion.comment_id == Comment.id)
            & (CommentVersion.number == Comment.version_number),
        )
        .outerjoin(Organization, Organization.id == Comment.organization_id)
        .outerjoin(Anchor, Anchor.comment_id == first.id)
        .outerjoin(
            Placement,
            (Placement.comment_id == first.id) & (Placement.revision_id == revision_id),
        )
        .where(is_on, visible_to(viewer))
        .order_by(first.submitted_at, first.id, Comment.submitted_at, Comment.id)
    ).all()


def _own_place(row: Row[*tuple[Any, ...]]) -> anchors.Placement:
    return anchors.Placement(PlacementState.SAME, row.section_key, row.start, row.end, 1.0, "")


def _in_draft(
    session: Session, revision: Revision, rows: Iterable[Row[*tuple[Any, ...]]]
) -> dict[int, anchors.Placement]:
    assert revision.base_id is not None
    old = texts_of(session, revision.base_id)
    texts = {section.key: section.text for section in old}
    places: dict[int, anchors.Placement] = {}
    starting = []
    for row in rows:
        if row.parent_id is not None:
            continue
        if row.section_key is None:
            places[row.id] = _NOWHERE
            continue
        text = texts.get(row.section_key, "")
        anchor = anchors.Anchor(row.section_key, 0, 0, "")
        if row.exact and row.end and row.end <= len(text):
            anchor = anchors.Anchor(
                row.section_key, row.start, row.end, *anchors.cut(text, row.start, row.end)
            )
        starting.append((row.id, anchor))
    return places | place_in(starting, old, texts_of(session, revision.id))


def _remark(
    row: Row[*tuple[Any, ...]], place: anchors.Placement, exact: str, say: Say
) -> Remark:
    state = State(row.state)
    reason = {"reason": say(REASON_LABELS[row.why]) if row.why else ""}
    zone = ZoneInfo(row.time_zone)
    if not row.is_read:
        return Remark(
            author=say(NOBODY),
            day=(row.since or row.submitted_at).astimezone(zone).date(),
            paragraphs=(say(STUBS.get(state, NOT_SHOWN)) % reason,),
            section_key=place.section_key or row.section_key,
        )
    lines = [part.strip() for part in _PARAGRAPH.split(row.body) if part.strip()]
    if row.kind is not None:
        lines.insert(0, f"{say(KIND_LABELS[row.kind])}:")
    if row.suggested_wording:
        lines.append(say(SUGGESTED) % {"words": row.suggested_wording})
    if state in SIGNS:
        lines.append(say(SIGNS[state]) % reason)
    if place.state in (PlacementState.REMOVED, PlacementState.UNPLACED) and exact:
        said = GONE if place.state is PlacementState.REMOVED else UNPLACED
        lines.append(say(said) % {"words": exact})
    return Remark(
        author=row.organization or row.display_name or say(UNNAMED),
        day=row.submitted_at.astimezone(zone).date(),
        paragraphs=tuple(lines),
        section_key=place.section_key or row.section_key,
        start=place.start,
        end=place.end,
    )
