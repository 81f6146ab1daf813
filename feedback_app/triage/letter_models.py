"""The answers given to many senders of one letter at once."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.comments.letter_models import DuplicateGroup
from feedback_app.core.orm import Base
from feedback_app.triage.models import Disposition


class GroupAnswer(Base):
    """That an answer was given to a letter, so to all of its senders at once; never edited."""

    __tablename__ = "group_answers"

    disposition_id: Mapped[int] = mapped_column(ForeignKey("dispositions.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("duplicate_groups.id"), index=True)

    disposition: Mapped[Disposition] = relationship()
    group: Mapped[DuplicateGroup] = relationship()
