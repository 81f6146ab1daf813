"""An organization that answers as one: what members offered, its draft, and what it sent."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.comments.models import Comment
from feedback_app.core.orm import Base, identity, locale, moment, public_id, recorded_at
from feedback_app.organizations.models import Organization
from feedback_app.rounds.models import Round


class JointResponse(Base):
    """One organization's response to one round: collected, drafted, sent once.

    Members without a role in the organization join in by its words, which are not kept but
    made anew from `words_number`. `members` is how many it says it speaks for. `version` moves
    with every change, so that what is sent is what was looked at. `doubted_at`: since then its
    leads are asked whether what was sent says what a member's comment says no more.
    """

    __tablename__ = "joint_responses"
    __table_args__ = (
        UniqueConstraint("round_id", "organization_id"),
        CheckConstraint("(sent_at IS NULL) = (comment_id IS NULL)", name="sent_as_a_comment"),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    words_number: Mapped[int] = mapped_column(default=1)
    language: Mapped[locale]
    members: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    begun_at: Mapped[recorded_at]
    sent_at: Mapped[moment | None]
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), unique=True)
    doubted_at: Mapped[moment | None]

    round: Mapped[Round] = relationship()
    organization: Mapped[Organization] = relationship()
    comment: Mapped[Comment | None] = relationship()
    parts: Mapped[list[ResponsePart]] = relationship(
        back_populates="response", order_by="ResponsePart.position"
    )

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was sent and taken back, so that another may be sent."""
        return self.comment is not None and self.comment.withdrawn_at is not None

    @property
    def department_id(self) -> int:
        return self.round.department_id

    @property
    def host_id(self) -> int:
        return self.round.host_id


class ResponsePart(Base):
    """One point of the draft, a copy that its lead edits; gone once the response is sent.

    `is_doubtful`: words that stand or stood here were taken back, covered or erased, and
    nobody has looked at it since.
    """

    __tablename__ = "response_parts"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    response_id: Mapped[int] = mapped_column(ForeignKey("joint_responses.id"), index=True)
    position: Mapped[int]
    section_key: Mapped[str | None] = mapped_column(String(8))
    body: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    is_doubtful: Mapped[bool] = mapped_column(default=False)

    response: Mapped[JointResponse] = relationship(back_populates="parts")
    sources: Mapped[list[ResponseSource]] = relationship(
        back_populates="part", cascade="all, delete-orphan"
    )


class ResponseOffer(Base):
    """A member's own comment, offered; who offered it and when is not kept.

    `is_linked`: its writer lets everybody see that it stands behind the response.
    """

    __tablename__ = "response_offers"
    __table_args__ = (UniqueConstraint("response_id", "comment_id"),)

    id: Mapped[identity]
    public_id: Mapped[public_id]
    response_id: Mapped[int] = mapped_column(ForeignKey("joint_responses.id"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), index=True)
    is_linked: Mapped[bool] = mapped_column(default=False)
    is_used: Mapped[bool] = mapped_column(default=False)

    response: Mapped[JointResponse] = relationship()
    comment: Mapped[Comment] = relationship()


class ResponseSource(Base):
    """From which offered comment a point was copied; `mark` tells its wording."""

    __tablename__ = "response_sources"

    part_id: Mapped[int] = mapped_column(ForeignKey("response_parts.id"), primary_key=True)
    offer_id: Mapped[int] = mapped_column(
        ForeignKey("response_offers.id"), primary_key=True, index=True
    )
    mark: Mapped[str] = mapped_column(String(40))

    part: Mapped[ResponsePart] = relationship(back_populates="sources")
    offer: Mapped[ResponseOffer] = relationship()
