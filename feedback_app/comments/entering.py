"""What every act of somebody who takes part begins and ends with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from feedback_app.comments import codes, moments
from feedback_app.comments.holders import Holder, find_part
from feedback_app.comments.models import Comment, CommentVersion, Submission
from feedback_app.comments.rules import (
    AccountNeeded,
    InvitationNeeded,
    NotOpenYet,
    PeriodOver,
    SpeaksForOthers,
)
from feedback_app.comments.submissions import Sent
from feedback_app.core.errors import NotFound
from feedback_app.policy import Actor, Permission, allows
from feedback_app.rounds.models import Participation, Round, RoundState, WhoMayComment
from feedback_app.rounds.services import participation_for


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


def check_may_comment(round_: Round, actor: Actor, sent: Sent, at: datetime) -> bool:
    """Whether what comes now is late; refused before opening and after the report."""
    if not allows(actor, Permission.COMMENT, round_):
        raise SpeaksForOthers
    state = round_.state(at)
    if state is RoundState.PLANNED:
        raise NotOpenYet
    if state is RoundState.ANSWERED:
        raise PeriodOver
    if round_.participation is WhoMayComment.ACCOUNT and not actor.is_signed_in:
        raise AccountNeeded
    return moments.is_late(round_, at, sent.started_at)


def enter(
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
    if round_.participation is WhoMayComment.INVITED:
        raise InvitationNeeded
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


def as_before(session: Session, submission: Submission, sent: Sent, key: bytes) -> Taken:
    if submission.comment is None:
        raise NotFound
    code = None
    if submission.made_code and submission.participation_id is not None:
        part = session.get_one(Participation, submission.participation_id)
        code = codes.make_code(key, sent.submission_id, part.locale)
    return Taken(submission.comment, code, is_repeated=True)


def answer_submission(
    submission: Submission, comment: Comment, part: Participation | None, code: str | None
) -> None:
    submission.comment_id = comment.id
    submission.participation_id = part.id if part is not None else None
    submission.made_code = code is not None


def write_version(
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
