"""Sending a comment as a recording, and writing down its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from feedback_app.comments import codes, moments
from feedback_app.comments.behalf import enter_on_behalf
from feedback_app.comments.entering import Said, check_may_comment, enter
from feedback_app.comments.holders import Holder, is_held_by
from feedback_app.comments.models import Channel, Comment
from feedback_app.comments.spoken_models import SpokenComment
from feedback_app.comments.submissions import Sent, answer, claim, stored_id
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, NotFound
from feedback_app.core.i18n import N_
from feedback_app.core.recordings import Recording
from feedback_app.curricula.models import Section
from feedback_app.log.services import append
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.models import Round

KEPT_AFTER_ANSWERS = timedelta(days=30)
MOST_WAITING = 100
"""In one round; whoever comes then is asked to write or to call."""


class NobodyListens(Conflict):
    message = N_(
        "In this comment period nobody outside the department could listen. Please write, or "
        "call the person named for help."
    )


class TooManyWait(Conflict):
    message = N_(
        "Many recordings wait already. Please write, call the person named for help, or come "
        "back in some days."
    )


class SpokenTooLate(Conflict):
    message = N_("The comment period has closed. You can still write; it is kept as late.")


class WordsAreThere(Conflict):
    message = N_("Its words are written down already, or it was taken back.")


@dataclass(frozen=True)
class Kept:
    """The recording as it was told apart, and where its file is."""

    recording: Recording
    key: str


def check_takes_recordings(session: Session, round_: Round) -> None:
    if round_.is_hosted_by_department:
        raise NobodyListens
    waiting = select(func.count()).select_from(SpokenComment)
    if (
        session.scalar(waiting.where(SpokenComment.round_id == round_.id, SpokenComment.waits))
        or 0
    ) >= MOST_WAITING:
        raise TooManyWait


def send_spoken(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    sent: Sent,
    kept: Kept,
    key: bytes,
    holder: Holder,
    section_key: str | None = None,
    language: str = "en",
) -> tuple[SpokenComment, str | None]:
    """Take in a recording, and the private code where one was made; twice is once."""
    submission, is_first = claim(session, sent)
    if not is_first:
        found = session.scalars(
            select(SpokenComment).where(
                SpokenComment.submission_id == stored_id(sent.submission_id)
            )
        ).first()
        if found is None:
            raise NotFound
        made = codes.make_code(key, sent.submission_id, found.participation.locale)
        return found, made if submission.made_code else None
    round_, at = moments.receive(session, round_.id)
    check_takes_recordings(session, round_)
    if check_may_comment(round_, actor, sent, at) or at > round_.closes_at:
        raise SpokenTooLate
    if section_key is not None and not session.scalar(
        select(Section.id).where(
            Section.revision_id == round_.revision_id, Section.key == section_key
        )
    ):
        raise NotFound
    part_id, code = enter(session, round_, actor, sent, key, holder, language)
    spoken = SpokenComment(
        round=round_,
        participation_id=part_id,
        submission_id=stored_id(sent.submission_id),
        section_key=section_key,
        language=language,
        recording_key=kept.key,
        recording_type=kept.recording.kind,
        seconds=kept.recording.seconds,
        sent_at=at,
    )
    session.add(spoken)
    session.flush()
    answer(session, submission, part_id=part_id, made_code=code is not None)
    append(
        session,
        actor=actor,
        kind="recording.received",
        subject=spoken,
        parents=[round_],
        facts={"section_key": section_key},
        at=at,
    )
    return spoken, code


def write_down(
    session: Session,
    spoken: SpokenComment,
    *,
    actor: Actor,
    said: Said,
    section_key: str | None = None,
) -> Comment:
    """The host has typed what was said or signed: from now on it is its writer's comment.

    It counts from the instant at which the recording came, however late its words are typed.
    """
    require(actor, Permission.ENTER_ON_BEHALF, spoken.round)
    round_, _at = moments.receive(session, spoken.round_id)
    session.refresh(spoken)
    if not spoken.waits:
        raise WordsAreThere
    comment = enter_on_behalf(
        session,
        round_,
        actor=actor,
        said=said,
        channel=Channel.WEB,
        received_at=spoken.sent_at,
        section_key=section_key,
        is_recorded=True,
    )
    comment.participation = spoken.participation
    spoken.comment = comment
    session.flush()
    return comment


def take_back(
    session: Session, spoken: SpokenComment, *, actor: Actor, holder: Holder
) -> str | None:
    """Its sender wants it gone; whose file nobody needs any more."""
    moments.receive(session, spoken.round_id)
    session.refresh(spoken)
    if not spoken.waits:
        raise WordsAreThere
    if spoken not in own_waiting(session, holder):
        raise NotFound
    key, spoken.recording_key = spoken.recording_key, None
    spoken.withdrawn_at = clock.now()
    append(
        session,
        actor=actor,
        kind="recording.withdrawn",
        subject=spoken,
        parents=[spoken.round],
    )
    return key


def waiting_in(session: Session, round_: Round) -> Sequence[SpokenComment]:
    """Recordings whose words nobody has typed, oldest first."""
    return session.scalars(
        select(SpokenComment)
        .where(SpokenComment.round_id == round_.id, SpokenComment.waits)
        .order_by(SpokenComment.id)
    ).all()


def lost_in(session: Session, round_: Round) -> int:
    """How many were erased when their time was over, with nobody having typed their words."""
    lost = select(func.count()).select_from(SpokenComment)
    return (
        session.scalar(lost.where(SpokenComment.round_id == round_.id, SpokenComment.is_lost))
        or 0
    )


def own_waiting(session: Session, holder: Holder) -> Sequence[SpokenComment]:
    return session.scalars(
        select(SpokenComment)
        .join(SpokenComment.participation)
        .where(is_held_by(holder), SpokenComment.waits)
        .order_by(SpokenComment.id)
    ).all()


def get_spoken(session: Session, public_id: str, round_: Round | None = None) -> SpokenComment:
    query = select(SpokenComment).where(SpokenComment.public_id == public_id)
    if round_ is not None:
        query = query.where(SpokenComment.round_id == round_.id)
    found = session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def forget_recordings(session: Session) -> int:
    """Let go of recordings 30 days after the answers, and of those taken back; how many.

    Of a recording whose words nobody has typed the log says so: it was somebody's comment.
    """
    gone = select(Comment.id).where(
        Comment.withdrawn_at.is_not(None) | Comment.erased_at.is_not(None)
    )
    answered = select(Round.id).where(
        Round.report_published_at < clock.now() - KEPT_AFTER_ANSWERS
    )
    due = session.scalars(
        select(SpokenComment.id).where(
            SpokenComment.recording_key.is_not(None),
            or_(SpokenComment.comment_id.in_(gone), SpokenComment.round_id.in_(answered)),
        )
    ).all()
    lost = session.scalars(
        select(SpokenComment)
        .where(SpokenComment.waits, SpokenComment.round_id.in_(answered))
        .order_by(SpokenComment.id)
    ).all()
    for each in lost:
        append(
            session,
            actor=Actor(is_system=True),
            kind="recording.erased",
            subject=each,
            parents=[each.round],
        )
    for start in range(0, len(due), 500):
        session.execute(
            update(SpokenComment)
            .where(SpokenComment.id.in_(due[start : start + 500]))
            .values(recording_key=None)
        )
    return len(due)
