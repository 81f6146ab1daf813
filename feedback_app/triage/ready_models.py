"""Texts that a department keeps at hand for its answers; none of them is public by itself."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import Base, identity, locale, moment, public_id, recorded_at
from feedback_app.triage.models import Outcome


class ReadyText(Base):
    """A text for one kind of answer, or for any; `version` counts its changes.

    `name_key` is its name without case while it is offered, and nothing after that.
    """

    __tablename__ = "ready_texts"
    __table_args__ = (
        Index("uq_ready_texts_name_key", "department_id", "name_key", unique=True),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    department_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str | None] = mapped_column(String(400))
    outcome: Mapped[Outcome | None]
    version: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    changed_at: Mapped[recorded_at]
    retired_at: Mapped[moment | None]

    wordings: Mapped[list[ReadyWording]] = relationship(
        back_populates="ready_text", cascade="all, delete-orphan"
    )

    def words(self, language: str) -> str:
        """Its words in this language; none where nobody has written them."""
        return next((w.body for w in self.wordings if w.language == language), "")


class ReadyWording(Base):
    """What a ready text says in one language."""

    __tablename__ = "ready_wordings"
    __table_args__ = (
        UniqueConstraint("ready_text_id", "language"),
        CheckConstraint("body <> ''", name="body_given"),
    )

    id: Mapped[identity]
    ready_text_id: Mapped[int] = mapped_column(ForeignKey("ready_texts.id", ondelete="CASCADE"))
    language: Mapped[locale]
    body: Mapped[str]

    ready_text: Mapped[ReadyText] = relationship(back_populates="wordings")
