"""Twice is once: a form that was sent again gets the answer it got before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from feedback_app.comments.models import Submission
from feedback_app.core import clock
from feedback_app.core.errors import Conflict
from feedback_app.core.i18n import N_

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


def claim(session: Session, sent: Sent) -> tuple[Submission, bool]:
    """The row of this form, and whether it is the first time that it came.

    Of twenty equal forms at once one inserts; the others wait for it, then read its answer.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    stored = stored_id(sent.submission_id)
    made = session.scalar(
        insert(Submission)
        .values(
            submission_id=stored,
            body_hash=sent.content_hash,
            made_code=False,
            sent_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=[Submission.submission_id])
        .returning(Submission.id)
    )
    submission = session.scalars(
        select(Submission).where(Submission.submission_id == stored)
    ).one()
    if made is None and submission.body_hash != sent.content_hash:
        raise FormSentBefore
    return submission, made is not None
