"""Documents that were brought in and wait between preview and saving."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import Base, identity, moment, public_id, recorded_at
from feedback_app.organizations.models import Organization


class Upload(Base):
    """A document between reading and saving, kept for 24 hours; `document` is its tree.

    `curriculum_id` is the course that it comes back onto, or that was made of it.
    """

    __tablename__ = "uploads"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    department_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    curriculum_id: Mapped[int | None] = mapped_column(ForeignKey("curricula.id"))
    filename: Mapped[str] = mapped_column(String(200))
    data: Mapped[bytes | None] = mapped_column(LargeBinary)
    document: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=1)
    problem: Mapped[str | None]
    uploaded_at: Mapped[recorded_at]
    ends_at: Mapped[moment] = mapped_column(index=True)
    used_at: Mapped[moment | None]

    department: Mapped[Organization] = relationship()
