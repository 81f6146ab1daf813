"""The comments that stand beside a section while its text is being revised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.comments import anchors, listings
from feedback_app.comments.anchors import PlacementState, as_shown
from feedback_app.comments.cards import CommentCard
from feedback_app.comments.models import Anchor, Comment, Placement
from feedback_app.comments.placements import place_in, texts_of
from feedback_app.curricula.models import Revision
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round


@dataclass(frozen=True)
class Beside:
    """A comment and where its words stand in the draft; `exact` are the words of the base."""

    card: CommentCard
    round_slug: str
    exact: str
    state: PlacementState
    start: int | None
    end: int | None

    @property
    def suggested_wording(self) -> str | None:
        return self.card.suggested_wording


def beside_section(
    session: Session, revision: Revision, key: str, viewer: Actor, *, text: str | None = None
) -> list[Beside]:
    """Comments of all rounds that stand in this section of the draft's base, newest first.

    Their places in the draft are computed here and not kept; with a text, as if the section
    already held that one.
    """
    base_id = revision.base_id
    if base_id is None:
        return []
    rows = _rows(session, base_id, key, viewer)
    if not rows:
        return []
    sections = [
        replace(each, text=text) if text is not None and each.key == key else each
        for each in texts_of(session, revision.id)
    ]
    texts = {section.key: section.text for section in sections}
    places = place_in(
        [(row_id, anchor) for row_id, _, anchor in rows], texts_of(session, base_id), sections
    )
    exacts = {row_id: anchor.exact for row_id, _, anchor in rows}
    found: list[Beside] = []
    rounds = session.scalars(
        select(Round).where(Round.id.in_({round_id for _, round_id, _ in rows}))
    )
    for round_ in sorted(rounds, key=lambda round_: round_.opens_at, reverse=True):
        ids = [row_id for row_id, round_id, _ in rows if round_id == round_.id]
        for card in listings.cards_of(session, round_, ids, viewer):
            place = places[card.id]
            inside = place.section_key == key and bool(place.end)
            exact = exacts[card.id]
            now = texts.get(place.section_key or "", "")[place.start : place.end]
            found.append(
                Beside(
                    card=card,
                    round_slug=round_.slug,
                    exact=exact,
                    state=as_shown(place.state, exact, now) if exact else place.state,
                    start=place.start if inside else None,
                    end=place.end if inside else None,
                )
            )
    return found


def _rows(
    session: Session, base_id: int, key: str, viewer: Actor
) -> Sequence[tuple[int, int, anchors.Anchor]]:
    """Comment, round and words of whatever was said on the base or carried to it."""
    stands = func.coalesce(Placement.section_key, Comment.section_key)
    rows = session.execute(
        select(
            Comment.id,
            Comment.round_id,
            Anchor.exact,
            Anchor.prefix,
            Anchor.suffix,
            func.coalesce(Placement.start, Anchor.start).label("start"),
            func.coalesce(Placement.end, Anchor.end).label("end"),
            Placement.id.label("placement_id"),
        )
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .outerjoin(
            Placement,
            (Placement.comment_id == Comment.id) & (Placement.revision_id == base_id),
        )
        .where(
            (Comment.revision_id == base_id) | Placement.id.is_not(None),
            stands == key,
            Comment.parent_id.is_(None),
            Comment.withdrawn_at.is_(None),
            listings.visible_to(viewer),
        )
    ).all()
    text = next((s.text for s in texts_of(session, base_id) if s.key == key), "")
    found = []
    for row in rows:
        anchor = anchors.Anchor(key, 0, 0, "")
        if row.exact and row.end and row.end <= len(text):
            anchor = anchors.Anchor(
                key, row.start, row.end, *anchors.cut(text, row.start, row.end)
            )
        found.append((row.id, row.round_id, anchor))
    return found
