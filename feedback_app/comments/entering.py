"""What every act of somebody who takes part begins and ends with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from feedback_app.comments import codes, moments
from feedback_app.comments.holders import Holder
from feedback_app.comments.models import Comment, CommentVersion
from feedback_app.comments.rules import (
    AccountNeeded,
    InvitationNeeded,
    NotOpenYet,
    PeriodOver,
    SpeaksForOthers,
)
from feedback_app.comments.submissions import Claim, Sent
from feedback_app.core.errors import NotFound
from feedback_app.core.storing import store
from feedback_app.policy import Actor, Permission, allows
from feedback_app.rounds.models import Participation, Round, RoundState, WhoMayComment
from feedback_app.rounds.terms import Terms, find_part_id, take_part


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


def check_may_comment(round_: Round | Terms, actor: Actor, sent: Sent, at: datetime) -> bool:
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
    round_: Round | Terms,
    actor: Actor,
    sent: Sent,
    key: bytes,
    holder: Holder,
    locale: str,
) -> tuple[int, str | None]:
    """Their part in the round, by its id, and the private code where it had to be made."""
    part_id = find_part_id(
        session, round_.id, account_id=holder.account_id, code_hash=holder.code_hash
    )
    if part_id is not None:
        return part_id, None
    if round_.participation is WhoMayComment.INVITED:
        raise InvitationNeeded
    code = None
    if actor.account_id is None:
        code = codes.make_code(key, sent.submission_id, locale)
    part_id = take_part(
        session,
        round_.id,
        account_id=actor.account_id,
        code_hash=codes.code_hash(key, code) if code else None,
        locale=locale,
    )
    return part_id, code


def as_before(session: Session, submission: Claim, sent: Sent, key: bytes) -> Taken:
    if submission.comment_id is None:
        raise NotFound
    comment = session.get_one(Comment, submission.comment_id)
    code = None
    if submission.made_code and submission.participation_id is not None:
        part = session.get_one(Participation, submission.participation_id)
        code = codes.make_code(key, sent.submission_id, part.locale)
    return Taken(comment, code, is_repeated=True)


def write_version(
    session: Session, comment: Comment, said: Said, at: datetime
) -> CommentVersion:
    """The first wording of a comment that is stored."""
    version = CommentVersion(
        comment_id=comment.id,
        body=said.body,
        html=said.html,
        suggested_wording=said.suggested_wording or None,
        written_at=at,
    )
    store(session, version)
    set_committed_value(version, "sealed", None)  # nothing is covered yet
    return version
