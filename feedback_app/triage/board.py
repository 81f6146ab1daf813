"""The moderators' list: one row per point, by keyset, from the rows that triggers keep."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.core.folding import given
from feedback_app.core.paging import Page, read_cursor, write_cursor
from feedback_app.triage.board_counts import Counts
from feedback_app.triage.board_models import (
    AGAIN,
    LOTS,
    Stage,
    WorkState,
    of_round,
    without,
)
from feedback_app.triage.board_seen import POINT, ROW
from feedback_app.triage.board_statements import (
    Shape,
    number_of,
    page_of,
    points_of,
)
from feedback_app.triage.filters import (
    MARKS,
    ME,
    NARROWER,
    NO_KIND,
    NOBODY,
    STAGES,
    WHOLE,
    WITHOUT,
    Filters,
    Order,
    State,
)
from feedback_app.triage.queue_rows import QueueRow, rows_of

SHOWN = 25
COUNTED = 1000
"""How many of a combination are counted; beyond it stands “1,000+”."""


@dataclass(frozen=True)
class Scope:
    """Whose board of which round it is: what the words of an address mean there."""

    round_id: int
    positions: Mapping[str, int]
    people: Mapping[str, int] = field(default_factory=dict)
    me: int | None = None
    lots: Mapping[str, int] = field(default_factory=dict)
    """Subjects and letters by their public ids."""


def board(
    session: Session,
    scope: Scope,
    filters: Filters,
    counts: Counts | None = None,
    *,
    after: str | None = None,
    limit: int = SHOWN,
) -> Page[QueueRow]:
    """One page of a round's points; the cursor names a point and tells no instant.

    With `counts` the rarest of several filters leads the search.
    """
    shape, values = _asked(scope, filters, counts)
    rows: Sequence[Any] = ()
    if after is None:
        rows, read = page_of(shape, limit + 1).unread(session, **values)
    else:
        last = _last(after, filters.order)
        if "last_endorsements" in last or filters.order is not Order.AGREED:
            behind = shape._replace(goes_on=True, is_behind_id=True)
            rows, read = page_of(behind, limit + 1).unread(session, **values, **last)
        if not rows:
            shape, values = _beyond(session, scope, shape, values, last)
            rows, read = page_of(shape, limit + 1).unread(session, **values)
    found = rows_of(rows[:limit], read)
    return Page(found, _cursor(found[-1], filters.order) if len(rows) > limit else None)


def _cursor(row: QueueRow, order: Order) -> str:
    """By agreement it also says how many agreed: that is what the next page begins behind,
    whoever has agreed meanwhile."""
    return write_cursor(row.public_id, *[row.endorsements] * (order is Order.AGREED))


def _last(cursor: str, order: Order) -> dict[str, Any]:
    """What a cursor says of the last point; one that names it alone is as good in any order."""
    if order is Order.AGREED:
        with suppress(NotFound):
            after, many = read_cursor(cursor, str, int)
            return {"after": after, "last_endorsements": many}
    return {"after": read_cursor(cursor, str)[0]}


def matching(session: Session, scope: Scope, filters: Filters, counts: Counts) -> int:
    """How many points these filters find: exact up to `COUNTED`, one more for all beyond."""
    if filters.order is Order.AGREED:
        filters = filters.but(endorsed="yes", order=Order.OLDEST)
    given = filters.narrowing
    counted = [name for name in given if name in _COUNTED]
    if len(counted) == len(given) < 2 and filters.state not in NARROWER:
        for name in counted:
            facet, value = _facet(scope, name, given[name])
            return counts.of(facet, value, STAGES[filters.state])
        return counts.states[filters.state]
    if not given:
        return counts.states[filters.state]
    if filters.endorsed:  # in that order an index holds nothing else
        filters = filters.but(order=Order.AGREED)
    shape, values = _asked(scope, filters, counts)
    found = number_of(shape, COUNTED + 1).rows(session, **values)
    return int(found[0].number)


def every_point(
    session: Session, scope: Scope, filters: Filters, counts: Counts, *, at_most: int
) -> list[int]:
    """Ids of all points that these filters find, in the order of the list."""
    shape, values = _asked(scope, filters, counts)
    return [row.point_id for row in points_of(shape, at_most).rows(session, **values)]


_COUNTED = {"section", "kind", "channel", "language", "outcome", "work", "placement"}
_COUNTED |= {"endorsed", "assigned", *LOTS}


def _facet(scope: Scope, name: str, given: str) -> tuple[str, str]:
    """Under which words a filter's value is counted."""
    if name == "placement":
        return given, str(of_round(scope.round_id))
    return name, _value(scope, name, given)


def _value(scope: Scope, name: str, given: str) -> str:
    """The word under which a filter's value is counted."""
    if name == "assigned":
        return str(_person(scope, given))
    if name in LOTS:
        return str(_lot(scope, given))
    return "" if (name, given) in (("kind", NO_KIND), ("section", WHOLE)) else given


def _lot(scope: Scope, given: str) -> int:
    """0 stands for a subject or letter that is not there."""
    return without(scope.round_id) if given == WITHOUT else scope.lots.get(given, 0)


UNANSWERED = (Stage.OPEN, Stage.OPTIONAL)


