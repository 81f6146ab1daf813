"""One act done to many points: what was asked, what became of each, and what was before."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.accounts.models import Account
from feedback_app.core.orm import Base, identity, locale, moment, public_id, recorded_at, salt
from feedback_app.rounds.models import Round


class BulkKind(enum.StrEnum):
    ASSIGN = "assign"
    SORT = "sort"
    ANSWER = "answer"


class LeftOut(enum.StrEnum):
    """Why nothing is done to a point, or not undone."""

    GONE = "gone"
    ANSWERED = "answered"
    OWN_TEXT = "own_text"
    OTHERS = "others"
    SAME = "same"
    ASKS = "asks"
    CHANGED = "changed"


class BulkAct(Base):
    """What one moderator asked for, with `terms` by its kind; nothing is done before
    `confirmed_at`, and `done_at` says that every point had its turn."""

    __tablename__ = "bulk_acts"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    kind: Mapped[BulkKind]
    terms: Mapped[dict[str, Any]]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[recorded_at]
    confirmed_at: Mapped[moment | None]
    done_at: Mapped[moment | None]
    undo_asked_at: Mapped[moment | None]
    undo_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    undone_at: Mapped[moment | None]
    refusal: Mapped[str | None]

    round: Mapped[Round] = relationship()
    asked_by: Mapped[Account] = relationship(foreign_keys=asked_by_id)
    undo_by: Mapped[Account | None] = relationship(foreign_keys=undo_by_id)

    @property
    def department_id(self) -> int:
        return self.round.department_id

    @property
    def host_id(self) -> int:
        return self.round.host_id

    @property
    def board_ids(self) -> tuple[int, ...]:
        return self.round.board_ids


class BulkPoint(Base):
    """One of the points: how it stood (`seen`), why it is left out, what the act has `made`.

    `made` is the answer or the version of an assignment, by which a later change is told;
    `stays` is why the undoing left it as it is.
    """

    __tablename__ = "bulk_points"

    act_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_acts.id", ondelete="CASCADE"), primary_key=True
    )
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), primary_key=True, index=True)
    seen: Mapped[str] = mapped_column(String(64))
    left_out: Mapped[LeftOut | None]
    made: Mapped[str | None] = mapped_column(String(26))
    before_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    before_due_on: Mapped[date | None]
    stays: Mapped[LeftOut | None]
    undone_at: Mapped[moment | None]


class AnswerTakenBack(Base):
    """An answer that was given to many and taken back before anybody outside had read it.

    It is kept whole, with the salt of its seal in the log; never edited.
    """

    __tablename__ = "answers_taken_back"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), index=True)
    said: Mapped[dict[str, Any]]
    language: Mapped[locale]
    salt: Mapped[salt]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[moment]
    taken_back_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    taken_back_at: Mapped[recorded_at]
