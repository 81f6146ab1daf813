"""That an answer was given once more, after its reader said that the first was not enough."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import Base
from feedback_app.triage.models import Disposition, Verdict


class SecondAnswer(Base):
    """The "no" that an answer speaks to; never edited."""

    __tablename__ = "second_answers"

    disposition_id: Mapped[int] = mapped_column(ForeignKey("dispositions.id"), primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id"), index=True)

    disposition: Mapped[Disposition] = relationship()
    verdict: Mapped[Verdict] = relationship()
