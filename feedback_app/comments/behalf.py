"""What a host enters for people who spoke at a meeting, on paper or by phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback_app.comments import moments
from feedback_app.comments.models import Channel, Comment, CommentKind, CommentVersion, Point
from feedback_app.comments.rules import NothingSaid
from feedback_app.comments.sealing import commitments_of
from feedback_app.comments.services import Said
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.log.services import append
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.models import Participation, Round

ENTERED_FOR = timedelta(days=10)


class EntryOver(Conflict):
    message = N_("What was said to you could be entered until 10 days after the closing.")


class ReceivedOutside(Invalid):
    message = N_("This comment must have reached you while the comment period was open.")
    field = "received_at"


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
) -> Comment:
    """Write down what somebody said elsewhere; it counts by the day on which it was received.

    With `code_hash` the person holds it by the private code on their slip.
    """
    actor = require(actor, Permission.ENTER_ON_BEHALF, round_)
    round_, at = moments.receive(session, round_.id)
    if at > round_.closes_at + ENTERED_FOR:
        raise EntryOver
    if not round_.opens_at <= received_at <= min(at, round_.closes_at):
        raise ReceivedOutside
    if not said.body.strip():
        raise NothingSaid
    part = None
    if code_hash is not None:
        part = Participation(round_id=round_.id, code_hash=code_hash, locale=said.language)
        session.add(part)
    comment = Comment(
        round=round_,
        revision_id=round_.revision_id,
        section_key=section_key,
        participation=part,
        written_by_id=actor.account_id,
        kind=kind,
        language=said.language,
        channel=channel,
        collector_id=round_.host_id,
        display_name=display_name,
        submitted_at=at,
        received_at=received_at,
    )
    session.add(comment)
    version = CommentVersion(
        comment=comment,
        body=said.body,
        html=said.html,
        suggested_wording=said.suggested_wording or None,
        written_at=at,
    )
    session.add_all([version, Point(comment=comment)])
    round_.comments_count = Round.comments_count + 1
    session.flush()
    append(
        session,
        actor=actor,
        kind="comment.submitted",
        subject=comment,
        parents=[round_],
        facts={
            "section_key": section_key,
            "late": False,
            "received_on": received_at.date().isoformat(),
            "on_behalf": True,
        },
        commitments=commitments_of(version),
        at=at,
    )
    return comment
