"""What a host enters for people who spoke at a meeting, on paper or by phone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments import letters, moments
from feedback_app.comments.changing import check_name
from feedback_app.comments.models import Channel, Comment, CommentKind, CommentVersion, Point
from feedback_app.comments.rules import NothingSaid
from feedback_app.comments.sealing import commitments_of, place_of
from feedback_app.comments.services import Said
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.curricula.models import Section
from feedback_app.log.services import append
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.closings import TYPED_FOR
from feedback_app.rounds.models import Question, Round
from feedback_app.rounds.services import participation_for

ENTERED_FOR = TYPED_FOR


class EntryOver(Conflict):
    message = N_("What was said to you could be entered until 10 days after the closing.")


class MoreThanThere(Invalid):
    message = N_("More people cannot have said it than were there.")
    field = "said_by"


class ReceivedOutside(Invalid):
    message = N_(
        "This comment must have reached you while the comment period was open. On the day of "
        "the closing, say at what time it came."
    )
    field = "received_on"


def enter_on_behalf(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    said: Said,
    channel: Channel,
    received_at: datetime,
    section_key: str | None = None,
    kind: CommentKind | None = None,
    display_name: str | None = None,
    code_hash: str | None = None,
    question: Question | None = None,
    said_by: int | None = None,
    said_of: int | None = None,
    is_recorded: bool = False,
) -> Comment:
    """Write down what somebody said elsewhere; it counts by the day on which it was received.

    With `code_hash` the person holds it by the private code on their slip; two sheets with one
    code are one person's. `said_by` people stand behind it. Words of a recording that came in
    time may be typed at any time.
    """
    actor = require(actor, Permission.ENTER_ON_BEHALF, round_)
    round_, at = moments.receive(session, round_.id)
    if at > round_.closes_at + ENTERED_FOR and not is_recorded:
        raise EntryOver
    if not is_recorded and not round_.opens_at <= received_at <= min(at, round_.closes_at):
        raise ReceivedOutside
    if not said.body.strip():
        raise NothingSaid
    if said_by is not None and (said_by < 1 or (said_of is not None and said_by > said_of)):
        raise MoreThanThere
    name = " ".join((display_name or "").split()) or None
    if name is not None:
        check_name(session, name)
    part = None
    if code_hash is not None:
        part = participation_for(
            session, round_, account_id=None, code_hash=code_hash, locale=said.language
        )
    comment = Comment(
        round=round_,
        revision_id=round_.revision_id,
        section_key=_section(session, round_, section_key),
        question=question,
        participation=part,
        written_by_id=actor.account_id,
        kind=kind,
        language=said.language,
        channel=channel,
        collector_id=round_.host_id,
        display_name=name,
        submitted_at=at,
        received_at=received_at,
        said_by=said_by,
        said_of=said_of,
    )
    session.add(comment)
    version = CommentVersion(
        comment=comment,
        body=said.body,
        html=said.html,
        suggested_wording=said.suggested_wording or None,
        written_at=at,
    )
    point = Point(comment=comment)
    session.add_all([version, point])
    round_.comments_count = Round.comments_count + 1
    session.flush()
    letters.take_in(session, comment, point, said.body, at=at)
    place, sealed_place = place_of(comment, version, round_, at)
    append(
        session,
        actor=actor,
        kind="comment.submitted",
        subject=comment,
        parents=[round_],
        facts={
            **place,
            "late": False,
            "received_on": received_at.date().isoformat(),
            "on_behalf": True,
            "said_by": said_by,
            "said_of": said_of,
        },
        commitments=commitments_of(version) | sealed_place,
        at=at,
    )
    return comment


def _section(session: Session, round_: Round, key: str | None) -> str | None:
    if key is not None and not session.scalar(
        select(Section.id).where(Section.revision_id == round_.revision_id, Section.key == key)
    ):
        raise NotFound
    return key
