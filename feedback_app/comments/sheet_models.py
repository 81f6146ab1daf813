"""What a host keeps beside a comment that it typed for somebody else."""

from __future__ import annotations

import enum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.comments.models import Comment
from feedback_app.comments.note_models import TableNote
from feedback_app.core.orm import Base, identity, moment, public_id, recorded_at
from feedback_app.rounds.meeting_models import Meeting


class Consent(enum.StrEnum):
    """Who agreed that the words be published, and how."""

    WRITTEN = "written"
    SPOKEN = "spoken"
    GUARDIAN = "guardian"


class Sheet(Base):
    """One comment as it came to the host: read by the host alone, never by the department.

    The number stands on the paper. Two comments with one number are one person's, so that it
    leaves the server for the host's eyes only. `wording` marks the words that the host typed:
    once the person has changed them, the host corrects nothing any more.
    """

    __tablename__ = "sheets"
    __table_args__ = (
        Index("ix_sheets_round_newest", "round_id", "id"),
        CheckConstraint("checked_by_id <> entered_by_id", name="checked_by_another"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), unique=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    note_id: Mapped[int | None] = mapped_column(ForeignKey("table_notes.id"), index=True)
    number: Mapped[int | None]
    collected_by: Mapped[str] = mapped_column(String(80), default="")
    consent: Mapped[Consent]
    wording: Mapped[str] = mapped_column(String(40))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    entered_at: Mapped[recorded_at]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    checked_at: Mapped[moment | None]
    scan_key: Mapped[str | None] = mapped_column(String(64))
    scan_type: Mapped[str | None] = mapped_column(String(16))

    comment: Mapped[Comment] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    note: Mapped[TableNote | None] = relationship()

    @property
    def is_by_helper(self) -> bool:
        """Typed over a session's link, by somebody without an account."""
        return self.entered_by_id is None
