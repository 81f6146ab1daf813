"""What the pages of an organization's response show to its leads, and to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback_app.comments.changing import wording_mark
from feedback_app.comments.conduct import Eyes, Sight, sees
from feedback_app.comments.holders import Holder, find_part
from feedback_app.comments.joint_models import (
    JointResponse,
    ResponseOffer,
    ResponsePart,
    ResponseSource,
)
from feedback_app.comments.models import Comment
from feedback_app.comments.rules import InvitationNeeded
from feedback_app.core.errors import NotFound
from feedback_app.core.paging import Page
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor, Permission, allows, require
from feedback_app.rounds.models import Round, WhoMayComment

OFFERS = 50
"""Of what members offered, so much stands on one page."""


@dataclass(frozen=True)
class Offered:
    """A comment that a member offered, as its organization reads it; no writer, no time.

    `part` is the point into which it was copied; `is_changed` since then.
    """

    public_id: str
    comment: Comment
    is_shown: bool
    part: ResponsePart | None
    is_changed: bool


def get_response(session: Session, public_id: str, *, viewer: Actor) -> JointResponse:
    response = session.scalars(
        select(JointResponse)
        .where(JointResponse.public_id == public_id)
        .options(joinedload(JointResponse.organization), joinedload(JointResponse.round))
    ).one_or_none()
    if response is None:
        raise NotFound
    require(viewer, Permission.RESPOND_AS_ONE, response)
    if response.sent_at is None:  # afterwards nothing of what members wrote stands there
        check_invited(session, response.round, viewer)
    return response


def check_invited(session: Session, round_: Round, viewer: Actor) -> None:
    """Leads read and write in a round by invitation only where they themselves were invited."""
    if (
        round_.participation is WhoMayComment.INVITED
        and find_part(session, round_.id, Holder(account_id=viewer.account_id)) is None
    ):
        raise InvitationNeeded


def get_part(session: Session, response: JointResponse, public_id: str) -> ResponsePart:
    part = session.scalars(
        select(ResponsePart).where(
            ResponsePart.public_id == public_id, ResponsePart.response_id == response.id
        )
    ).one_or_none()
    if part is None:
        raise NotFound
    return part


def may_lead_for(session: Session, round_: Round, viewer: Actor) -> Sequence[Organization]:
    """The organizations of this person that can answer this round as one."""
    if not allows(viewer, Permission.RESPOND_AS_ONE, round_):
        return []
    return session.scalars(
        select(Organization)
        .where(Organization.id.in_(viewer.runs_for - {round_.host_id}))
        .order_by(Organization.name)
    ).all()


def responses_of(
    session: Session, organization_ids: frozenset[int], round_id: int | None = None
) -> Sequence[JointResponse]:
    """What these organizations have begun or sent, the newest first."""
    query = select(JointResponse).where(JointResponse.organization_id.in_(organization_ids))
    if round_id is not None:
        query = query.where(JointResponse.round_id == round_id)
    return session.scalars(
        query.options(
            joinedload(JointResponse.organization),
            joinedload(JointResponse.comment),
            joinedload(JointResponse.round).selectinload(Round.texts),
        ).order_by(JointResponse.id.desc())
    ).all()


def offered_to(
    session: Session,
    response: JointResponse,
    order: Sequence[str],
    *,
    after: str | None = None,
    limit: int = OFFERS,
) -> Page[Offered]:
    """By section in this order, then as the comments came: not in the order of offering.

    `after` is the comment with which the page before ended; it need not be offered any more.
    """
    place = (
        case(
            {key: number for number, key in enumerate(order)},
            value=func.coalesce(Comment.section_key, ""),
            else_=len(order),
        )
        if order
        else literal(0)
    )
    query = select(ResponseOffer).join(ResponseOffer.comment)
    if after is not None:
        last = session.scalars(
            select(Comment).where(
                Comment.public_id == after, Comment.round_id == response.round_id
            )
        ).first()
        if last is None:
            raise NotFound
        key = last.section_key
        before = order.index(key) if key in order else len(order)
        later = (Comment.submitted_at > last.submitted_at) | (
            (Comment.submitted_at == last.submitted_at) & (Comment.id > last.id)
        )
        query = query.where((place > before) | ((place == before) & later))
    given = session.scalars(
        query.where(ResponseOffer.response_id == response.id)
        .options(joinedload(ResponseOffer.comment).selectinload(Comment.versions))
        .order_by(place, Comment.submitted_at, Comment.id)
        .limit(limit + 1)
    ).all()
    cursor = given[limit - 1].comment.public_id if len(given) > limit else None
    given = given[:limit]
    copies = {
        source.offer_id: source
        for source in session.scalars(
            select(ResponseSource)
            .join(ResponseSource.part)
            .where(ResponsePart.response_id == response.id)
            .options(joinedload(ResponseSource.part))
        )
    }
    found = []
    for each in given:
        copy = copies.get(each.id)
        mark = wording_mark(each.comment)
        found.append(
            Offered(
                each.public_id,
                each.comment,
                sees(each.comment.state, Eyes.PUBLIC) is Sight.TEXT,
                copy.part if copy else None,
                copy is not None and copy.mark != mark,
            )
        )
    return Page(found, cursor)


def parts_of(session: Session, response: JointResponse) -> Sequence[ResponsePart]:
    return session.scalars(
        select(ResponsePart)
        .where(ResponsePart.response_id == response.id)
        .options(selectinload(ResponsePart.sources))
        .order_by(ResponsePart.position)
    ).all()
