"""What was asked and done about a comment's conduct, by whom, and what became of it."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.comments.conduct import URGENT, ConductReason, Measure
from feedback_app.comments.models import Comment
from feedback_app.core.orm import Base, identity, moment, public_id, recorded_at, strings
from feedback_app.organizations.models import Organization


class Ending(enum.StrEnum):
    """How a measure came to an end."""

    REFUSED = "refused"
    """The second person did not agree."""
    LAPSED = "lapsed"
    """No second person looked in time."""
    RESTORED = "restored"
    """Whoever took it took it back."""
    OVERTURNED = "overturned"
    """The board heard its author and decided for them."""
    OVERTAKEN = "overtaken"
    """Its author withdrew the comment, or it was erased."""


class TakenMeasure(Base):
    """One act of conduct, first by one person, then by a second of another organization.

    Urgent ones work at once and come back at `ends_at` where nobody confirms; others work from
    their confirmation. `organization_id` is empty where the administrator covered it.
    """

    __tablename__ = "measures"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    kind: Mapped[Measure]
    reason: Mapped[ConductReason]
    phrases: Mapped[strings]
    taken_at: Mapped[recorded_at]
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    ends_at: Mapped[moment]
    confirmed_at: Mapped[moment | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_organization_id: Mapped[int | None] = mapped_column(
        ForeignKey("organizations.id")
    )
    ended_at: Mapped[moment | None] = mapped_column(index=True)
    ended_how: Mapped[Ending | None]
    appealed_at: Mapped[moment | None]
    appeal: Mapped[str] = mapped_column(default="")
    appeal_decided_at: Mapped[moment | None]
    appeal_reply: Mapped[str] = mapped_column(default="")

    comment: Mapped[Comment] = relationship()
    organization: Mapped[Organization | None] = relationship(foreign_keys=organization_id)

    @property
    def needs_second(self) -> bool:
        """Words that their own writer wants covered need nobody else's consent."""
        return self.reason is not ConductReason.OWN_WISH

    @property
    def waits(self) -> bool:
        return self.needs_second and self.confirmed_at is None and self.ended_at is None

    @property
    def works(self) -> bool:
        """Whether the comment is shown otherwise because of it."""
        if self.ended_at is not None:
            return False
        return not self.waits or self.reason in URGENT

    @property
    def appeal_waits(self) -> bool:
        return self.appealed_at is not None and self.appeal_decided_at is None

    @property
    def board_ids(self) -> tuple[int, ...]:
        return self.comment.board_ids

    @property
    def host_id(self) -> int:
        return self.comment.host_id

    @property
    def second_id(self) -> int | None:
        return self.comment.second_id

    @property
    def department_id(self) -> int:
        return self.comment.department_id


class Asked(enum.StrEnum):
    """What somebody wants the host to do."""

    LOOK = "look"
    """A reader reports the comment."""
    COVER = "cover"
    """Its own writer wants details covered."""


class Settled(enum.StrEnum):
    ACTED = "acted"
    LEFT = "left"


class ConductRequest(Base):
    """What a reader reports, or a writer wants covered; the host alone reads it.

    Who asked is known by their part in the round or their account, so that they can be told;
    nobody else ever reads that, but that it is the one who holds the comment.
    """

    __tablename__ = "conduct_requests"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    asked: Mapped[Asked]
    reason: Mapped[ConductReason]
    words: Mapped[str] = mapped_column(default="")
    phrases: Mapped[strings]
    participation_id: Mapped[int | None] = mapped_column(
        ForeignKey("participations.id"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked_at: Mapped[recorded_at]
    settled_at: Mapped[datetime | None]
    settled: Mapped[Settled | None]

    comment: Mapped[Comment] = relationship()

    @property
    def is_disowned(self) -> bool:
        """Whether it is the holder of the comment who says that they did not write it."""
        return (
            self.reason is ConductReason.NOT_WRITTEN_BY
            and self.participation_id is not None
            and self.participation_id == self.comment.participation_id
        )
