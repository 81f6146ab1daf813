"""The moderators' board over up to 100,000 comments: lists, numbers, depth (P8, P9, P13)."""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from benchmarks import site
from benchmarks.filled_board import World, fill
from feedback_app.core.paging import write_cursor
from feedback_app.triage.board import SHOWN, board, matching
from feedback_app.triage.board_counts import counts
from feedback_app.triage.filters import Filters, Order, State

SIZES = (1_000, 10_000, 100_000)
DEEP = 2_000
"""The page that is compared with the first one; of a shorter list, its last."""
TURNS = 40

SINGLE: dict[str, Filters] = {
    "nothing": Filters(state=State.ALL),
    **{f"state {state}": Filters(state=state) for state in State if state is not State.ALL},
    "section": Filters(state=State.ALL, section=site._key(4)),
    "section, whole": Filters(state=State.ALL, section="whole"),
    "kind": Filters(state=State.ALL, kind="concern"),
    "kind, rare": Filters(state=State.ALL, kind="none"),
    "channel": Filters(state=State.ALL, channel="web"),
    "channel, rare": Filters(state=State.ALL, channel="phone"),
    "language": Filters(state=State.ALL, language="en"),
    "language, rare": Filters(state=State.ALL, language="so"),
    "answer": Filters(state=State.ALL, outcome="adopted"),
    "work": Filters(state=State.ALL, work="decided"),
    "work, received": Filters(state=State.ALL, work="received"),
    "mine": Filters(state=State.ALL, assigned="me"),
    "nobody's": Filters(state=State.ALL, assigned="nobody"),
    "age": Filters(state=State.ALL, age="14"),
    "endorsed": Filters(state=State.ALL, endorsed="yes"),
    "placement": Filters(state=State.ALL, placement="reworded"),
    "subject": Filters(state=State.ALL, theme="subject"),
    "subject, rare": Filters(state=State.ALL, theme="rare"),
    "letter": Filters(state=State.ALL, group="letter"),
}
NAMED: dict[str, Filters] = {
    "undecided + section": Filters(section=site._key(4)),
    "undecided + kind": Filters(kind="concern"),
    "undecided + channel": Filters(channel="paper"),
    "undecided + language": Filters(language="es"),
    "undecided + nobody's": Filters(assigned="nobody"),
    "undecided + mine": Filters(assigned="me"),
    "undecided + section + kind": Filters(section=site._key(4), kind="concern"),
    "undecided + section + language": Filters(section=site._key(4), language="es"),
    "answered + not adopted": Filters(state=State.DECIDED, outcome="not_adopted"),
    "undecided + older than 14 days": Filters(age="14"),
}
OTHER: dict[str, Filters] = {
    "kind + channel + language": Filters(kind="concern", channel="paper", language="es"),
    "kind + channel, apart in time": Filters(state=State.ALL, kind="support", channel="phone"),
    "answer + placement + all stages": Filters(
        state=State.ALL, outcome="noted", placement="moved"
    ),
    "mine + endorsed": Filters(assigned="me", endorsed="yes"),
    "subject + language": Filters(theme="subject", language="es"),
    "subject + letter + kind": Filters(theme="subject", group="letter", kind="support"),
    "age + section order": Filters(age="14", order=Order.SECTION),
}


