"""How many points stand where: sums of what triggers add and take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, func, select
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
_COUNTS = Prepared(
    select(
        BoardCount.facet,
        BoardCount.value,
        BoardCount.stage,
        func.sum(BoardCount.number, type_=Integer).label("number"),
        _OLDEST.label("oldest_at"),
    )
    .where(BoardCount.round_id == bindparam("round_id"))
    .group_by(BoardCount.stage, BoardCount.facet, BoardCount.value)
)


def counts(session: Session, round_id: int) -> Counts:
    """One statement, whatever the round's size."""
    numbers: dict[tuple[str, str], dict[Stage, int]] = {}
    rows = _COUNTS.rows(session, round_id=round_id)
    for row in rows:
        numbers.setdefault((row.facet, row.value), {})[row.stage] = int(row.number)
    return Counts(numbers, rows[0].oldest_at if rows else None)


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
