"""How many points stand where: sums of what triggers add and take."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, func, literal, null, select, type_coerce, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from feedback_app.core.prepared import Prepared
from feedback_app.triage.board_models import AGAIN, BoardCount, BoardRow, Stage
from feedback_app.triage.filters import MARKS, STAGES, State


@dataclass(frozen=True)
class Counts:
    """Points of a round by facet, stage and value; each of them exact at any time."""

    numbers: Mapping[tuple[str, str], Mapping[str, int]]
    oldest_at: datetime | None = None

    def of(self, facet: str, value: str, stages: Iterable[Stage] = tuple(Stage)) -> int:
        return sum(self.numbers.get((facet, stage), {}).get(value, 0) for stage in stages)

    def values(self, facet: str) -> list[str]:
        """The values that any point of the round has."""
        by_stage = [self.numbers.get((facet, stage), {}) for stage in Stage]
        return sorted({value for one in by_stage for value, number in one.items() if number})

    @property
    def states(self) -> dict[State, int]:
        found = {
            state: self.of(*MARKS.get(state, ("all", "")), stages=stages)
            for state, stages in STAGES.items()
        }
        again = [self.numbers.get((AGAIN, stage), {}) for stage in STAGES[State.AGAIN]]
        return found | {State.AGAIN: sum(sum(one.values()) for one in again)}

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


class _Object(FunctionElement[str]):
    """All of a group as one JSON object: two hundred rows cost more than the page itself."""

    type = String()
    inherit_cache = True


@compiles(_Object, "sqlite")
def _object_of_sqlite(element: _Object, compiler: SQLCompiler, **given: Any) -> str:
    return f"json_group_object({compiler.process(element.clauses, **given)})"


@compiles(_Object, "postgresql")
def _object_of_postgresql(element: _Object, compiler: SQLCompiler, **given: Any) -> str:
    return f"CAST(json_object_agg({compiler.process(element.clauses, **given)}) AS TEXT)"


_COUNTS = Prepared(
    union_all(
        select(
            BoardCount.facet,
            BoardCount.stage,
            _Object(BoardCount.value, BoardCount.number).label("numbers"),
            type_coerce(null(), BoardRow.submitted_at.type).label("oldest_at"),
        )
        .where(BoardCount.round_id == bindparam("round_id"))
        .group_by(BoardCount.stage, BoardCount.facet),
        select(
            literal(""),
            literal(Stage.OPEN, type_=BoardCount.stage.type),
            literal("{}"),
            _OLDEST,
        ),
    ),
    plain=True,
)


def counts(session: Session, round_id: int) -> Counts:
    """One statement, whatever the round's size."""
    facets, stages, texts, oldest = _COUNTS.columns(session, round_id=round_id)
    numbers = json.loads(f"[{','.join(texts)}]", object_pairs_hook=_sums)
    return Counts(
        dict(zip(zip(facets, stages, strict=True), numbers, strict=True)),
        next((at for at in oldest if at is not None), None),
    )


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """A value stands there once for each slot."""
    found: dict[str, int] = {}
    for value, number in pairs:
        found[value] = found.get(value, 0) + number
    return found


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
