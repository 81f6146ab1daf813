"""Which translations are shown: of the words that stand there now, never of others."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, exists, func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, CommentVersion
from feedback_app.comments.translation_models import CommentTranslation

MARK = 12


def is_of_these_words() -> ColumnElement[bool]:
    """Joined with a comment and its wordings: whether the translation is of the present one."""
    return and_(
        CommentVersion.comment_id == Comment.id,
        CommentVersion.number == Comment.version_number,
        CommentTranslation.version_number == Comment.version_number,
        CommentTranslation.mark == func.substr(CommentVersion.salt, 1, MARK),
    )


def has_fresh_translation() -> ColumnElement[bool]:
    """Whether the comment's present words stand in the round's language; of a query of them."""
    return exists(
        select(CommentTranslation.id)
        .join(CommentVersion, CommentVersion.comment_id == CommentTranslation.comment_id)
        .where(CommentTranslation.comment_id == Comment.id, is_of_these_words())
        .correlate(Comment)
    )


def forget_translations(session: Session, comment: Comment) -> None:
    """What is covered, taken back or erased does not live on in another language."""
    session.execute(
        delete(CommentTranslation).where(CommentTranslation.comment_id == comment.id)
    )
