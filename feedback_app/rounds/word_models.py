"""Which words in another language were written for which words of a round's first one."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.core.orm import Base, identity, locale, moment
from feedback_app.rounds.models import Round


class WordPair(Base):
    """Words in `language` that say the same as others in the first language, by their marks.

    Kept by what they say, not by where they stand: questions are moved, dropped and written
    anew. Where the first words are others by now, the pair is gone and the translation is old.
    Without somebody who translated, the host wrote both side by side.
    """

    __tablename__ = "word_pairs"
    __table_args__ = (UniqueConstraint("round_id", "language", "original", "words"),)

    id: Mapped[identity]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    language: Mapped[locale]
    original: Mapped[str] = mapped_column(String(24))
    words: Mapped[str] = mapped_column(String(24))
    translated_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    translated_at: Mapped[moment | None]

    round: Mapped[Round] = relationship(back_populates="word_pairs")
