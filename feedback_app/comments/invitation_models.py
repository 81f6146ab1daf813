"""The ways into an invited round: words for a meeting, and words for one person each."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import Base, identity, locale, moment, public_id, recorded_at
from feedback_app.notifications.models import OutboxMessage
from feedback_app.rounds.models import Round


class MeetingCode(Base):
    """Words that many may use: they stand on a screen or a poster. Only their HMAC is kept."""

    __tablename__ = "meeting_codes"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    label: Mapped[str] = mapped_column(String(120))
    language: Mapped[locale]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[recorded_at]
    revoked_at: Mapped[moment | None]
    joined_count: Mapped[int] = mapped_column(default=0)

    round: Mapped[Round] = relationship()

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None

    @property
    def host_id(self) -> int:
        return self.round.host_id

    @property
    def department_id(self) -> int:
        return self.round.department_id


class Way(enum.StrEnum):
    """How an invitation for one person reaches them."""

    ADDRESS = "address"
    SLIP = "slip"


class Invitation(Base):
    """Words for one person, good once. Nothing ties them to what that person then says.

    `used_on` is a day and no instant, so that it cannot be laid beside the hour of a comment.
    An address is kept for the host alone, and erased when its time is over.
    """

    __tablename__ = "round_invitations"
    __table_args__ = (
        CheckConstraint("way <> 'slip' OR email IS NULL", name="slips_have_no_address"),
        Index("ix_round_invitations_round_id_email", "round_id", "email"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    way: Mapped[Way]
    language: Mapped[locale]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_messages.id"))
    made_at: Mapped[recorded_at]
    expires_at: Mapped[moment]
    used_on: Mapped[date | None]
    revoked_at: Mapped[moment | None]

    round: Mapped[Round] = relationship()
    message: Mapped[OutboxMessage | None] = relationship()

    @property
    def host_id(self) -> int:
        return self.round.host_id

    @property
    def department_id(self) -> int:
        return self.round.department_id

    def delivery(self, at: datetime) -> Delivery:
        """What is known of its way to its person."""
        if self.used_on is not None:
            return Delivery.USED
        if self.revoked_at is not None:
            return Delivery.REVOKED
        if self.expires_at <= at:
            return Delivery.EXPIRED
        if self.message is None:
            return Delivery.PRINTED
        if self.message.given_up_at is not None:
            return Delivery.FAILED
        return Delivery.SENT if self.message.sent_at is not None else Delivery.WAITING


class Delivery(enum.StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    PRINTED = "printed"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
