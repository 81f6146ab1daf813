"""Subjects: what several comments of one round are about, and the answers given by them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.comments.models import Point
from feedback_app.core.orm import Base, identity, locale, moment, public_id, recorded_at, salt
from feedback_app.rounds.models import Round
from feedback_app.triage.models import Disposition


class Theme(Base):
    """A subject of one round; a point may be in any number of them.

    Nothing is read through it: an answer given by it is a row of each point. One that became
    part of another stays, so that its address and its answers do.
    """

    __tablename__ = "themes"
    __table_args__ = (
        Index(
            "uq_themes_title_in_use",
            "round_id",
            "title",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(default="")
    language: Mapped[locale] = mapped_column(default="en")
    salt: Mapped[salt]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[recorded_at]
    ended_at: Mapped[moment | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"), index=True)

    round: Mapped[Round] = relationship()
    merged_into: Mapped[Theme | None] = relationship(remote_side="Theme.id")

    @property
    def is_removed(self) -> bool:
        """Whether the act that began it was undone; it leads to no other one."""
        return self.ended_at is not None and self.merged_into_id is None

    @property
    def department_id(self) -> int:
        return self.round.department_id

    @property
    def host_id(self) -> int:
        return self.round.host_id

    @property
    def board_ids(self) -> tuple[int, ...]:
        return self.round.board_ids


class ThemePoint(Base):
    """That a point belongs to a subject."""

    __tablename__ = "theme_points"
    __table_args__ = (UniqueConstraint("theme_id", "point_id"),)

    id: Mapped[identity]
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), index=True)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    added_at: Mapped[recorded_at]

    theme: Mapped[Theme] = relationship()
    point: Mapped[Point] = relationship()


class ThemeAnswer(Base):
    """That an answer was given by a subject, to many points at once; never edited."""

    __tablename__ = "theme_answers"

    disposition_id: Mapped[int] = mapped_column(ForeignKey("dispositions.id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), index=True)

    disposition: Mapped[Disposition] = relationship()
    theme: Mapped[Theme] = relationship()
