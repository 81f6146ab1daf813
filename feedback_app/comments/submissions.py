"""Twice is once: a form that was sent again gets the answer it got before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from feedback_app.comments.models import Submission
from feedback_app.core import clock
from feedback_app.core.errors import Conflict
from feedback_app.core.i18n import N_
from feedback_app.core.prepared import Asked, Prepared

KEPT_FOR = timedelta(hours=48)


class FormSentBefore(Conflict):
    message = N_(
        "This form was sent before with other words. Your text is below; open the form anew "
        "to send it."
    )


@dataclass(frozen=True)
class Sent:
    """A form as it came back: its id, made by the server, when it was made, what it says."""

    submission_id: str
    content_hash: str
    started_at: datetime | None = None


def content_hash(*parts: str | int | None) -> str:
    """SHA-256 in hex over everything a form says."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def forget_old(session: Session) -> int:
    """Let go of forms sent more than two days ago; how many there were."""
    found = session.execute(
        delete(Submission).where(Submission.sent_at < clock.now() - KEPT_FOR)
    )
    return cast(CursorResult[Any], found).rowcount


def stored_id(submission_id: str) -> str:
    """What is kept of a form's id: it would give away the private code that was made of it."""
    return hashlib.sha256(submission_id.encode()).hexdigest()[:32]


class Claim(NamedTuple):
    """The row of a form, as it was when the form came."""

    id: int
    body_hash: str
    comment_id: int | None
    participation_id: int | None
    made_code: bool


def _first_time(dialect: str) -> Asked:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return (
        insert(Submission)
        .values(
            submission_id=bindparam("stored"),
            body_hash=bindparam("content_hash"),
            made_code=False,
            sent_at=bindparam("now"),
        )
        .on_conflict_do_nothing(index_elements=[Submission.submission_id])
        .returning(Submission.id)
    )


_FIRST = Prepared(_first_time)
_AGAIN = Prepared(
    select(
        Submission.id,
        Submission.body_hash,
        Submission.comment_id,
        Submission.participation_id,
        Submission.made_code,
    ).where(Submission.submission_id == bindparam("stored")),
    Claim,
)
_ANSWER = Prepared(
    update(Submission)
    .where(Submission.id == bindparam("claim_id"))
    .values(
        comment_id=bindparam("said"),
        participation_id=bindparam("by"),
        made_code=bindparam("made"),
    )
)


def claim(session: Session, sent: Sent) -> tuple[Claim, bool]:
    """The row of this form, and whether it is the first time that it came.

    Of twenty equal forms at once one inserts; the others wait for it, then read its answer.
    """
    session.flush()
    stored = stored_id(sent.submission_id)
    made = _FIRST.first(session, stored=stored, content_hash=sent.content_hash, now=clock.now())
    if made is not None:
        return Claim(made.id, sent.content_hash, None, None, made_code=False), True
    before: Claim = _AGAIN.rows(session, stored=stored)[0]
    if before.body_hash != sent.content_hash:
        raise FormSentBefore
    return before, False


def answer(
    session: Session,
    claimed: Claim,
    *,
    comment_id: int | None = None,
    part_id: int | None = None,
    made_code: bool = False,
) -> None:
    """Keep what the form is answered with, should it come again."""
    _ANSWER.run(session, claim_id=claimed.id, said=comment_id, by=part_id, made=made_code)