def cost(act: Callable[[], Any], world: World) -> float:
    """Seconds of one turn, the least of several, since others disturb it: of the processor on
    SQLite; of the clock on PostgreSQL, which works in a process of its own."""
    now = time.process_time if world.database.is_sqlite else time.perf_counter
    found = []
    act()
    for _ in range(5):
        begun = now()
        for _ in range(TURNS // 5):
            act()
        found.append((now() - begun) / (TURNS // 5))
    return min(found)


def bare(world: World) -> Callable[[], Any]:
    """A keyset page of the comments as one would write it by hand, their texts cut."""
    raw = world.database.engine.connect()
    if not world.database.is_sqlite:  # else it goes back to the others inside a transaction
        raw = raw.execution_options(isolation_level="AUTOCOMMIT")
    sql = (
        "SELECT c.public_id, c.section_key, c.kind, c.language, c.submitted_at, v.body"
        " FROM (SELECT id, submitted_at FROM comments WHERE round_id = {0} AND"
        " (submitted_at, id) > ({0}, {0}) ORDER BY submitted_at, id LIMIT 25) k"
        " JOIN comments c ON c.id = k.id JOIN comment_versions v ON v.comment_id = c.id"
        " AND v.number = c.version_number ORDER BY k.submitted_at, k.id"
    ).format("?" if world.database.is_sqlite else "%s")
    begin = "2000-01-01 00:00:00"
    cursor = raw.connection.cursor()

    def page() -> Any:
        assert not raw.closed
        cursor.execute(sql, (world.scope.round_id, begin, 0))
        return [(*row[:5], " ".join(row[5].split())[:240]) for row in cursor.fetchall()]

    assert len(page()) == SHOWN
    return page


@dataclass(frozen=True)
class Depth:
    first: float
    deep: float
    rows: int


def depths(session: Session, world: World, filters: Filters) -> Depth:
    """What the first page costs and what page 2,000 does, or the last of a shorter list."""
    numbers = counts(session, world.scope.round_id)
    cursor = _cursor(session, world, filters)

    def ask(after: str | None) -> Callable[[], Any]:
        return lambda: board(session, world.scope, filters, numbers, after=after)

    rows = len(ask(None)())
    return Depth(cost(ask(None), world), cost(ask(cursor), world) if cursor else 0.0, rows)


def _cursor(session: Session, world: World, filters: Filters) -> str | None:
    """Where page 2,000 begins, found by walking in large steps."""
    numbers, after, left = counts(session, world.scope.round_id), None, DEEP * SHOWN
    while left:
        page = board(
            session, world.scope, filters, numbers, after=after, limit=min(left, 5_000)
        )
        if page.next_cursor is None:
            items = page.items
            return write_cursor(items[-SHOWN - 1].public_id) if len(items) > SHOWN else after
        after, left = page.next_cursor, left - len(page)
    return after


def lists(mapping: Mapping[str, Filters]) -> Iterator[tuple[str, Filters]]:
    for name, filters in mapping.items():
        for order in Order:
            yield f"{name} × {order}", filters.but(order=order)


def measure(worlds: Mapping[int, World]) -> dict[str, Any]:
    """{figure: (worst ratio, of which list)} and the growth of a page with the size."""
    small, large = worlds[min(worlds)], worlds[max(worlds)]
    with (
        large.database.session(writing=False) as session,
        small.database.session(writing=False) as few,
    ):
        ruler = cost(bare(large), large)
        worst: dict[str, tuple[float, str]] = {}

        def note(figure: str, ratio: float, name: str) -> None:
            if ratio > worst.get(figure, (0.0, ""))[0]:
                worst[figure] = (ratio, name)

        for name, filters in [*lists(SINGLE), *lists(NAMED)]:
            there, here = depths(session, large, filters), depths(few, small, filters)
            if there.deep:
                note("deep", there.deep / there.first, name)
            if there.rows and here.rows == there.rows:
                note("size", there.first / here.first, name)
            note("bare", there.first / ruler, name)
            if "-v" in sys.argv:
                deep, size = there.deep / there.first, there.first / here.first
                bare_ = there.first / ruler
                print(
                    f"{name:<50}{bare_:6.2f} {deep:6.2f} {size:6.2f} {there.rows:4}", flush=True
                )
        page = cost(partial(board, session, large.scope, Filters()), large)
        for name, filters in OTHER.items():
            numbers = counts(session, large.scope.round_id)
            took = cost(partial(board, session, large.scope, filters, numbers), large)
            note("other", took / page, name)
            if "-v" in sys.argv:
                print(f"{name:<50}{took / page:6.2f} pages", flush=True)
        numbers = counts(session, large.scope.round_id)
        note(
            "counts",
            cost(lambda: counts(session, large.scope.round_id), large) / page,
            "all of them",
        )
        both = Filters(kind="concern", channel="paper")
        note(
            "combined",
            cost(partial(matching, session, large.scope, both, numbers), large) / page,
            "kind + channel",
        )
    return {**worst, "ruler": (ruler * 1000, "ms"), "growth": (growth(worlds), "slope")}


def growth(worlds: Mapping[int, World]) -> float:
    """The slope of the logarithm of a page's cost over that of the number of comments."""
    points = []
    for size, world in worlds.items():
        with world.database.session(writing=False) as session:
            took = cost(partial(board, session, world.scope, Filters()), world)
        points.append((math.log(size), math.log(took)))
    x, y = zip(*points, strict=True)
    return statistics.linear_regression(x, y).slope


BUDGETS = {
    "deep": ("P8  page 2,000 (or the last) of a list, in first pages", 1.3),
    "size": ("P8  a page of 100,000, in pages of 1,000", 1.3),
    "bare": ("P8  a page, in bare keyset pages", 3.0),
    "other": ("P8  other combinations, in pages", 20.0),
    "counts": ("P9  every number beside the filters, in pages", 1.0),
    "combined": ("P9  the number of a combination, in pages", 1.0),
    "growth": ("P13 growth of the board with the comments (slope)", 0.1),
}


def show(measured: Mapping[str, Any], where: str) -> None:
    print(f"The board on {where}; a bare keyset page takes {measured['ruler'][0]:.2f} ms")
    for figure, (what, budget) in BUDGETS.items():
        ratio, name = measured.get(figure, (0.0, ""))
        over = "" if ratio <= budget else "  over"
        print(f"{what:<58}{ratio:7.2f} (budget {budget:g}; worst: {name}){over}")


def main(folder: Path, server: str | None = None) -> None:
    """On SQLite in a folder, or in databases made for it on a server of PostgreSQL."""
    worlds = {
        size: fill(_made(server, size) if server else site.path_of(folder, _file(size)), size)
        for size in SIZES
    }
    show(measure(worlds), "PostgreSQL" if server else "SQLite")
    for world in worlds.values():
        world.database.dispose()


def _file(size: int) -> str:
    return f"board-{size}.sqlite"


def _made(server: str, size: int) -> str:
    name = f"board_{size}"
    with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        main(Path(name), next((one for one in sys.argv[1:] if "://" in one), None))
