"""Comments follow their words into the next revision."""

from __future__ import annotations

from sqlalchemy import select

from feedback_app.comments.anchors import PlacementState
from feedback_app.comments.beside import beside_section
from feedback_app.comments.models import Placement
from feedback_app.comments.placements import carry_forward, prepare_placements, texts_of
from feedback_app.core import clock
from feedback_app.core.orm import new_key
from feedback_app.curricula.models import RevisionState

OLD = "Officers stop at a distance. One officer speaks. They ask the family what helps."
NEW = "One officer speaks. They ask the family what helps. Then they wait a full minute."


def two_revisions(make, new: str = NEW):
    key = new_key()
    first = make.revision(sections=[{"key": key, "source": OLD}])
    draft = make.revision(
        curriculum=first.curriculum,
        number=2,
        base_id=first.id,
        published=False,
        sections=[{"key": key, "source": new}],
    )
    return first, draft, key


def carry(session, base, draft) -> dict[int, Placement]:
    prepared = prepare_placements(session, base, texts_of(session, draft.id))
    carry_forward(session, draft, prepared)
    rows = session.scalars(select(Placement).where(Placement.revision_id == draft.id))
    return {row.comment_id: row for row in rows}


def test_kept_words_are_found_and_lost_ones_are_said_to_be_removed(session, make):
    base, draft, _ = two_revisions(make)
    round_ = make.round(revision=base)
    kept = make.comment(round=round_, quote="ask the family what helps")
    lost = make.comment(round=round_, quote="Officers stop at a distance.")
    whole = make.comment(round=round_)

    found = carry(session, base, draft)

    assert found[kept.id].state is PlacementState.SAME
    assert NEW[found[kept.id].start : found[kept.id].end] == "ask the family what helps"
    assert found[lost.id].state is PlacementState.REMOVED
    assert found[lost.id].section_key is None
    assert found[whole.id].section_key == base.sections[0].key


def test_a_place_made_by_hand_is_never_overwritten(session, make):
    base, draft, key = two_revisions(make)
    comment = make.comment(round=make.round(revision=base), quote="One officer speaks")
    hand = Placement(
        comment_id=comment.id,
        revision_id=draft.id,
        state=PlacementState.MOVED,
        section_key=key,
        start=0,
        end=3,
        placed_by_id=make.moderator().id,
    )
    session.add(hand)

    assert carry(session, base, draft)[comment.id] is hand


def test_words_that_were_lost_once_are_looked_for_again_from_where_they_last_stood(
    session, make
):
    base, second, key = two_revisions(make)
    comment = make.comment(
        round=make.round(revision=base), quote="Officers stop at a distance."
    )
    carry(session, base, second)
    second.state, second.content_hash = RevisionState.PUBLISHED, "0" * 64
    second.published_at = clock.now()
    session.flush()
    third = make.revision(
        curriculum=base.curriculum,
        number=3,
        base_id=second.id,
        sections=[{"key": key, "source": OLD}],
        published=False,
    )

    assert carry(session, second, third)[comment.id].state is PlacementState.SAME


def test_an_author_sees_the_comments_beside_a_section_and_where_their_words_are(session, make):
    base, draft, key = two_revisions(make)
    round_ = make.round(revision=base)
    make.comment(
        round=round_, quote="One officer speaks", suggested_wording="One officer talks"
    )
    make.comment(round=round_, section_key=None)

    (beside,) = beside_section(session, draft, key, make.actor(make.author()))

    assert beside.suggested_wording == "One officer talks"
    assert draft.sections[0].text[beside.start : beside.end] == "One officer speaks"