def _asked(
    scope: Scope, filters: Filters, counts: Counts | None
) -> tuple[Shape, dict[str, Any]]:
    stages = STAGES[filters.state]
    if filters.work == WorkState.RECEIVED:  # what has no answer; answered ones are not read
        stages = tuple(stage for stage in stages if stage in UNANSWERED) or stages
    facets = {
        name: value
        for name in ("channel", "language", "outcome", "work")
        if (value := getattr(filters, name))
    }
    if filters.kind:
        facets["kind"] = _value(scope, "kind", filters.kind)
    if filters.state in MARKS:
        name, value = MARKS[filters.state]
        facets[name] = value
    if filters.assigned:
        facets["assigned_to_id"] = _person(scope, filters.assigned)
    if filters.work == WorkState.RECEIVED:  # nobody has these, and that index holds them
        facets.setdefault("assigned_to_id", 0)
    lots = {name: _lot(scope, filters[name]) for name in LOTS if filters[name]}
    if filters.state is State.AGAIN:
        lots[AGAIN] = of_round(scope.round_id)
    if filters.placement:
        lots[filters.placement] = of_round(scope.round_id)
    values: dict[str, Any] = {"round_id": scope.round_id, **facets, **lots}
    if filters.section:
        values |= _place(scope, filters.section)
    if filters.age:
        values["old"] = clock.now() - timedelta(days=int(filters.age))
    for number, word in enumerate(filters.words.split()[:8]):
        values |= given(f"word_{number}", word)
    asked = facets | lots
    stages = _there(stages, asked, counts)
    led = _led(facets, stages, counts)
    is_received = filters.work == WorkState.RECEIVED
    led_lots = tuple(sorted(lots, key=lambda name: (_many(name, lots, stages, counts), name)))
    is_led_by_lot = bool(led_lots) and (
        not led
        or _many(led_lots[0], lots, stages, counts) <= _many(led[0], facets, stages, counts)
    )
    numbers = [_many(name, asked, stages, counts) for name in asked]
    shape = Shape(
        stages=stages,
        facets=led,
        lots=led_lots,
        is_led_by_lot=is_led_by_lot,
        is_led_by_section=bool(filters.section)
        and filters.order is Order.AGREED
        and bool(led)
        and _in_section(scope, filters, stages, counts) < _many(led[0], facets, stages, counts),
        is_received=is_received,
        in_section=bool(filters.section),
        is_endorsed=bool(filters.endorsed) or filters.order is Order.AGREED,
        is_old=bool(filters.age),
        goes_along=_goes_along(numbers),
        holds=is_led_by_lot
        and bool(led)
        and not (is_received or filters.words)
        and _are_few(numbers, counts.of("all", "", stages) if counts else 0),
        words=min(len(filters.words.split()), 8),
        order=filters.order,
    )
    return shape, values


def _person(scope: Scope, named: str) -> int:
    """0 stands for nobody; somebody whom this board does not know has nothing here."""
    if named == NOBODY:
        return 0
    return (scope.me or -1) if named == ME else scope.people.get(named, -1)


def _place(scope: Scope, key: str) -> dict[str, Any]:
    if key == WHOLE:
        return {"section_position": 0}
    return {"section_position": scope.positions.get(key, -1)}


def _in_section(
    scope: Scope, filters: Filters, stages: tuple[Stage, ...], counts: Counts | None
) -> int:
    if counts is None:
        return 0
    return counts.of("section", _value(scope, "section", filters.section), stages)


def _there(
    stages: tuple[Stage, ...], asked: Mapping[str, Any], counts: Counts | None
) -> tuple[Stage, ...]:
    """Without those in which nothing is found: an answer, say, among what has none."""
    if counts is None or not asked:
        return stages
    return (
        tuple(
            stage
            for stage in stages
            if all(_many(name, asked, (stage,), counts) for name in asked)
        )
        or stages[:1]
    )


ALONG = 12
"""For how many rows of an index that are gone along one may be looked up in another."""


def _goes_along(numbers: list[int]) -> bool:
    return len(numbers) > 1 and sum(numbers) < ALONG * min(numbers)


FEW = 4 * COUNTED
"""Of more, counting stops so early that no index of another filter is worth reading whole."""


def _are_few(numbers: list[int], every: int) -> bool:
    """Whether so few have all of these in common, as far as chance tells."""
    return bool(every) and every * math.prod(number / every for number in numbers) < FEW


def _led(
    facets: Mapping[str, Any], stages: tuple[Stage, ...], counts: Counts | None
) -> tuple[str, ...]:
    return tuple(sorted(facets, key=lambda name: (_many(name, facets, stages, counts), name)))


def _many(
    name: str, facets: Mapping[str, Any], stages: tuple[Stage, ...], counts: Counts | None
) -> int:
    if name == "work" and facets[name] == WorkState.RECEIVED:
        return 2**31  # its index holds all but these
    if counts is None:
        return 0
    return counts.of(name.removesuffix("_to_id"), str(facets[name]), stages)


def _beyond(
    session: Session,
    scope: Scope,
    shape: Shape,
    values: dict[str, Any],
    last: Mapping[str, Any],
) -> tuple[Shape, dict[str, Any]]:
    """What comes after a point – also one that has meanwhile gone to another list."""
    which = {"public_id": last["after"], "round_id": scope.round_id}
    found = ROW.first(session, **which)
    if found is None:  # the board has it no more, and further pages begin there all the same
        found = POINT.first(session, **which)
    if found is None:
        raise NotFound
    further = {f"last_{key}": getattr(found, key) for key in shape.keys} | {
        name: value for name, value in last.items() if name != "after"
    }
    if shape.is_old and shape.goes_down and found.submitted_at > values["old"]:
        further |= {"last_submitted_at": values["old"], "last_point_id": HIGHEST}
    return shape._replace(goes_on=True), values | further


HIGHEST = 2**31 - 1
"""No point has this id: behind it, at one instant, stand all."""
