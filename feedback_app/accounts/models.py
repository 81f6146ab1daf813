"""Logins, what they are signed in with, and the links that mails carry."""

from __future__ import annotations

import enum

from sqlalchemy import ForeignKey, String, sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import Base, identity, locale, moment, public_id, recorded_at


class Account(Base):
    """A person's login; the name shown with a comment is never taken from here unasked."""

    __tablename__ = "accounts"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None]
    locale: Mapped[locale] = mapped_column(default="en")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    hears_of_answers: Mapped[bool] = mapped_column(default=False, server_default=sql.false())
    created_at: Mapped[recorded_at]
    confirmed_at: Mapped[moment | None]
    closed_at: Mapped[moment | None]


class SignedIn(Base):
    """One browser that is signed in: revocable here, with an absolute end."""

    __tablename__ = "signed_in"

    id: Mapped[identity]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    started_at: Mapped[recorded_at]
    ends_at: Mapped[moment]
    revoked_at: Mapped[moment | None]

    account: Mapped[Account] = relationship()


class LinkPurpose(enum.StrEnum):
    CONFIRM_ADDRESS = "confirm_address"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - names a purpose


class MailedLink(Base):
    """A single-use link of 128 bits or more; only its hash is kept."""

    __tablename__ = "mailed_links"

    id: Mapped[identity]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[LinkPurpose]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[recorded_at]
    ends_at: Mapped[moment]
    used_at: Mapped[moment | None]

    account: Mapped[Account] = relationship()
