"""Saying something, replying and agreeing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback_app.comments import codes, moments
from feedback_app.comments.anchors import cut
from feedback_app.comments.changing import (
    commitments_of,
    describe_comment,
    edit_comment,
    take_name_off,
    withdraw,
)
from feedback_app.comments.holders import Holder, find_part, holds
from feedback_app.comments.models import (
    Anchor,
    Comment,
    CommentVersion,
    Endorsement,
    Point,
    Submission,
    Voice,
)
from feedback_app.comments.rules import (
    AccountNeeded,
    ClosedMeanwhile,
    CommentWithdrawn,
    NothingSaid,
    NotOpenYet,
    NotYours,
    OneReplyEach,
    OnlyAuthorsReply,
    OwnComment,
    PartOfDepartment,
    PeriodOver,
    RepliesStayFlat,
    WordsMoved,
)
from feedback_app.comments.submissions import Sent, claim
from feedback_app.core.errors import NotFound
from feedback_app.curricula.models import Section
from feedback_app.log.services import append
from feedback_app.notifications.services import enqueue
from feedback_app.organizations.models import OrganizationKind
from feedback_app.policy import Actor, Permission, allows, require
from feedback_app.rounds.models import (
    Participation,
    Question,
    Round,
    RoundState,
    WhoMayComment,
)
from feedback_app.rounds.services import participation_for

__all__ = [
    "Said",
    "Taken",
    "ask_for_notice",
    "describe_comment",
    "edit_comment",
    "endorse",
    "reply",
    "submit_comment",
    "take_name_off",
    "unendorse",
    "voice_of",
    "withdraw",
]


@dataclass(frozen=True)
class Said:
    """What somebody wrote; `html` is its rendering, made before the writing unit."""

    body: str
    html: Markup
    suggested_wording: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class Taken:
    """What became of a form: the comment and, where one was made, the private code."""

    comment: Comment
    code: str | None
    is_repeated: bool


def submit_comment(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    sent: Sent,
    said: Said,
    key: bytes,
    holder: Holder,
    section_key: str | None = None,
    span: tuple[int, int] | None = None,
    exact: str | None = None,
    question: Question | None = None,
    notice_address: str | None = None,
    locale: str = "en",
    accepts_late: bool = True,
) -> Taken:
    """Take in a comment; the same form sent again gives the same comment and the same code.

    Text that comes after closing is kept as late; with `accepts_late` false the writer is told
    first.
    """
    submission, is_first = claim(session, sent)
    if not is_first:
        return _as_before(session, submission, sent, key)
    round_, at = moments.receive(session, round_.id)
    late = _check_may_comment(round_, actor, sent, at)
    if late and not accepts_late:
        raise ClosedMeanwhile
    if not said.body.strip():
        raise NothingSaid
    anchor = _cut_anchor(session, round_, section_key, span, exact)
    part, code = _enter(session, round_, actor, sent, key, holder, locale)
    comment = Comment(
        round=round_,
        revision_id=round_.revision_id,
        section_key=section_key,
        question=question,
        participation=part,
        written_by_id=None,
        language=said.language,
        submitted_at=at,
        received_at=at,
        is_late=late,
    )
    session.add(comment)
    version = _write_version(session, comment, said, at)
    session.add(Point(comment=comment))
    if anchor is not None:
        anchor.comment = comment
        session.add(anchor)
    if not late:
        round_.comments_count = Round.comments_count + 1
    session.flush()
    _answer_submission(submission, comment, part, code)
    if notice_address:
        part.notice_address = notice_address
        if code is not None:
            _mail_code(session, comment, part, code, locale)
    append(
        session,
        actor=actor,
        kind="comment.submitted",
        subject=comment,
        parents=[round_],
        facts={"section_key": section_key, "late": late},
        commitments=commitments_of(version),
        at=at,
    )
    return Taken(comment, code, is_repeated=False)


def reply(
    session: Session,
    parent: Comment,
    *,
    actor: Actor,
    sent: Sent,
    said: Said,
    key: bytes,
    holder: Holder,
    locale: str = "en",
) -> Taken:
    """Answer a comment, one level deep; who speaks for an organization is marked so."""
    submission, is_first = claim(session, sent)
    if not is_first:
        return _as_before(session, submission, sent, key)
    round_, at = moments.receive(session, parent.round_id)
    session.refresh(parent)
    if parent.parent_id is not None:
        raise RepliesStayFlat
    if parent.withdrawn_at is not None:
        raise CommentWithdrawn
    if not said.body.strip():
        raise NothingSaid
    require(actor, Permission.REPLY, round_)
    voice, organization_id = voice_of(actor, round_)
    part, code = None, None
    if voice is Voice.RESIDENT:
        _check_may_reply(session, round_, parent, sent, holder, at)
        part, code = _enter(session, round_, actor, sent, key, holder, locale)
    comment = Comment(
        round=round_,
        revision_id=parent.revision_id,
        section_key=parent.section_key,
        parent=parent,
        participation=part,
        voice=voice,
        organization_id=organization_id,
        written_by_id=actor.account_id if voice is not Voice.RESIDENT else None,
        language=said.language,
        submitted_at=at,
        received_at=at,
    )
    session.add(comment)
    version = _write_version(session, comment, said, at)
    session.flush()
    session.execute(
        update(Comment)
        .where(Comment.id == parent.id)
        .values(replies_count=Comment.replies_count + 1)
    )
    _answer_submission(submission, comment, part, code)
    append(
        session,
        actor=actor,
        kind="comment.replied",
        subject=comment,
        parents=[parent],
        facts={"voice": voice.value},
        commitments=commitments_of(version),
        at=at,
    )
    return Taken(comment, code, is_repeated=False)


def endorse(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    sent: Sent,
    key: bytes,
    holder: Holder,
    locale: str = "en",
) -> Taken:
    """Agree with the present wording, once for each person in a round."""
    submission, is_first = claim(session, sent)
    if not is_first:
        return _as_before(session, submission, sent, key)
    round_, at = moments.receive(session, comment.round_id)
    session.refresh(comment)
    if _check_may_comment(round_, actor, sent, at):
        raise PeriodOver
    if comment.parent_id is not None:
        raise RepliesStayFlat
    if comment.withdrawn_at is not None:
        raise CommentWithdrawn
    if holds(comment, holder):
        raise OwnComment
    part, code = _enter(session, round_, actor, sent, key, holder, locale)
    given = _endorsement(session, comment, part)
    if given is None:
        given = Endorsement(comment_id=comment.id, participation_id=part.id, version_number=0)
        session.add(given)
    is_new = given.version_number != comment.version_number
    given.version_number, given.given_at = comment.version_number, at
    session.flush()
    count_endorsements(session, comment)
    _answer_submission(submission, comment, part, code)
    if is_new:
        append(
            session,
            actor=actor,
            kind="comment.endorsed",
            subject=comment,
            facts={"version": comment.version_number},
            at=at,
        )
    return Taken(comment, code, is_repeated=False)


def unendorse(session: Session, comment: Comment, *, actor: Actor, holder: Holder) -> None:
    """Take an agreement back; leaving never ends, so this works after closing too."""
    moments.receive(session, comment.round_id)
    part = find_part(session, comment.round_id, holder)
    given = _endorsement(session, comment, part) if part is not None else None
    if given is None:
        return
    session.delete(given)
    session.flush()
    count_endorsements(session, comment)
    append(
        session,
        actor=actor,
        kind="comment.unendorsed",
        subject=comment,
        facts={"version": given.version_number},
    )


def ask_for_notice(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    holder: Holder,
    address: str,
    code: str | None,
    locale: str,
) -> None:
    """Leave an address for the answer, which nobody can read; the code is mailed to it."""
    moments.receive(session, comment.round_id)
    part = comment.participation
    if part is None or not holds(comment, holder):
        raise NotYours
    part.notice_address = address
    session.flush()
    if code:
        _mail_code(session, comment, part, code, locale)


def voice_of(actor: Actor, round_: Round) -> tuple[Voice, int | None]:
    """For whom somebody speaks in this round; the narrower hat counts."""
    if actor.in_organization(round_.department_id):
        return Voice.DEPARTMENT, round_.department_id
    if actor.in_organization(round_.host_id):
        return Voice.HOST, round_.host_id
    boards = actor.organizations(OrganizationKind.BOARD) & frozenset(round_.board_ids)
    return (Voice.BOARD, min(boards)) if boards else (Voice.RESIDENT, None)


def count_endorsements(session: Session, comment: Comment) -> None:
    """Agreements with the wording that is shown; those with an earlier one are not counted."""
    session.flush()
    comment.endorsements_count = (
        session.scalar(
            select(func.count())
            .select_from(Endorsement)
            .where(
                Endorsement.comment_id == comment.id,
                Endorsement.version_number == comment.version_number,
            )
        )
        or 0
    )
    session.flush()


def _check_may_comment(round_: Round, actor: Actor, sent: Sent, at: datetime) -> bool:
    """Whether what comes now is late; refused before opening and after the report."""
    if not allows(actor, Permission.COMMENT, round_):
        raise PartOfDepartment
    state = round_.state(at)
    if state is RoundState.PLANNED:
        raise NotOpenYet
    if state is RoundState.ANSWERED:
        raise PeriodOver
    if round_.participation is WhoMayComment.ACCOUNT and not actor.is_signed_in:
        raise AccountNeeded
    return moments.is_late(round_, at, sent.started_at)


def _check_may_reply(
    session: Session, round_: Round, parent: Comment, sent: Sent, holder: Holder, at: datetime
) -> None:
    if round_.state(at) is RoundState.PLANNED:
        raise NotOpenYet
    if round_.participation is WhoMayComment.ACCOUNT and holder.account_id is None:
        raise AccountNeeded
    if not moments.is_late(round_, at, sent.started_at):
        return
    if not holds(parent, holder):
        raise OnlyAuthorsReply
    theirs = Comment.participation_id == parent.participation_id
    others = select(func.count()).where(Comment.parent_id == parent.id)
    answered = session.scalar(others.where(theirs, Comment.submitted_at > round_.closes_at))
    replies = session.scalar(others.where(Comment.voice != Voice.RESIDENT))
    if (answered or 0) >= (replies or 0):
        raise OneReplyEach


def _enter(
    session: Session,
    round_: Round,
    actor: Actor,
    sent: Sent,
    key: bytes,
    holder: Holder,
    locale: str,
) -> tuple[Participation, str | None]:
    """Their part in the round, and the private code where it had to be made."""
    part = find_part(session, round_.id, holder)
    if part is not None:
        return part, None
    code = None
    if actor.account_id is None:
        code = codes.make_code(key, sent.submission_id, locale)
    part = participation_for(
        session,
        round_,
        account_id=actor.account_id,
        code_hash=codes.code_hash(key, code) if code else None,
        locale=locale,
    )
    return part, code


def _as_before(session: Session, submission: Submission, sent: Sent, key: bytes) -> Taken:
    if submission.comment is None:
        raise NotFound
    code = None
    if submission.made_code and submission.participation_id is not None:
        part = session.get_one(Participation, submission.participation_id)
        code = codes.make_code(key, sent.submission_id, part.locale)
    return Taken(submission.comment, code, is_repeated=True)


def _answer_submission(
    submission: Submission, comment: Comment, part: Participation | None, code: str | None
) -> None:
    submission.comment_id = comment.id
    submission.participation_id = part.id if part is not None else None
    submission.made_code = code is not None


def _cut_anchor(
    session: Session,
    round_: Round,
    section_key: str | None,
    span: tuple[int, int] | None,
    exact: str | None,
) -> Anchor | None:
    if section_key is None:
        return None
    found = session.execute(
        select(Section.text, Section.language).where(
            Section.revision_id == round_.revision_id, Section.key == section_key
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    if span is None:
        return None
    try:
        words, prefix, suffix = cut(found.text, *span)
    except ValueError:
        raise WordsMoved from None
    if exact is not None and exact != words:
        raise WordsMoved
    return Anchor(
        revision_id=round_.revision_id,
        language=found.language,
        section_key=section_key,
        exact=words,
        prefix=prefix,
        suffix=suffix,
        start=span[0],
        end=span[1],
    )


def _write_version(
    session: Session, comment: Comment, said: Said, at: datetime
) -> CommentVersion:
    version = CommentVersion(
        comment=comment,
        number=1,
        body=said.body,
        html=said.html,
        suggested_wording=said.suggested_wording or None,
        written_at=at,
    )
    session.add(version)
    session.flush()
    return version


def _endorsement(session: Session, comment: Comment, part: Participation) -> Endorsement | None:
    return session.scalars(
        select(Endorsement).where(
            Endorsement.comment_id == comment.id, Endorsement.participation_id == part.id
        )
    ).first()


def _mail_code(
    session: Session, comment: Comment, part: Participation, code: str, locale: str
) -> None:
    """Tell the address that was left; the outbox wipes the code once the mail has gone."""
    assert part.notice_address is not None
    enqueue(
        session,
        "private_code",
        to=part.notice_address,
        locale=locale,
        once_key=f"private_code:{comment.public_id}",
        round=comment.round.text(locale).title,
        code=code,
        path="/receipts",
    )
