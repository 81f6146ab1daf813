"""What happened, in the order in which it happened; nothing here is ever changed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.core.orm import Base, identity, moment, strings

RESIDENT = "resident"
"""The role of whoever has none; of their acts everybody is told the day, not the minute."""


class LogEntry(Base):
    """One act; `leaf` is its canonical JSON, the only thing that `leaf_hash` speaks of.

    `at` is exact and shown to nobody; `told_at` is what the leaf says.
    """

    __tablename__ = "log_entries"
    __table_args__ = (Index("ix_log_entries_kind_position", "kind", "position"),)

    id: Mapped[identity]
    position: Mapped[int] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(64))
    at: Mapped[moment] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(String(80), index=True)
    parents: Mapped[strings]
    by_role: Mapped[str] = mapped_column(String(32))
    by_organization: Mapped[str | None] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]]
    commitments: Mapped[dict[str, Any]]
    leaf: Mapped[str]
    leaf_hash: Mapped[str] = mapped_column(String(64))

    @property
    def told_at(self) -> datetime:
        return datetime.fromisoformat(json.loads(self.leaf)["at"])

    @property
    def is_told_by_day(self) -> bool:
        return self.by_role == RESIDENT


class TreeHead(Base):
    """The single row whose lock gives every entry its place."""

    __tablename__ = "tree_heads"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(default=0)
