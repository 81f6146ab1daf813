"""Response matrices that came back and wait between reading and saving."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.accounts.models import Account
from feedback_app.core.orm import Base, identity, locale, moment, public_id, recorded_at
from feedback_app.rounds.models import Round


class Matrix(Base):
    """A matrix on its way back, kept for a day at most.

    `data` is the file until it is read; `cells` what was read, until it is saved or given up.
    `mapping` says which of its columns is which of ours; `plan` what saving would change.
    """

    __tablename__ = "matrices"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    brought_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    filename: Mapped[str] = mapped_column(String(200))
    data: Mapped[bytes | None] = mapped_column(LargeBinary)
    cells: Mapped[bytes | None] = mapped_column(LargeBinary)
    heads: Mapped[list[str] | None] = mapped_column(JSON)
    mapping: Mapped[dict[str, int] | None] = mapped_column(JSON)
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    saved: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """How many rows had their turn while many are saved, and which of them were left out."""
    problem: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    brought_at: Mapped[recorded_at]
    ends_at: Mapped[moment] = mapped_column(index=True)
    asked_at: Mapped[moment | None]
    ended_at: Mapped[moment | None]

    round: Mapped[Round] = relationship()
    brought_by: Mapped[Account] = relationship()

    @property
    def department_id(self) -> int:
        return self.round.department_id

    @property
    def host_id(self) -> int:
        return self.round.host_id

    @property
    def board_ids(self) -> tuple[int, ...]:
        return self.round.board_ids


class MatrixFile(Base):
    """A workbook of the matrix that a worker makes for somebody, kept for a day.

    `explained` is its second sheet in their language, since a worker speaks none.
    """

    __tablename__ = "matrix_files"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    language: Mapped[locale]
    base_url: Mapped[str]
    explained: Mapped[list[list[str]]] = mapped_column(JSON)
    asked_at: Mapped[recorded_at]
    ends_at: Mapped[moment] = mapped_column(index=True)
    made_at: Mapped[moment | None]

    round: Mapped[Round] = relationship()
    asked_by: Mapped[Account] = relationship()


class MatrixPiece(Base):
    """A part of such a workbook; in parts it is written and sent in little memory."""

    __tablename__ = "matrix_pieces"

    file_id: Mapped[int] = mapped_column(
        ForeignKey("matrix_files.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)
