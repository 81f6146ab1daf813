"""What people said about themselves, tied to nobody and to no time, and what it adds up to."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.core.orm import Base, identity, new_public_id


class BackgroundAnswer(Base):
    """One answer to one question: of nobody, at no time, beside no other answer.

    The key is random, and on SQLite the table has no other: rows stand in the order of their
    keys. Two answers of one person have nothing in common either.
    """

    __tablename__ = "background_answers"
    __table_args__ = (
        CheckConstraint("(choice IS NULL) <> (words IS NULL)", name="choice_or_words"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("background_questions.id"), index=True)
    choice: Mapped[int | None]
    words: Mapped[str | None]


class BackgroundMark(Base):
    """That a page of these questions was sent: once each. Gone when they are counted.

    `on_paper`: the host typed it from a slip.

    A hash of what only the browser holds, made at random when a comment was sent.
    """

    __tablename__ = "background_marks"
    __table_args__ = ({"sqlite_with_rowid": False},)

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    on_paper: Mapped[bool] = mapped_column(default=False, server_default=false())


class BackgroundCount(Base):
    """How many answered, counted once after closing; nothing where that is below five.

    `on_paper` are those of slips, nothing where it or the others are too few to be told.
    """

    __tablename__ = "background_counts"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    people: Mapped[int | None]
    on_paper: Mapped[int | None]


class BackgroundFigure(Base):
    """A number that may be told, of one answer; those that may not are not kept."""

    __tablename__ = "background_figures"
    __table_args__ = (CheckConstraint("number >= 5", name="from_five_up"),)

    id: Mapped[identity]
    question_id: Mapped[int] = mapped_column(ForeignKey("background_questions.id"), index=True)
    choice: Mapped[int | None]
    words: Mapped[str | None]
    number: Mapped[int]
