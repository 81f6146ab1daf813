"""What board and host say of answers that were drawn."""

from __future__ import annotations

import enum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import Base, identity, public_id, recorded_at, salt
from feedback_app.triage.models import Disposition


class Side(enum.StrEnum):
    BOARD = "board"
    HOST = "host"


class FairMark(Base):
    """ "Fair" or "not fair", for one side; a later mark of that side replaces it, none goes."""

    __tablename__ = "fair_marks"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    disposition_id: Mapped[int] = mapped_column(ForeignKey("dispositions.id"), index=True)
    side: Mapped[Side]
    is_fair: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    salt: Mapped[salt]
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    marked_at: Mapped[recorded_at]

    disposition: Mapped[Disposition] = relationship()
