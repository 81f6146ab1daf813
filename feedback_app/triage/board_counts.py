"""How many points stand where: sums of what triggers add and take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from feedback_app.core.prepared import Prepared, given
from feedback_app.triage.board_models import AGAIN, BoardCount, BoardRow, Stage
from feedback_app.triage.filters import MARKS, STAGES, State

_PLACE = {stage: place for place, stage in enumerate(Stage)}
_BY_STAGE = [getattr(BoardCount, stage.value) for stage in Stage]


@dataclass(frozen=True)
class Counts:
    """Points of a round by facet and value, one number for each stage; exact at any time."""

    numbers: Mapping[str, Mapping[str, Sequence[int]]]
    oldest_at: datetime | None = None

    def of(self, facet: str, value: str, stages: Iterable[Stage] = tuple(Stage)) -> int:
        numbers = self.numbers.get(facet, {}).get(value)
        return sum([numbers[_PLACE[stage]] for stage in stages]) if numbers else 0

    def values(self, facet: str) -> list[str]:
        """The values that any point of the round has."""
        return sorted(value for value, some in self.numbers.get(facet, {}).items() if any(some))

    @property
    def states(self) -> dict[State, int]:
        found = {
            state: self.of(*MARKS.get(state, ("all", "")), stages=stages)
            for state, stages in STAGES.items()
        }
        again, stages = self.numbers.get(AGAIN, {}), STAGES[State.AGAIN]
        return found | {State.AGAIN: sum(self.of(AGAIN, value, stages) for value in again)}

    @property
    def undecided(self) -> int:
        return self.of("all", "", (Stage.OPEN,))


_OLDEST = (
    select(BoardRow.submitted_at)
    .where(
        BoardRow.round_id == given("round_id", BoardRow.round_id.type),
        BoardRow.stage == literal_column(f"'{Stage.OPEN.value}'"),
    )
    .order_by(BoardRow.submitted_at, BoardRow.point_id)
    .limit(literal_column("1"))
    .scalar_subquery()
)
"""Nothing in it is a parameter but the round: PostgreSQL would plan it anew each time."""
_NOTHING: Any = literal_column("''", BoardCount.facet.type)
_COUNTS = Prepared(
    union_all(
        select(
            BoardCount.facet,
            BoardCount.value,
            *_BY_STAGE,
            type_coerce(null(), BoardRow.submitted_at.type).label("oldest_at"),
        ).where(BoardCount.round_id == given("round_id", BoardRow.round_id.type)),
        select(_NOTHING, _NOTHING, *[literal_column("0")] * len(_BY_STAGE), _OLDEST),
    ),
    plain=True,
)


def counts(session: Session, round_id: int) -> Counts:
    """One statement, whatever the round's size."""
    *columns, oldest = _COUNTS.columns(session, round_id=round_id)
    numbers: dict[str, dict[str, list[int]]] = {}
    for facet, value, *by_stage in zip(*columns, strict=True):
        values = numbers.setdefault(facet, {})
        if value in values:  # it stands there once for each slot
            by_stage = [a + b for a, b in zip(values[value], by_stage, strict=True)]
        values[value] = by_stage
    return Counts(numbers, next((at for at in oldest if at is not None), None))


def undecided_by_round(
    session: Session, round_ids: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """{round id: (points, points that are owed an answer)} for a list of rounds."""
    rows = session.execute(
        select(BoardCount.round_id, func.sum(BoardCount.number), func.sum(BoardCount.open))
        .where(BoardCount.round_id.in_(round_ids), BoardCount.facet == "all")
        .group_by(BoardCount.round_id)
    )
    return {round_id: (int(number), int(open_)) for round_id, number, open_ in rows if number}
