"""Who wants to be told of what, what has happened, and who was told."""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
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


class Followed(enum.StrEnum):
    """What can be followed; what is named last is the widest."""

    ROUND = "round"
    CURRICULUM = "curriculum"
    DEPARTMENT = "department"


class Frequency(enum.StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


class NoticeKind(enum.StrEnum):
    ROUND_OPENED = "round_opened"
    ROUND_MOVED = "round_moved"
    CLOSES_SOON = "closes_soon"
    LAST_DAY = "last_day"
    ROUND_CLOSED = "round_closed"
    ROUND_ANSWERED = "round_answered"
    ANSWERS_OVERDUE = "answers_overdue"
    REVISION_PUBLISHED = "revision_published"
    REVISION_IN_FORCE = "revision_in_force"
    COMMENT_ANSWERED = "comment_answered"
    ANSWERED_ONCE_MORE = "answered_once_more"
    WORDS_CHANGED = "words_changed"
    ANSWERS_DUE = "answers_due"
    """To those who answer: the day is near."""
    ANSWERS_LATE = "answers_late"
    """To those who answer: the day has passed."""
    TRANSLATIONS_WAIT = "translations_wait"
    """To translators, once a day at most, and only where something new waits."""
    WORDS_WAIT = "words_wait"
    """To the same: texts of a page that is being planned lack in a language."""
    OFFERS_WAIT = "offers_wait"
    """To those who lead an organization's response, in the same way."""
    RESPONSE_COVERED = "response_covered"
    """To the same: words of theirs are covered, because a member's own were."""
    RESPONSE_DOUBTED = "response_doubted"
    """To the same: a member's own were, and nothing of them was found in theirs."""
    DRAFT_DOUBTED = "draft_doubted"
    """To the same: a point of their draft waits for a look for that reason."""
    DRAFT_SHORTER = "draft_shorter"
    """To the same: a point of their draft is gone with the words it was made of."""


WORK = frozenset(
    {NoticeKind.TRANSLATIONS_WAIT, NoticeKind.WORDS_WAIT}
    | {NoticeKind.OFFERS_WAIT, NoticeKind.RESPONSE_COVERED, NoticeKind.RESPONSE_DOUBTED}
    | {NoticeKind.DRAFT_DOUBTED, NoticeKind.DRAFT_SHORTER}
)
"""What concerns those with a role; nobody follows it, and they may switch its mail off."""


class Follower(Base):
    """Somebody who is told: an account, or an address whose owner confirmed it.

    `hears_of_work`: whether mail may tell of work that waits for a role of theirs.
    """

    __tablename__ = "followers"
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) <> (address IS NULL)", name="account_or_address"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), unique=True)
    address: Mapped[str | None] = mapped_column(String(254), unique=True)
    locale: Mapped[locale] = mapped_column(default="en")
    is_quiet: Mapped[bool] = mapped_column(default=False)
    hears_of_work: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[recorded_at]


class Subscription(Base):
    """One thing that somebody follows; the narrowest of theirs decides about a notice."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("follower_id", "subject"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    follower_id: Mapped[int] = mapped_column(ForeignKey("followers.id"))
    kind: Mapped[Followed]
    subject: Mapped[str] = mapped_column(String(26), index=True)
    frequency: Mapped[Frequency]
    followed_at: Mapped[recorded_at]

    follower: Mapped[Follower] = relationship()


class FollowRequest(Base):
    """An address that waits for its owner's word; gone once that is given or too late."""

    __tablename__ = "follow_requests"

    id: Mapped[identity]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(254), index=True)
    locale: Mapped[locale]
    kind: Mapped[Followed]
    subject: Mapped[str] = mapped_column(String(26))
    frequency: Mapped[Frequency]
    is_quiet: Mapped[bool] = mapped_column(default=False)
    ends_at: Mapped[moment]


class Notice(Base):
    """Something that has happened and is told once, in public words alone.

    `told_up_to` is the last follower who was told, so that a long list is told in pieces and a
    worker that dies goes on where it stopped.
    """

    __tablename__ = "notices"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    once_key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[NoticeKind]
    subject: Mapped[str] = mapped_column(String(26))
    parents: Mapped[strings]
    path: Mapped[str]
    titles: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    time_zone: Mapped[str] = mapped_column(String(64))
    happened_at: Mapped[moment]
    true_until: Mapped[moment | None]
    told_up_to: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[moment | None] = mapped_column(index=True)


class Telling(Base):
    """One notice to one follower: by mail when it is due, and on the page of an account."""

    __tablename__ = "tellings"
    __table_args__ = (UniqueConstraint("notice_id", "follower_id"),)

    id: Mapped[identity]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    follower_id: Mapped[int] = mapped_column(ForeignKey("followers.id"), index=True)
    mail_due_at: Mapped[moment | None] = mapped_column(index=True)
    read_at: Mapped[moment | None]

    notice: Mapped[Notice] = relationship()
    follower: Mapped[Follower] = relationship()
