"""The draft of an organization's response: copies of members' comments, edited by leads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback_app.comments import moments
from feedback_app.comments.changing import wording_mark
from feedback_app.comments.joint_models import (
    JointResponse,
    ResponseOffer,
    ResponsePart,
    ResponseSource,
)
from feedback_app.comments.joint_queries import check_invited
from feedback_app.comments.models import Comment
from feedback_app.comments.offering import SentAlready
from feedback_app.comments.rules import NothingSaid
from feedback_app.comments.sight import words_are_public
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.curricula.models import Section
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.models import Round

MOST_PARTS = 60


class NotCopied(Conflict):
    message = N_("These words are not shown now, so they cannot be copied.")


class PartChanged(Conflict):
    message = N_("This point was changed in another window. Both texts are below.")


class PartGone(Conflict):
    message = N_(
        "This point was left out or joined with another one in another window. What you typed "
        "can be saved as a new point."
    )


class TooManyPoints(Conflict):
    message = N_("A response may hold up to 60 points. Join some of them.")


class UnknownSection(Invalid):
    message = N_("Choose a section of this course.")
    field = "section"


def take(
    session: Session, response: JointResponse, *, actor: Actor, offer_id: str
) -> ResponsePart:
    """Copy an offered comment into the response, at its end; the comment stays as it is."""
    drafting(session, response, actor)
    given = session.scalars(
        select(ResponseOffer)
        .where(ResponseOffer.public_id == offer_id, ResponseOffer.response_id == response.id)
        .options(joinedload(ResponseOffer.comment))
    ).one_or_none()
    if given is None:
        raise NotFound
    copied = session.scalars(
        select(ResponsePart)
        .join(ResponseSource, ResponseSource.part_id == ResponsePart.id)
        .where(ResponseSource.offer_id == given.id)
        .limit(1)
    ).first()
    if copied is not None:
        return copied
    if not session.scalar(
        select(Comment.id).where(Comment.id == given.comment_id, words_are_public())
    ):
        raise NotCopied
    words = given.comment.current
    wording = f"\n\n“{words.suggested_wording}”" if words.suggested_wording else ""
    part = _add(session, response, words.body + wording, given.comment.section_key)
    part.sources.append(ResponseSource(offer=given, mark=wording_mark(given.comment)))
    session.flush()
    return part


def add_part(
    session: Session,
    response: JointResponse,
    *,
    actor: Actor,
    body: str,
    section_key: str | None,
) -> ResponsePart:
    """A point of the organization's own."""
    drafting(session, response, actor)
    if not body.strip():
        raise NothingSaid
    _check_section(session, response, section_key)
    return _add(session, response, body, section_key)


def _add(
    session: Session, response: JointResponse, body: str, section_key: str | None
) -> ResponsePart:
    last, number = session.execute(
        select(func.max(ResponsePart.position), func.count(ResponsePart.id)).where(
            ResponsePart.response_id == response.id
        )
    ).one()
    if number >= MOST_PARTS:
        raise TooManyPoints
    part = ResponsePart(
        response=response, position=(last or 0) + 1, section_key=section_key, body=body
    )
    session.add(part)
    response.version += 1
    session.flush()
    return part


def edit_part(
    session: Session,
    part: ResponsePart,
    *,
    actor: Actor,
    version: int,
    body: str,
    section_key: str | None,
) -> ResponsePart:
    """Put a point otherwise; whoever saves it has looked at what became of its sources."""
    _part(session, part, actor, version)
    if not body.strip():
        raise NothingSaid
    _check_section(session, part.response, section_key)
    part.body, part.section_key = body, section_key
    _is_looked_at(session, part)
    return part


def keep_as_it_is(session: Session, part: ResponsePart, *, actor: Actor, version: int) -> None:
    """Say of a marked point that it holds nothing of what was taken back or covered."""
    _part(session, part, actor, version)
    _is_looked_at(session, part)


def _is_looked_at(session: Session, part: ResponsePart) -> None:
    part.is_doubtful = False
    shown = _shown(session, part.response)
    part.sources = [source for source in part.sources if source.offer_id in shown]
    for source in part.sources:
        source.mark = wording_mark(source.offer.comment)
    _changed(session, part)


