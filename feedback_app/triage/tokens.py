"""What an answer is written upon, told by a few letters that change when it does."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, CommentVersion, Point
from feedback_app.triage.models import Disposition


def standing_token(session: Session, point: Point) -> str:
    """What an answer is written upon: the newest answer and the wording it speaks to.

    `token_of` is the same where the answers are at hand.
    """
    newest = session.scalar(
        select(Disposition.public_id)
        .where(Disposition.point_id == point.id)
        .order_by(Disposition.id.desc())
        .limit(1)
    )
    wording = session.execute(
        select(CommentVersion.number, CommentVersion.salt)
        .join(Comment, Comment.id == CommentVersion.comment_id)
        .where(Comment.id == point.comment_id, CommentVersion.number == Comment.version_number)
    ).one()
    return token_of(*wording, newest)


def token_of(number: int, salt: str, newest: str | None) -> str:
    """The salt changes where other words replace the first ones within 15 minutes."""
    return f"{newest or ''}.{number}.{wording_token(salt)}"


def wording_token(salt: str) -> str:
    """Tells one wording from the next; of the salt it tells nothing."""
    return hashlib.sha256(salt.encode()).hexdigest()[:12]
