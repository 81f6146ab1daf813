"""What most people agreed with among what is older than some day: no index has both in order.

Thousands may have as many agreements and not be old enough. But there are few such numbers:
one goes from each to the next lower one, and takes of each what is old enough, which stands
together in the index, until there are as many as are wanted.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from feedback_app.core.orm import alias
from feedback_app.core.prepared import given
from feedback_app.triage.board_models import BoardRow

_Top, _Lower, _Counted, _These = (alias(BoardRow, name) for name in ("t", "l", "c", "o"))


class _OneOf(FunctionElement[Any]):
    """Whether a column is one of the values of a query that another table steers.

    Not a Boolean: SQLAlchemy would compare it with 1, and SQLite no longer look for the values.
    """

    type = NullType()
    inherit_cache = True


@compiles(_OneOf)
def _one_of(element: _OneOf, compiler: SQLCompiler, **given: Any) -> str:
    column, these = (compiler.process(one, **given) for one in element.clauses)
    return f"{column} IN {these}"


@compiles(_OneOf, "postgresql")
def _one_of_postgresql(element: _OneOf, compiler: SQLCompiler, **given: Any) -> str:
    column, these = (compiler.process(one, **given) for one in element.clauses)
    return f"{column} = ANY(ARRAY{these})"


def stepped(
    conditions: Any, limit: int, last: tuple[Any, Any] | None = None
) -> list[Select[Any]]:
    """The first so many; `conditions` are those of an entity's rows, but for their age.

    On a further page those with as many agreements as the last one are asked for apart: how
    many these are, and what else it is sorted by.
    """
    old = given("old", BoardRow.submitted_at.type)
    most: ColumnElement[Any] = literal_column(str(limit))
    begin = select(func.max(_Top.endorsements)).where(*conditions(_Top))
    if last is not None:
        begin = begin.where(_Top.endorsements < last[0])
    steps = select(
        begin.scalar_subquery().label("many"), literal(0, BigInteger).label("seen")
    ).cte(recursive=True)
    lower = (
        select(func.max(_Lower.endorsements))
        .where(*conditions(_Lower), _Lower.endorsements < steps.c.many)
        .correlate(steps)
        .scalar_subquery()
    )
    few = (
        select(_Counted.point_id)
        .where(
            *conditions(_Counted),
            _Counted.endorsements == steps.c.many,
            _Counted.submitted_at <= old,
        )
        .limit(most)
        .correlate(steps)
        .subquery()
    )
    seen = select(func.count()).select_from(few).scalar_subquery()
    steps = steps.union_all(
        select(lower, steps.c.seen + seen).where(steps.c.many.is_not(None), steps.c.seen < most)
    )
    these = (
        select(_These.point_id)
        .where(
            *conditions(_These),
            _These.endorsements == steps.c.many,
            _These.submitted_at <= old,
        )
        .order_by(_These.submitted_at.desc(), _These.point_id.desc())
        .limit(most)
        .correlate(steps)
        .scalar_subquery()
    )
    columns: list[Any] = [BoardRow.endorsements, BoardRow.submitted_at, BoardRow.point_id]
    found = select(*columns).select_from(steps)
    found = found.join(BoardRow, _OneOf(BoardRow.point_id, these))
    if last is None:
        return [found]
    equals = select(
        *columns
    ).where(  # old enough, as that one is
        *conditions(BoardRow), columns[0] == last[0], tuple_(*columns[1:]) < last[1]
    )
    return [equals, found]