def move_up(session: Session, part: ResponsePart, *, actor: Actor, version: int) -> None:
    """Put it before the point that stands before it."""
    _part(session, part, actor, version)
    before = _before(session, part)
    if before is not None:
        part.position, before.position = before.position, part.position
        part.response.version += 1
        session.flush()


def move_down(session: Session, part: ResponsePart, *, actor: Actor, version: int) -> None:
    _part(session, part, actor, version)
    after = session.scalars(
        select(ResponsePart)
        .where(
            ResponsePart.response_id == part.response_id,
            ResponsePart.position > part.position,
        )
        .order_by(ResponsePart.position)
        .limit(1)
    ).first()
    if after is not None:
        part.position, after.position = after.position, part.position
        part.response.version += 1
        session.flush()


def join_above(session: Session, part: ResponsePart, *, actor: Actor, version: int) -> None:
    """Make one point of it and the one before it, with the words of both."""
    _part(session, part, actor, version)
    before = _before(session, part)
    if before is None:
        return
    before.body = f"{before.body.rstrip()}\n\n{part.body.lstrip()}"
    before.section_key = before.section_key or part.section_key
    before.is_doubtful = before.is_doubtful or part.is_doubtful
    known = {source.offer_id for source in before.sources}
    for source in part.sources:
        if source.offer_id not in known:
            before.sources.append(ResponseSource(offer_id=source.offer_id, mark=source.mark))
    session.delete(part)
    _changed(session, before)


def leave_out(session: Session, part: ResponsePart, *, actor: Actor, version: int) -> None:
    """Take a point out of the response; what was offered can be copied again."""
    _part(session, part, actor, version)
    part.response.version += 1
    session.delete(part)
    session.flush()


def doubtful_among(session: Session, response: JointResponse) -> set[int]:
    """The points whose words came from what was taken back, hidden or covered since."""
    session.scalars(
        select(ResponsePart)
        .where(ResponsePart.response_id == response.id)
        .options(selectinload(ResponsePart.sources))
    ).all()
    shown = _shown(session, response)
    found = {part.id for part in response.parts if part.is_doubtful}
    for part in response.parts:
        for source in part.sources:
            comment = shown.get(source.offer_id)
            if comment is None or (
                comment.masked_at is not None and wording_mark(comment) != source.mark
            ):
                found.add(part.id)
    return found


def _shown(session: Session, response: JointResponse) -> dict[int, Comment]:
    """{offer: comment} of those offers that everybody may still read."""
    rows = session.execute(
        select(ResponseOffer.id, Comment)
        .join(Comment, Comment.id == ResponseOffer.comment_id)
        .where(ResponseOffer.response_id == response.id, words_are_public())
        .options(selectinload(Comment.versions))
    )
    return {row[0]: row[1] for row in rows}


def check_may(session: Session, round_: Round, response: JointResponse, actor: Actor) -> Actor:
    actor = require(actor, Permission.RESPOND_AS_ONE, response)
    check_invited(session, round_, actor)
    return actor


def locked(
    session: Session, response: JointResponse, actor: Actor
) -> tuple[Actor, Round, datetime]:
    """The round's lock is the draft's, too: two leads wait for each other."""
    round_, at = moments.receive(session, response.round_id)
    session.refresh(response)
    return check_may(session, round_, response, actor), round_, at


def drafting(session: Session, response: JointResponse, actor: Actor) -> None:
    locked(session, response, actor)
    if response.sent_at is not None:
        raise SentAlready


def _part(session: Session, part: ResponsePart, actor: Actor, version: int) -> None:
    """A point as it stands now, unless somebody changed it meanwhile."""
    drafting(session, part.response, actor)
    found = session.scalars(
        select(ResponsePart)
        .where(ResponsePart.id == part.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    if part.version != version:
        raise PartChanged


def _before(session: Session, part: ResponsePart) -> ResponsePart | None:
    return session.scalars(
        select(ResponsePart)
        .where(
            ResponsePart.response_id == part.response_id,
            ResponsePart.position < part.position,
        )
        .order_by(ResponsePart.position.desc())
        .limit(1)
    ).first()


def _changed(session: Session, part: ResponsePart) -> None:
    part.version += 1
    part.response.version += 1
    session.flush()


def _check_section(session: Session, response: JointResponse, key: str | None) -> None:
    if key is not None and not session.scalar(
        select(Section.id).where(
            Section.revision_id == response.round.revision_id, Section.key == key
        )
    ):
        raise UnknownSection
