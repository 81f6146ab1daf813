"""Where a response may hold words of a member's comment that were taken out since.

What stands there word for word is covered or goes by itself. What a lead put into other words
no program finds: a person looks, and until then the draft cannot be sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments.copies import responses_with, shared_passages
from feedback_app.comments.joint_models import (
    JointResponse,
    ResponseOffer,
    ResponsePart,
    ResponseSource,
)
from feedback_app.comments.masking import places_of
from feedback_app.comments.models import Comment
from feedback_app.comments.telling import tell_leads_of_draft, tell_leads_of_response


def points_with(
    session: Session, comment: Comment, phrases: Sequence[str] | None = None
) -> list[ResponsePart]:
    """Points of drafts that were copied from this comment, or repeat these phrases of it, or
    any of its words, wherever else a lead put them."""
    copied = exists().where(
        ResponseSource.part_id == ResponsePart.id,
        ResponseSource.offer_id == ResponseOffer.id,
    )
    rows = session.execute(
        select(ResponsePart, copied)
        .join(ResponseOffer, ResponseOffer.response_id == ResponsePart.response_id)
        .join(JointResponse, JointResponse.id == ResponsePart.response_id)
        .where(ResponseOffer.comment_id == comment.id, JointResponse.sent_at.is_(None))
        .options(joinedload(ResponsePart.response))
        .order_by(ResponsePart.response_id, ResponsePart.position)
    ).all()
    return [part for part, is_copy in rows if is_copy or _repeats(part.body, comment, phrases)]


def _repeats(body: str, comment: Comment, phrases: Sequence[str] | None) -> bool:
    if phrases is not None:
        return any(places_of(body, [phrase]) for phrase in phrases)
    return any(
        shared_passages(text, body)
        for version in comment.versions
        for text in (version.original.body, version.original.suggested_wording)
        if text
    )


def doubt_points(session: Session, parts: Sequence[ResponsePart], *, at: datetime) -> None:
    """Mark those that still stand; the leads of each response are led to the first of them."""
    told = set[int]()
    for part in parts:
        if session.get(ResponsePart, part.id, populate_existing=True) is None:
            continue  # it went with the words it was made of
        part.is_doubtful = True
        part.version += 1
        part.response.version += 1
        if part.response_id not in told:
            told.add(part.response_id)
            tell_leads_of_draft(session, part.response, part.public_id, at=at)
    session.flush()


def doubt_sent(
    session: Session, comment: Comment, found_in: Sequence[Comment], *, at: datetime
) -> None:
    """Every response that was sent with its words waits for a look of its leads.

    `found_in` are those in which words of it are covered.
    """
    for response in responses_with(session, comment):
        response.doubted_at = at
        tell_leads_of_response(session, response, is_found=response.comment in found_in, at=at)
    session.flush()


def waiting_for_a_look(session: Session, round_id: int) -> Sequence[JointResponse]:
    """Responses that were sent and that their leads have not read again yet."""
    return session.scalars(
        select(JointResponse)
        .join(Comment, Comment.id == JointResponse.comment_id)
        .where(
            JointResponse.round_id == round_id,
            JointResponse.doubted_at.is_not(None),
            ~or_(Comment.withdrawn_at.is_not(None), Comment.erased_at.is_not(None)),
        )
        .options(joinedload(JointResponse.organization), joinedload(JointResponse.comment))
        .order_by(JointResponse.doubted_at)
    ).all()
