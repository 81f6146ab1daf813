"""Comments in another language, as a person put them; the original is the record."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.comments.models import Comment
from feedback_app.core.orm import Base, clean_html, identity, locale, moment, public_id, salt


class CommentTranslation(Base):
    """One comment in one language. `mark` is the beginning of the salt of the wording that was
    translated: where the comment has another by now, this one is shown to nobody.
    """

    __tablename__ = "comment_translations"
    __table_args__ = (UniqueConstraint("comment_id", "language"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    language: Mapped[locale]
    version_number: Mapped[int]
    mark: Mapped[str] = mapped_column(String(12))
    body: Mapped[str]
    html: Mapped[clean_html]
    suggested_wording: Mapped[str | None]
    salt: Mapped[salt]
    translated_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    translated_at: Mapped[moment]

    comment: Mapped[Comment] = relationship()
