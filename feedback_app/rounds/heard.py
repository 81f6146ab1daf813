"""Who was heard, as it may be shown, beside the figures that the host gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.rounds.background import answered, share_of
from feedback_app.rounds.background_models import BackgroundCount, BackgroundFigure
from feedback_app.rounds.models import BackgroundQuestion, Round
from feedback_app.rounds.small_numbers import FEWEST

LESS = 5
"""By how many percentage points fewer a group is called heard less than its share."""


@dataclass(frozen=True)
class Cell:
    """An answer: how many gave it, where that is told, and their share elsewhere in percent.

    `percent` is of all whose answer is told, since nobody knows who the others are; where
    several answers could be given, of all who answered anything.
    """

    label: str
    number: int | None
    percent: float | None
    share: float | None
    is_own: bool = False

    @property
    def is_less_heard(self) -> bool:
        return (
            self.percent is not None
            and self.share is not None
            and self.percent + LESS <= self.share
        )

    @property
    def is_untold(self) -> bool:
        return self.number is None


@dataclass(frozen=True)
class Column:
    """One question with its answers; `others` is what is not told, in one number."""

    prompt: str
    language: str
    cells: list[Cell]
    own_words: list[Cell]
    others: int | None
    takes_many: bool
    source: str


@dataclass(frozen=True)
class Heard:
    is_counted: bool
    so_far: int
    people: int | None
    """How many answered, once that is counted; nothing where it is below five."""
    columns: Sequence[Column]
    on_paper: int | None = None
    """How many of them on slips that the host typed."""

    @property
    def less_heard(self) -> Sequence[tuple[Column, Cell]]:
        """Only of questions with one answer each: of others nobody knows who skipped them."""
        return [
            (column, cell)
            for column in self.columns
            if not column.takes_many
            for cell in column.cells
            if cell.is_less_heard
        ]

    @property
    def untold(self) -> Sequence[tuple[Column, Cell]]:
        return [
            (c, cell) for c in self.columns for cell in c.cells if cell.is_untold and cell.share
        ]


def heard_in(session: Session, round_: Round, *, locale: str) -> Heard:
    """Until they are counted, only how many answered; before that there is nothing to show."""
    counted = session.get(BackgroundCount, round_.id)
    if counted is None:
        return Heard(False, answered(session, round_.id), None, ())
    figures: dict[int, dict[tuple[int | None, str | None], int]] = {}
    asked = [question.id for question in round_.background]
    for figure in session.scalars(
        select(BackgroundFigure).where(BackgroundFigure.question_id.in_(asked))
    ):
        found = figures.setdefault(figure.question_id, {})
        found[(figure.choice, figure.words)] = figure.number
    people = counted.people
    columns = (
        [
            _column(question, figures.get(question.id, {}), people, locale)
            for question in round_.background
        ]
        if people is not None
        else []
    )
    return Heard(True, 0, people, columns, counted.on_paper)


def _column(
    question: BackgroundQuestion,
    told: dict[tuple[int | None, str | None], int],
    people: int,
    locale: str,
) -> Column:
    text = question.text(locale)
    of = people if question.template.takes_many else sum(told.values())
    shares = [share_of(share) for share in question.shares]
    cells = [
        Cell(
            option,
            number := told.get((place + 1, None)),
            None if number is None else 100 * number / of,
            shares[place] if place < len(shares) else None,
        )
        for place, option in enumerate(text.options)
    ]
    own = [
        Cell(words or "", number, 100 * number / of, None, is_own=True)
        for (choice, words), number in sorted(told.items(), key=str)
        if choice is None
    ]
    rest = people - sum(told.values())
    return Column(
        prompt=text.prompt,
        language=text.language,
        cells=cells,
        own_words=own,
        others=None if question.template.takes_many or rest < FEWEST else rest,
        takes_many=question.template.takes_many,
        source=question.source,
    )
