"""One response of an organization: begun, put together from copies, looked at, sent once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback_app.comments import moments
from feedback_app.comments.entering import Said, check_may_comment, write_version
from feedback_app.comments.joint_drafting import check_may, doubtful_among, drafting, locked
from feedback_app.comments.joint_models import (
    JointResponse,
    ResponseOffer,
    ResponsePart,
    ResponseSource,
)
from feedback_app.comments.models import Comment, Point, Voice
from feedback_app.comments.requests import comes_too_fast
from feedback_app.comments.rules import ClosedMeanwhile
from feedback_app.comments.sealing import commitments_of, place_of
from feedback_app.comments.submissions import Sent
from feedback_app.core import clock
from feedback_app.core.errors import Conflict
from feedback_app.core.i18n import N_
from feedback_app.core.orm import new_public_id
from feedback_app.log.services import append
from feedback_app.organizations.models import Organization
from feedback_app.policy import Actor
from feedback_app.rounds.models import Holding, Round

LONGEST_PART, LONGEST_RESPONSE = 5_000, 20_000
LONGEST_NAME = 80

Headings = Mapping[str, str]
"""{section key: its name}, in the language of the response."""
Span = tuple[int, int]


class CollectingOver(Conflict):
    message = N_("An organization can begin its response only while the period is open.")


class DraftMoved(Conflict):
    message = N_(
        "The response was changed since you looked at it. It stands below as it is now; look "
        "at it again, then send it."
    )


class NothingToSend(Conflict):
    message = N_("There is no point in the response yet.")


class DoubtfulPoints(Conflict):
    message = N_(
        "Words in a marked point were taken back or are not shown any more. Change the point "
        "or leave it out."
    )


class TooLongTogether(Conflict):
    message = N_("A response may be up to 20,000 characters long. Shorten some points.")


@dataclass(frozen=True)
class Composed:
    """A response as it will stand: its words, where each point lies, and its only section."""

    body: str
    spans: Sequence[Span]
    section_key: str | None


def compose(parts: Sequence[ResponsePart], headings: Headings) -> Composed:
    """All points under each other; each names its section unless they share one."""
    keys = {part.section_key for part in parts}
    shared = next(iter(keys)) if len(keys) == 1 else None
    body, spans = "", list[Span]()
    for part in parts:
        if body:
            body += "\n\n"
        start = len(body)
        named = headings.get(part.section_key or "") if shared is None else None
        body += (f"{named}\n" if named else "") + part.body.strip()
        spans.append((start, len(body)))
    return Composed(body, spans, shared)


def begin(
    session: Session,
    round_: Round,
    organization: Organization,
    *,
    actor: Actor,
    language: str,
) -> JointResponse:
    """Begin to collect; whoever comes second finds what the first has begun.

    One whose response was withdrawn begins anew, with what members offered before.
    """
    response = JointResponse(
        public_id=new_public_id(),
        round_id=round_.id,
        organization_id=organization.id,
        language=language,
        words_number=1,
    )
    round_, at = moments.receive(session, round_.id)
    response.round = round_
    with session.no_autoflush:
        found = session.scalars(
            select(JointResponse).where(
                JointResponse.round_id == round_.id,
                JointResponse.organization_id == organization.id,
            )
        ).one_or_none()
        check_may(session, round_, found or response, actor)
        if (found is None or found.is_withdrawn) and not round_.is_open(at):
            raise CollectingOver
    if found is not None:
        if found.is_withdrawn:
            _begin_anew(session, found)
        return found
    response.organization = organization
    session.add(response)
    session.flush()
    return response


def _begin_anew(session: Session, response: JointResponse) -> None:
    response.sent_at = response.comment = response.doubted_at = None
    response.version += 1
    session.flush()
    session.execute(
        update(ResponseOffer)
        .where(ResponseOffer.response_id == response.id)
        .values(is_used=False)
    )


def new_words(session: Session, response: JointResponse, *, actor: Actor) -> None:
    """Other words for members; with the old ones nobody offers anything any more."""
    drafting(session, response, actor)
    response.words_number += 1
    session.flush()


def describe(
    session: Session,
    response: JointResponse,
    *,
    actor: Actor,
    members: int | None,
    language: str,
) -> None:
    """Say for how many members it speaks, which nobody checks, and in which language."""
    drafting(session, response, actor)
    if (members, language) != (response.members, response.language):
        response.members, response.language = members, language
        response.version += 1
        session.flush()


def looked_at(session: Session, response: JointResponse, *, actor: Actor) -> None:
    """Its lead has read it again, and says that it holds nothing more of a member's words."""
    locked(session, response, actor)
    response.doubted_at = None
    session.flush()


