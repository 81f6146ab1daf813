"""Lots of comments set aside as a suspected flood, and what their writers say to it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.comments.models import Comment
from feedback_app.core.orm import Base, identity, moment, public_id, recorded_at
from feedback_app.organizations.models import Organization
from feedback_app.rounds.models import Round


class SuspectedFlood(Base):
    """Comments that one organization takes for a machine's, and a second one, too.

    They stay where they are and are read as before; they are counted apart and need no answer.
    `method` is public: how they were told from others.
    """

    __tablename__ = "suspected_floods"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    method: Mapped[str]
    proposed_at: Mapped[recorded_at]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    signed_at: Mapped[moment | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    signed_organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    ended_at: Mapped[moment | None]

    round: Mapped[Round] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=organization_id)
    signed_for: Mapped[Organization | None] = relationship(foreign_keys=signed_organization_id)
    comments: Mapped[list[FloodComment]] = relationship(back_populates="flood")

    @property
    def waits(self) -> bool:
        return self.signed_at is None and self.ended_at is None

    @property
    def works(self) -> bool:
        return self.signed_at is not None and self.ended_at is None

    @property
    def department_id(self) -> int:
        return self.round.department_id

    @property
    def host_id(self) -> int:
        return self.round.host_id

    @property
    def second_id(self) -> int | None:
        return self.round.second_id

    @property
    def board_ids(self) -> tuple[int, ...]:
        return self.round.board_ids


class FloodComment(Base):
    """One comment of such a lot; its writer may say, once, that a person wrote it."""

    __tablename__ = "flood_comments"
    __table_args__ = (UniqueConstraint("flood_id", "comment_id"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    flood_id: Mapped[int] = mapped_column(ForeignKey("suspected_floods.id"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    in_sample: Mapped[bool] = mapped_column(default=False)
    appealed_at: Mapped[moment | None]
    appeal: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[moment | None]
    reply: Mapped[str] = mapped_column(default="")
    freed_at: Mapped[moment | None]

    flood: Mapped[SuspectedFlood] = relationship(back_populates="comments")
    comment: Mapped[Comment] = relationship()

    @property
    def appeal_waits(self) -> bool:
        return self.appealed_at is not None and self.decided_at is None

    @property
    def department_id(self) -> int:
        return self.flood.department_id

    @property
    def host_id(self) -> int:
        return self.flood.host_id

    @property
    def board_ids(self) -> tuple[int, ...]:
        return self.flood.board_ids
