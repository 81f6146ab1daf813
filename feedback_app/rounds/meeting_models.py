"""Sessions that a host holds: where, when, who was there, and the link of who types for it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import (
    Base,
    identity,
    locale,
    moment,
    public_id,
    recorded_at,
    strings,
)
from feedback_app.rounds.models import Round


class Meeting(Base):
    """One session of a round; `language` is that of its sheets and of the codes on them.

    The helper's code is not kept, only an HMAC of it.
    """

    __tablename__ = "meetings"
    __table_args__ = (CheckConstraint("heads IS NULL OR heads >= 0", name="heads_counted"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200))
    run_by: Mapped[str] = mapped_column(String(200), default="")
    bodies: Mapped[str] = mapped_column(default="")
    language: Mapped[locale] = mapped_column(default="en")
    section_keys: Mapped[strings] = mapped_column(default=list)
    heads: Mapped[int | None]
    agenda_key: Mapped[str | None] = mapped_column(String(64))
    agenda_type: Mapped[str | None] = mapped_column(String(16))
    planned_at: Mapped[recorded_at]
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    helper_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    helper_ends_at: Mapped[moment | None]
    version: Mapped[int] = mapped_column(default=1)

    round: Mapped[Round] = relationship()

    @property
    def host_id(self) -> int:
        return self.round.host_id

    @property
    def department_id(self) -> int:
        return self.round.department_id
