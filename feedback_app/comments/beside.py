"""The comments that stand beside a section while its text is being revised."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from feedback_app.comments import anchors, listings, sight
from feedback_app.comments.anchors import PlacementState, as_shown
from feedback_app.comments.cards import CommentCard
from feedback_app.comments.models import Anchor, Comment, Placement
from feedback_app.comments.placements import place_in, texts_of
from feedback_app.curricula.models import Revision
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round

_Row = tuple[int, int, anchors.Anchor]


@dataclass(frozen=True)
class Beside:
    """A comment and where its words stand in the draft; `exact` are the words of the base,
    which stand there from `base_start` to `base_end`."""

    card: CommentCard
    round_slug: str
    exact: str
    state: PlacementState
    start: int | None
    end: int | None
    base_start: int | None = None
    base_end: int | None = None
    stands: str = ""
    """The words that stand in its place now."""

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
    if revision.base is None:
        return []
    texts = texts_of(session, revision.base.id)
    now = [
        replace(each, text=text) if text is not None and each.key == key else each
        for each in texts_of(session, revision.id)
    ]
    before, after = {each.key for each in texts}, {each.key for each in now}
    was_cut = key not in before or bool(before - after)
    rows, places = _placed(session, revision, now, viewer, key=None if was_cut else key)
    rows = [row for row in rows if _belongs(row[2].section_key, places[row[0]], key, before)]
    if not rows:
        return []
    quoted = {row_id: anchor for row_id, _, anchor in rows}
    is_quote = {
        row_id: bool(anchor.exact) and anchor.section_key == key
        for row_id, anchor in quoted.items()
    }
    words = {each.key: each.text for each in now}
    found: list[Beside] = []
    rounds = session.scalars(
        select(Round).where(Round.id.in_({round_id for _, round_id, _ in rows}))
    )
    for round_ in sorted(rounds, key=lambda round_: round_.opens_at, reverse=True):
        ids = [row_id for row_id, round_id, _ in rows if round_id == round_.id]
        for card in listings.cards_of(session, round_, ids, viewer):
            place = places[card.id]
            inside = place.section_key == key and bool(place.end)
            exact = quoted[card.id].exact
            stands = words.get(place.section_key or "", "")[place.start : place.end]
            found.append(
                Beside(
                    card=card,
                    round_slug=round_.slug,
                    exact=exact,
                    state=as_shown(place.state, exact, stands) if exact else place.state,
                    start=place.start if inside else None,
                    end=place.end if inside else None,
                    stands=stands if inside else "",
                    base_start=quoted[card.id].start if is_quote[card.id] else None,
                    base_end=quoted[card.id].end if is_quote[card.id] else None,
                )
            )
    return found


def comments_beside(
    session: Session, revision: Revision, keys: Collection[str], viewer: Actor
) -> dict[str, list[int]]:
    """The comments that stand in each of these sections, as `beside_section` has them; the
    latest to come first. All are placed at once, whatever the number of sections."""
    if revision.base is None:
        return {}
    before = {each.key for each in texts_of(session, revision.base.id)}
    rows, places = _placed(session, revision, texts_of(session, revision.id), viewer)
    return {
        key: sorted(
            (
                row_id
                for row_id, _, anchor in rows
                if _belongs(anchor.section_key, places[row_id], key, before)
            ),
            reverse=True,
        )
        for key in keys
    }


def _belongs(origin: str, place: anchors.Placement, key: str, before: set[str]) -> bool:
    """Where a section was divided or joined, its comments are beside the words they speak of.

    One that is lost, or was carried to another section of old, is shown where it came from.
    """
    if place.section_key == key:
        return True
    return origin == key and (place.section_key is None or place.section_key in before)


@dataclass(frozen=True)
class Fate:
    """What would become of a comment: the section that it would stand in, or none."""

    comment_id: str
    name: str | None
    exact: str
    body: str
    state: PlacementState
    section_key: str | None


def fates(
    session: Session,
    revision: Revision,
    keys: Collection[str],
    proposed: Sequence[anchors.SectionText],
    viewer: Actor,
) -> list[Fate]:
    """Where the comments that stand in these sections of a draft now would stand in others."""
    rows, places = _placed(session, revision, texts_of(session, revision.id), viewer)
    here = [
        (row_id, anchor)
        for row_id, _, anchor in rows
        if (places[row_id].section_key or anchor.section_key) in keys
    ]
    _, then = _placed(session, revision, proposed, viewer)
    said = {
        comment.id: comment
        for comment in session.scalars(
            select(Comment)
            .where(Comment.id.in_([row_id for row_id, _ in here]))
            .options(selectinload(Comment.versions))
        )
    }
    return [
        Fate(
            comment_id=said[row_id].public_id,
            name=said[row_id].display_name,
            exact=anchor.exact,
            body=said[row_id].current.body,
            state=then[row_id].state,
            section_key=then[row_id].section_key,
        )
        for row_id, anchor in here
    ]


def _placed(
    session: Session,
    revision: Revision,
    sections: Sequence[anchors.SectionText],
    viewer: Actor,
    *,
    key: str | None = None,
) -> tuple[list[_Row], dict[int, anchors.Placement]]:
    """What was said on all that a draft rests on, and where it stands in these sections.

    Rounds go on when an urgent correction comes between; what is said in them later is about
    the older text.
    """
    rows: list[_Row] = []
    places: dict[int, anchors.Placement] = {}
    for base in revision.bases:
        texts = texts_of(session, base.id)
        found = _rows(session, base.id, texts, viewer, key=key)
        fresh = [row for row in found if row[0] not in places]
        places |= place_in([(row_id, anchor) for row_id, _, anchor in fresh], texts, sections)
        rows += fresh
    return rows, places


def _rows(
    session: Session,
    base_id: int,
    texts: Sequence[anchors.SectionText],
    viewer: Actor,
    *,
    key: str | None = None,
) -> Sequence[_Row]:
    """Comment, round and words of whatever was said on the base or carried to it."""
    stands = func.coalesce(Placement.section_key, Comment.section_key)
    query = (
        select(
            Comment.id,
            Comment.round_id,
            stands.label("section_key"),
            Anchor.exact,
            func.coalesce(Placement.start, Anchor.start).label("start"),
            func.coalesce(Placement.end, Anchor.end).label("end"),
        )
        .outerjoin(Anchor, Anchor.comment_id == Comment.id)
        .outerjoin(
            Placement,
            (Placement.comment_id == Comment.id) & (Placement.revision_id == base_id),
        )
        .where(
            (Comment.revision_id == base_id) | Placement.id.is_not(None),
            stands.is_not(None) if key is None else stands == key,
            Comment.parent_id.is_(None),
            sight.text_reaches_department(),
            sight.visible_to(viewer),
        )
    )
    words = {each.key: each.text for each in texts}
    found = []
    for row in session.execute(query):
        text = words.get(row.section_key, "")
        anchor = anchors.Anchor(row.section_key, 0, 0, "")
        if row.exact and row.end and row.end <= len(text):
            anchor = anchors.Anchor(
                row.section_key, row.start, row.end, *anchors.cut(text, row.start, row.end)
            )
        found.append((row.id, row.round_id, anchor))
    return found
