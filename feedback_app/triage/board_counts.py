"""How many points stand where: sums of what triggers add and take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from feedback_app.core.prepared import Prepared
from feedback_app.triage.board_models import BoardCount, BoardRow, Stage
from feedback_app.triage.filters import MARKS, STAGES, State


@dataclass(frozen=True)
class Counts:
    """Points of a round by facet, value and stage; each of them exact at any time."""

    numbers: Mapping[tuple[str, str], Mapping[Stage, int]]
    oldest_at: datetime | None = None

    def of(self, facet: str, value: str, stages: Iterable[Stage] = tuple(Stage)) -> int:
        found = self.numbers.get((facet, value), {})
        return sum(found.get(stage, 0) for stage in stages)

    def values(self, facet: str) -> list[str]:
        """The values that any point of the round has."""
        return sorted(
            v for (f, v), found in self.numbers.items() if f == facet and any(found.values())
        )

    @property
    def states(self) -> dict[State, int]:
        return {
            state: self.of(*MARKS.get(state, ("all", "")), stages=stages)
            for state, stages in STAGES.items()
        }

    @property
    def undecided(self) -> int:
        return self.of("all", "", (Stage.OPEN,))


_OLDEST = (
    select(BoardRow.submitted_at)
    .where(BoardRow.round_id == bindparam("round_id"), BoardRow.stage == Stage.OPEN)
    .order_by(BoardRow.submitted_at, BoardRow.point_id)
    .limit(1)
    .scalar_subquery()
)
_PART, _END = "=", "\x1f"
_NUMBERS = func.aggregate_strings(
    BoardCount.value.concat(literal(_PART)).concat(cast(BoardCount.number, String)), _END
)
_COUNTS = Prepared(
    union_all(
        select(
            BoardCount.facet,
            BoardCount.stage,
            _NUMBERS.label("numbers"),
            type_coerce(null(), BoardRow.submitted_at.type).label("oldest_at"),
        )
        .where(BoardCount.round_id == bindparam("round_id"))
        .group_by(BoardCount.stage, BoardCount.facet),
        select(
            literal(""), literal(Stage.OPEN, type_=BoardCount.stage.type), literal(""), _OLDEST
        ),
    )
)
"""All numbers of a facet come in one text: two hundred rows cost more than the page itself."""


def counts(session: Session, round_id: int) -> Counts:
    """One statement, whatever the round's size."""
    numbers: dict[tuple[str, str], dict[Stage, int]] = {}
    oldest_at = None
    for facet, stage, texts, at in _COUNTS.rows(session, round_id=round_id):
        oldest_at = at or oldest_at
        for text in texts.split(_END) if texts else ():
            value, _, number = text.rpartition(_PART)
            by_stage = numbers.setdefault((facet, value), {})
            by_stage[stage] = by_stage.get(stage, 0) + int(number)
    return Counts(numbers, oldest_at)


def undecided_by_round(
    session: Session, round_ids: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """{round id: (points, points that are owed an answer)} for a list of rounds."""
    found: dict[int, dict[Stage, int]] = {}
    rows = session.execute(
        select(BoardCount.round_id, BoardCount.stage, func.sum(BoardCount.number))
        .where(BoardCount.round_id.in_(round_ids), BoardCount.facet == "all")
        .group_by(BoardCount.round_id, BoardCount.stage)
    )
    for round_id, stage, number in rows:
        found.setdefault(round_id, {})[stage] = int(number)
    return {
        round_id: (sum(by_stage.values()), by_stage.get(Stage.OPEN, 0))
        for round_id, by_stage in found.items()
        if any(by_stage.values())
    }
