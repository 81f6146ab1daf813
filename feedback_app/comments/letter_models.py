"""Letters that many people send: their points, and the prints by which the next is known."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.comments.models import Point
from feedback_app.core.orm import Base, identity, moment, public_id, recorded_at
from feedback_app.rounds.models import Round


class DuplicateGroup(Base):
    """Near-identical texts of one round, put together by their words alone.

    `lead` is the wording that most of them have; `lead_count` tells when another one has more.
    One that a moderator has taken apart stays, so that no later text begins it anew.
    """

    __tablename__ = "duplicate_groups"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    lead_count: Mapped[int] = mapped_column(default=1)
    examples: Mapped[int] = mapped_column(default=1)
    found_at: Mapped[recorded_at]
    ended_at: Mapped[moment | None]

    round: Mapped[Round] = relationship()
    lead: Mapped[Point] = relationship()

    @property
    def department_id(self) -> int:
        return self.round.department_id

    @property
    def host_id(self) -> int:
        return self.round.host_id

    @property
    def board_ids(self) -> tuple[int, ...]:
        return self.round.board_ids


class GroupPoint(Base):
    """That a point belongs to a letter: it can to one only. `left_at`: taken out by hand.

    `text_hash` is the same for texts that differ in no word.
    """

    __tablename__ = "group_points"
    __table_args__ = (Index("ix_group_points_group_text", "group_id", "text_hash"),)

    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("duplicate_groups.id"))
    text_hash: Mapped[str] = mapped_column(String(32))
    joined_at: Mapped[recorded_at]
    left_at: Mapped[moment | None]

    group: Mapped[DuplicateGroup] = relationship()
    point: Mapped[Point] = relationship()


class TextPrint(Base):
    """One of the few numbers by which a text is found again; made of its words alone.

    They go with the words: nothing of an erased text stays here.
    """

    __tablename__ = "text_prints"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id"), primary_key=True, index=True
    )
