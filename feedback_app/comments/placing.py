"""Places made by hand: a moderator puts a comment beside its words, its author may object."""

from __future__ import annotations

from rapidfuzz.distance import Indel
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments import anchors
from feedback_app.comments.anchors import PlacementState
from feedback_app.comments.holders import Holder, holds
from feedback_app.comments.models import Comment, Placement
from feedback_app.comments.rules import CommentWithdrawn, NotYours
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.curricula.models import Revision, Section
from feedback_app.log.services import append
from feedback_app.policy import Actor, Permission

BY_HAND = "by_hand"


class NotItsVersion(Conflict):
    message = N_("This comment cannot be placed in that version. Look at the newest one.")


class NoSuchWords(Invalid):
    message = N_("These words are not in that section. Choose them again.")
    field = "words"


class NotPlacedYet(Conflict):
    message = N_("Nobody has looked for these words in a newer version yet.")


def place_by_hand(
    session: Session,
    comment: Comment,
    revision: Revision,
    *,
    actor: Actor,
    section_key: str | None,
    start: int = 0,
    end: int = 0,
) -> Placement:
    """Say where a comment stands in a later published version; later runs leave it alone.

    Without an end it stands on the section as a whole, without a section its words are gone.
    An objection to the place before is settled by the new one. The passage that the comment
    was made on stays as it is.
    """
    policy.require(actor, Permission.TRIAGE, comment)
    session.refresh(comment)
    if comment.is_gone:
        raise CommentWithdrawn
    _check_version(session, comment, revision)
    before_key, before = _words_before(session, comment, revision)
    now = ""
    if section_key is not None:
        text = session.scalar(
            select(Section.text).where(
                Section.revision_id == revision.id, Section.key == section_key
            )
        )
        if text is None or not (start == end == 0 or 0 <= start < end <= len(text)):
            raise NoSuchWords
        now = text[start:end]
    placement = find_placement(session, comment.id, revision.id)
    if placement is None:
        placement = Placement(comment_id=comment.id, revision_id=revision.id)
        session.add(placement)
    placement.state = _state(section_key, before_key, before, now)
    placement.section_key = section_key
    placement.start = start if section_key is not None else None
    placement.end = end if section_key is not None else None
    placement.score = round(_share(before, now), 3)
    placement.reason = BY_HAND if section_key is not None else f"{BY_HAND}:{before_key}"
    placement.placed_by_id = actor.account_id
    placement.placed_at = clock.now()
    placement.objected_at = None
    session.flush()
    append(
        session,
        actor=actor,
        kind="comment.placed",
        subject=comment,
        parents=[revision],
        facts={
            "revision": revision.number,
            "section_key": section_key,
            "state": placement.state.value,
        },
    )
    return placement


def object_to_place(
    session: Session, comment: Comment, revision: Revision, *, actor: Actor, holder: Holder
) -> Placement:
    """Its author says that these are not the words; a moderator is asked to look again."""
    session.refresh(comment)
    if not holds(comment, holder):
        raise NotYours
    if comment.is_gone:
        raise CommentWithdrawn
    placement = find_placement(session, comment.id, revision.id)
    if placement is None:
        raise NotPlacedYet
    session.refresh(placement)
    if placement.objected_at is None:
        placement.objected_at = clock.now()
        append(
            session,
            actor=actor,
            kind="comment.objected",
            subject=comment,
            parents=[revision],
            facts={"revision": revision.number},
        )
    return placement


def find_placement(session: Session, comment_id: int, revision_id: int) -> Placement | None:
    return session.scalars(
        select(Placement).where(
            Placement.comment_id == comment_id, Placement.revision_id == revision_id
        )
    ).first()


def _check_version(session: Session, comment: Comment, revision: Revision) -> None:
    made_on = session.get_one(Revision, comment.revision_id)
    later = revision.number > made_on.number
    same_course = revision.curriculum_id == made_on.curriculum_id
    if not (revision.is_public and later and same_course) or comment.parent_id is not None:
        raise NotItsVersion


def _words_before(
    session: Session, comment: Comment, revision: Revision
) -> tuple[str | None, str]:
    """The section and words where it stood last before this version."""
    row = session.execute(
        select(Placement.section_key, Placement.start, Placement.end, Section.text)
        .join(Revision, Revision.id == Placement.revision_id)
        .join(
            Section,
            (Section.revision_id == Placement.revision_id)
            & (Section.key == Placement.section_key),
        )
        .where(Placement.comment_id == comment.id, Revision.number < revision.number)
        .order_by(Revision.number.desc())
        .limit(1)
    ).first()
    if row is not None and (row.end or comment.anchor is None):
        return row.section_key, row.text[row.start : row.end]
    return comment.section_key, comment.anchor.exact if comment.anchor is not None else ""


def _state(key: str | None, before_key: str | None, before: str, now: str) -> PlacementState:
    if key is None:
        return PlacementState.REMOVED
    if anchors.as_shown(PlacementState.SAME, before, now) is PlacementState.REWORDED:
        return PlacementState.REWORDED
    return PlacementState.SAME if key == before_key else PlacementState.MOVED


def _share(before: str, now: str) -> float:
    if before == now:
        return 1.0
    return Indel.normalized_similarity(before, now) if before and now else 0.0
