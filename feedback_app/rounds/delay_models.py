"""A later day for a round's answers than the one that its department signed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import Base, identity, public_id, recorded_at
from feedback_app.rounds.models import Round


class Delay(Base):
    """Why answers come later, and by when; overdue stays counted from the signed day."""

    __tablename__ = "delays"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason_given"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    promised_on: Mapped[date]
    later_on: Mapped[date]
    reason: Mapped[str]
    explained_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    explained_at: Mapped[recorded_at]

    round: Mapped[Round] = relationship()
