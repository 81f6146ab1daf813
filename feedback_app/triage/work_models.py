"""Who works on which point, and what was asked of whom meanwhile; none of it is public."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.accounts.models import Account
from feedback_app.comments.models import Point
from feedback_app.core.orm import Base, identity, moment, public_id, recorded_at


class Assignment(Base):
    """Whose turn a point is, until when; there is none while nobody has it.

    `version` counts the changes, so that an old page cannot undo a newer one unseen.
    """

    __tablename__ = "assignments"

    id: Mapped[identity]
    point_id: Mapped[int] = mapped_column(
        ForeignKey("points.id", ondelete="CASCADE"), unique=True
    )
    assigned_to_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    due_on: Mapped[date | None]
    assigned_at: Mapped[recorded_at]
    version: Mapped[int] = mapped_column(default=1)

    point: Mapped[Point] = relationship()
    assigned_to: Mapped[Account] = relationship(foreign_keys=assigned_to_id)


class InputRequest(Base):
    """A question to the authors of the course about one point, and what they said to it.

    It is open until somebody has replied or it was taken back (`ended_at`).
    """

    __tablename__ = "input_requests"
    __table_args__ = (
        Index("ix_input_requests_point_id", "point_id", "id"),
        CheckConstraint("question <> ''", name="question_given"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id", ondelete="CASCADE"))
    question: Mapped[str]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[recorded_at]
    reply: Mapped[str] = mapped_column(default="")
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[moment | None]

    point: Mapped[Point] = relationship()
    asked_by: Mapped[Account] = relationship(foreign_keys=asked_by_id)
    replied_by: Mapped[Account | None] = relationship(foreign_keys=replied_by_id)


class InternalNote(Base):
    """What members of a department tell each other about a point.

    It is not public, yet it can be asked for under public-records law. `version` counts its
    wordings, so that two who change it at once lose neither text.
    """

    __tablename__ = "internal_notes"
    __table_args__ = (
        Index("ix_internal_notes_point_id", "point_id", "id"),
        CheckConstraint("body <> ''", name="body_given"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id", ondelete="CASCADE"))
    body: Mapped[str]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[recorded_at]
    version: Mapped[int] = mapped_column(default=1)

    point: Mapped[Point] = relationship()
    written_by: Mapped[Account] = relationship()
