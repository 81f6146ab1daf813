"""Views of the board that somebody keeps: which filters, in which order, under which name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.core.orm import Base, identity, public_id, recorded_at


class SavedView(Base):
    """Filters by their address (`asks`), with what their values were called then (`names`).

    One that asks for a section, a subject or a letter belongs to their round; any other is
    offered in every round of the department.
    """

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("owner_id", "department_id", "name"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    department_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(60))
    asks: Mapped[dict[str, Any]]
    names: Mapped[dict[str, Any]]
    is_shared: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[recorded_at]


class FirstView(Base):
    """Which view somebody wants to see first in a department's rounds."""

    __tablename__ = "first_views"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    view_id: Mapped[int] = mapped_column(
        ForeignKey("saved_views.id", ondelete="CASCADE"), index=True
    )
