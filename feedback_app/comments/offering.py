"""Offering one's own comment to an organization's joint response, and leaving it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from hmac import compare_digest

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments import moments
from feedback_app.comments.codes import make_code, plain
from feedback_app.comments.holders import Holder, holds
from feedback_app.comments.joint_models import (
    JointResponse,
    ResponseOffer,
    ResponsePart,
    ResponseSource,
)
from feedback_app.comments.models import Comment
from feedback_app.comments.rules import NotYours, SpeaksForOthers
from feedback_app.comments.telling import tell_leads_of_draft
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.policy import Actor, Permission, allows
from feedback_app.rounds.models import Round

MEMBER_WORDS = 4
OFFERS_KEPT = timedelta(days=30)
"""So long after the answers a member finds what became of an offer; then nobody knows it."""


class OfferingOver(Conflict):
    message = N_("A comment can be offered only while the comment period is open.")


class NothingToOffer(Conflict):
    message = N_("Only a comment that you wrote yourself and did not take back can be offered.")


class SentAlready(Conflict):
    message = N_(
        "The response has been sent. It is the organization’s own now, so nothing can be taken "
        "out of it."
    )


class ChooseOrganization(Invalid):
    message = N_("Choose your organization, or type the words that it gave you.")
    field = "words"


class UnknownMemberWords(Invalid):
    message = N_(
        "No organization collects comments under these words here. Check each word, or ask the "
        "person who gave them to you."
    )
    field = "words"


def offer(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    holder: Holder,
    key: bytes,
    response_id: str | None = None,
    words: str = "",
    is_linked: bool = False,
) -> ResponseOffer:
    """Let an organization copy this comment into its response; offering again sets the link.

    Its members with a role choose it; others, also without an account, type its words.
    """
    round_, at = moments.receive(session, comment.round_id)
    _check_own(session, comment, holder)
    if not allows(actor, Permission.COMMENT, round_):
        raise SpeaksForOthers
    if not round_.is_open(at):
        raise OfferingOver
    if comment.is_reply or comment.participation_id is None or comment.is_gone:
        raise NothingToOffer
    response = _collecting(session, round_, actor, key, response_id, words)
    if response.sent_at is not None:
        raise SentAlready
    found = session.scalars(
        select(ResponseOffer).where(
            ResponseOffer.response_id == response.id, ResponseOffer.comment_id == comment.id
        )
    ).one_or_none()
    if found is None:
        found = ResponseOffer(response=response, comment=comment)
        session.add(found)
    found.is_linked = is_linked
    session.flush()
    return found


def _collecting(
    session: Session,
    round_: Round,
    actor: Actor,
    key: bytes,
    response_id: str | None,
    words: str,
) -> JointResponse:
    ours = select(JointResponse).where(JointResponse.round_id == round_.id)
    if words.strip():
        typed = plain(words).encode()
        for response in session.scalars(ours):  # one for each organization that answers
            if compare_digest(member_words(key, response).encode(), typed):
                return response
        raise UnknownMemberWords
    mine = {response.public_id: response for response in collecting_for(session, round_, actor)}
    if response_id not in mine:
        raise ChooseOrganization
    return mine[response_id]


def member_words(key: bytes, response: JointResponse) -> str:
    """The words for members: made anew whenever somebody shows or types them, and not kept."""
    seed = f"joint\x00{response.public_id}\x00{response.words_number}"
    return make_code(key, seed, response.round.language, words=MEMBER_WORDS)


def collecting_for(session: Session, round_: Round, actor: Actor) -> Sequence[JointResponse]:
    """The organizations in which somebody has a role and which still collect in this round."""
    homes = {grant.organization_id for grant in actor.grants}
    if not homes:
        return []
    return session.scalars(
        select(JointResponse)
        .where(
            JointResponse.round_id == round_.id,
            JointResponse.sent_at.is_(None),
            JointResponse.organization_id.in_(homes),
        )
        .options(joinedload(JointResponse.organization))
        .order_by(JointResponse.id)
    ).all()


def set_link(
    session: Session, given: ResponseOffer, *, holder: Holder, is_linked: bool
) -> None:
    """Show or hide that this comment stands behind the response; works at any time."""
    moments.receive(session, given.comment.round_id)
    _check_own(session, given.comment, holder)
    given.is_linked = is_linked


def take_back(session: Session, given: ResponseOffer, *, holder: Holder) -> None:
    """Take an offer back, until the response is sent: copies of these words go out of it."""
    moments.receive(session, given.comment.round_id)
    session.refresh(given.response)
    _check_own(session, given.comment, holder)
    if given.response.sent_at is not None:
        raise SentAlready
    _leave(session, given)


def let_go(session: Session, comment: Comment) -> None:
    """What was taken back or erased stands behind no response any more.

    The words of one that has been sent are the organization's own and stay.
    """
    given = session.scalars(
        select(ResponseOffer)
        .where(ResponseOffer.comment_id == comment.id)
        .options(joinedload(ResponseOffer.response))
    ).all()
    for each in given:
        _leave(session, each, whole=comment.erased_at is not None)


def _leave(session: Session, given: ResponseOffer, *, whole: bool = False) -> None:
    """A point made of these words alone goes; one joined with others waits for its lead.

    Where they were erased it goes `whole`: nobody can tell its words apart, and what others
    offered can be copied again.
    """
    session.flush()
    copied = select(ResponseSource.part_id).where(ResponseSource.offer_id == given.id)
    parts = session.scalars(
        select(ResponsePart)
        .where(ResponsePart.id.in_(copied))
        .options(joinedload(ResponsePart.sources))
        .execution_options(populate_existing=True)
    ).unique()
    at, response = clock.now(), given.response
    for part in parts:
        if whole or len(part.sources) == 1:
            session.delete(part)
            tell_leads_of_draft(session, response, None, at=at)
        else:
            tell_leads_of_draft(session, response, part.public_id, at=at)
            part.sources = [source for source in part.sources if source.offer_id != given.id]
            part.is_doubtful = True
            part.version += 1
    session.execute(
        update(JointResponse)
        .where(JointResponse.id == given.response_id)
        .values(version=JointResponse.version + 1)
    )
    session.flush()
    session.delete(given)
    session.flush()


def get_offer(
    session: Session, comment: Comment, public_id: str, *, holder: Holder
) -> ResponseOffer:
    found = session.scalars(
        select(ResponseOffer).where(
            ResponseOffer.public_id == public_id, ResponseOffer.comment_id == comment.id
        )
    ).one_or_none()
    if found is None or not holds(comment, holder):
        raise NotFound
    return found


def offers_on(session: Session, comment_ids: Sequence[int]) -> dict[int, list[ResponseOffer]]:
    """What became of each offer, for the writers of these comments."""
    if not comment_ids:
        return {}
    rows = session.scalars(
        select(ResponseOffer)
        .where(ResponseOffer.comment_id.in_(comment_ids))
        .options(
            joinedload(ResponseOffer.response).joinedload(JointResponse.organization),
            joinedload(ResponseOffer.response).joinedload(JointResponse.comment),
        )
        .order_by(ResponseOffer.id)
    )
    found: dict[int, list[ResponseOffer]] = {}
    for row in rows:
        found.setdefault(row.comment_id, []).append(row)
    return found


def forget_offers(session: Session) -> None:
    """Erase who stood behind which response, 30 days after the answers, and old drafts.

    A link that its writer left open stays where everybody reads it: the words were used.
    """
    before = clock.now() - OFFERS_KEPT
    over = select(JointResponse.id).join(Round, Round.id == JointResponse.round_id)
    answered = over.where(Round.report_published_at < before)
    unsent = over.where(Round.closes_at < before, JointResponse.sent_at.is_(None))
    parts = select(ResponsePart.id).where(ResponsePart.response_id.in_(unsent))
    session.execute(delete(ResponseSource).where(ResponseSource.part_id.in_(parts)))
    session.execute(delete(ResponsePart).where(ResponsePart.response_id.in_(unsent)))
    session.execute(
        delete(ResponseOffer).where(
            or_(
                ResponseOffer.response_id.in_(unsent),
                ResponseOffer.response_id.in_(answered)
                & ~(ResponseOffer.is_linked & ResponseOffer.is_used),
            )
        )
    )


def _check_own(session: Session, comment: Comment, holder: Holder) -> None:
    session.refresh(comment)
    if not holds(comment, holder):
        raise NotYours
