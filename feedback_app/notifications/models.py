"""The outbox: mail that an act has caused."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.core.orm import Base, identity, locale, moment, public_id, recorded_at


class OutboxMessage(Base):
    """One mail to one recipient; address and values are wiped once it is sent or given up."""

    __tablename__ = "outbox_messages"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    template: Mapped[str] = mapped_column(String(64))
    locale: Mapped[locale]
    recipient: Mapped[str | None]
    values: Mapped[dict[str, Any]]
    once_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[recorded_at]
    due_at: Mapped[moment] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[moment | None]
    sent_at: Mapped[moment | None]
    given_up_at: Mapped[moment | None]
    problem: Mapped[str | None]
    recipient_mark: Mapped[str | None] = mapped_column(String(64))
    """What a report of a bounce is held against; salted with this message, so that two marks of
    one address are not alike."""


class UndeliverableAddress(Base):
    """An address from which mail came back for good; only its hash is kept."""

    __tablename__ = "undeliverable_addresses"

    id: Mapped[identity]
    address_hash: Mapped[str] = mapped_column(String(64), unique=True)
    found_at: Mapped[recorded_at]