def send(
    session: Session,
    response: JointResponse,
    *,
    actor: Actor,
    sent: Sent,
    version: int,
    composed: Composed,
    html: Markup,
    accepts_late: bool = True,
) -> Comment:
    """Send it, once: one comment of the organization with a point for each of its points.

    `composed` and `version` are what its lead looked at. Sent again it stays that comment. What
    members offered stays theirs; the draft and where its words came from are let go.
    """
    actor, round_, at = locked(session, response, actor)
    if response.comment is not None:
        return response.comment
    late = check_may_comment(round_, actor, sent, at)
    if late and not accepts_late:
        raise ClosedMeanwhile
    if response.version != version:
        raise DraftMoved
    if not response.parts:
        raise NothingToSend
    if doubtful_among(session, response):
        raise DoubtfulPoints
    if len(composed.body) > LONGEST_RESPONSE:
        raise TooLongTogether
    comment = _comment(session, response, round_, actor, composed, at, late)
    said = Said(composed.body, html, None, response.language)
    wording = write_version(session, comment, said, at)
    spans: Sequence[Span | tuple[None, None]] = composed.spans
    if len(spans) == 1:  # the comment itself is its only point
        spans = [(None, None)]
    for number, (start, end) in enumerate(spans, start=1):
        session.add(Point(comment=comment, number=number, start=start, end=end))
    if comment.is_counted:
        round_.comments_count = Round.comments_count + 1
    response.sent_at, response.comment = at, comment
    session.flush()
    _let_draft_go(session, response)
    place, sealed_place = place_of(comment, wording, round_, at)
    append(
        session,
        actor=actor,
        kind="comment.submitted",
        subject=comment,
        parents=[round_],
        facts=place
        | {"late": late, "joint": True, "said_by": response.members}
        | ({"held": True} if comment.held_at else {}),
        commitments=commitments_of(wording) | sealed_place,
        at=at,
    )
    return comment


def _comment(
    session: Session,
    response: JointResponse,
    round_: Round,
    actor: Actor,
    composed: Composed,
    at: datetime,
    late: bool,
) -> Comment:
    """Held where the round's plan holds first comments: an organization sends but one."""
    waits = round_.holding is not Holding.NONE or comes_too_fast(session, round_, at)
    comment = Comment(
        round=round_,
        revision_id=round_.revision_id,
        section_key=composed.section_key,
        voice=Voice.ORGANIZATION,
        organization_id=response.organization_id,
        written_by_id=actor.account_id,
        display_name=name_of(response.organization),
        language=response.language,
        submitted_at=at,
        received_at=at,
        is_late=late,
        held_at=at if waits else None,
        said_by=response.members,
    )
    session.add(comment)
    session.flush()
    return comment


def name_of(organization: Organization) -> str:
    """The name under which its response stands."""
    name = organization.name
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _let_draft_go(session: Session, response: JointResponse) -> None:
    """Only whether an offer was used is kept, not where its words went."""
    ours = select(ResponsePart.id).where(ResponsePart.response_id == response.id)
    used = select(ResponseSource.offer_id).where(ResponseSource.part_id.in_(ours))
    session.execute(
        update(ResponseOffer)
        .where(ResponseOffer.response_id == response.id, ResponseOffer.id.in_(used))
        .values(is_used=True)
    )
    session.execute(delete(ResponseSource).where(ResponseSource.part_id.in_(ours)))
    session.execute(delete(ResponsePart).where(ResponsePart.response_id == response.id))
    session.expire(response, ["parts"])


def is_closed(response: JointResponse) -> bool:
    """What is sent now is late."""
    return clock.now() > response.round.closes_at
