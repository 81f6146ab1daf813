"""What a table wrote down together at a session."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import Base, identity, public_id, recorded_at
from feedback_app.rounds.meeting_models import Meeting


class TableNote(Base):
    """One line of a table's notes, said by some of those who sat there; for the host alone.

    It can become comments: sheets that name it.
    """

    __tablename__ = "table_notes"
    __table_args__ = (
        CheckConstraint("said_by >= 1 AND said_by <= said_of", name="no_more_than_there"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    body: Mapped[str]
    section_key: Mapped[str | None] = mapped_column(String(8))
    said_by: Mapped[int]
    said_of: Mapped[int]
    noted_at: Mapped[recorded_at]

    meeting: Mapped[Meeting] = relationship()
