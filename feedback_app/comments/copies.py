"""Where words of a member's comment stand in a response that was made with it and sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments.conduct import REASONS, ConductReason, Measure
from feedback_app.comments.details import personal_details
from feedback_app.comments.joint_models import JointResponse, ResponseOffer
from feedback_app.comments.masking import places_of
from feedback_app.comments.measure_models import TakenMeasure
from feedback_app.comments.models import Comment
from feedback_app.comments.projection import project
from feedback_app.comments.sealing import shown_commitments
from feedback_app.log.services import append, stamp
from feedback_app.policy import Actor

LEAST_WORDS = 5
"""Fewer words in a row are anybody's; a whole comment or a detail may be shorter."""
_WORD = re.compile(r"\w+")


def shared_passages(original: str, copy: str) -> list[str]:
    """Passages of the copy that stand word for word in the original, and its details.

    Capitals, points and white space do not matter. What was put into other words is not found.
    """
    theirs = [match.group().casefold() for match in _WORD.finditer(original)]
    ours = list(_WORD.finditer(copy))
    words = [match.group().casefold() for match in ours]
    least = min(LEAST_WORDS, len(theirs)) or 1
    starts: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(theirs) - least + 1):
        starts.setdefault(tuple(theirs[at : at + least]), []).append(at)
    found, at = list[str](), 0
    while at + least <= len(words):
        same = starts.get(tuple(words[at : at + least]), [])
        length = max((_run(theirs, start, words, at) for start in same[:20]), default=0)
        if length:
            found.append(copy[ours[at].start() : ours[at + length - 1].end()])
        at += length or 1
    details = [original[start:end] for start, end in personal_details(original)]
    found += [detail for detail in details if places_of(copy, [detail])]
    return list(dict.fromkeys(found))


def _run(theirs: Sequence[str], start: int, words: Sequence[str], at: int) -> int:
    length = 0
    while (
        start + length < len(theirs)
        and at + length < len(words)
        and theirs[start + length] == words[at + length]
    ):
        length += 1
    return length


def responses_with(session: Session, comment: Comment) -> Sequence[JointResponse]:
    """The responses that were sent with its words and that still stand."""
    return session.scalars(
        select(JointResponse)
        .join(ResponseOffer, ResponseOffer.response_id == JointResponse.id)
        .join(Comment, Comment.id == JointResponse.comment_id)
        .where(
            ResponseOffer.comment_id == comment.id,
            ResponseOffer.is_used,
            Comment.withdrawn_at.is_(None),
            Comment.erased_at.is_(None),
        )
        .options(joinedload(JointResponse.comment))
        .order_by(Comment.id)
    ).all()


def copies_of(
    session: Session, comment: Comment, phrases: Sequence[str] | None = None
) -> list[tuple[Comment, list[str]]]:
    """Each such response with what stands in it of these phrases, or of all its words."""
    found = []
    for response in filter(None, (one.comment for one in responses_with(session, comment))):
        copy = response.current.original.body
        if phrases is None:
            texts = [
                text
                for version in comment.versions
                for text in (version.original.body, version.original.suggested_wording or "")
            ]
            shared = [passage for text in texts for passage in shared_passages(text, copy)]
        else:
            shared = [phrase for phrase in phrases if places_of(copy, [phrase])]
        if shared:
            found.append((response, list(dict.fromkeys(shared))))
    return found


def cover_copy(
    session: Session,
    measure: TakenMeasure,
    copy: Comment,
    phrases: Sequence[str],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Cover the same words where an organization's response repeats them.

    A measure of its own, that needs a second person as this one did, and that its leads can
    object to. Nothing ties the two in the log: it would tell whose words the response holds.
    """
    reason = measure.reason
    if reason not in REASONS[Measure.MASK]:
        reason = ConductReason.PRIVATE_DETAILS
    own = TakenMeasure(
        comment=copy,
        kind=Measure.MASK,
        reason=reason,
        phrases=list(phrases),
        taken_at=at,
        taken_by_id=measure.taken_by_id,
        organization_id=measure.organization_id,
        ends_at=measure.ends_at,
        confirmed_at=measure.confirmed_at,
        confirmed_by_id=measure.confirmed_by_id,
        confirmed_organization_id=measure.confirmed_organization_id,
    )
    session.add(own)
    session.flush()
    if own.works:
        project(session, copy, at=at)
    append(
        session,
        actor=actor,
        kind="comment.masked" if own.works else "measure.proposed",
        subject=copy,
        parents=[own, copy.round],
        facts={"ground": reason.value, "ends_at": stamp(own.ends_at) if own.waits else None}
        | ({} if own.works else {"measure": Measure.MASK.value}),
        commitments=shown_commitments(copy.current) if own.works else {},
        at=at,
    )
