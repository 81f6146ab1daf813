"""The moderators' board over up to 100,000 comments: lists, numbers, depth (P8, P9, P13)."""

from __future__ import annotations

import math
import secrets
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import site
from benchmarks.filled_board import World, fill
from benchmarks.postgres import drop_database, new_database
from feedback_app.comments import codes, services
from feedback_app.comments.holders import NOBODY
from feedback_app.comments.models import Point
from feedback_app.comments.submissions import Sent, content_hash
from feedback_app.core.html import render_comment
from feedback_app.core.paging import write_cursor
from feedback_app.policy import VISITOR
from feedback_app.rounds.models import Round
from feedback_app.triage.board import SHOWN, board, every_point, matching
from feedback_app.triage.board_counts import Counts, counts
from feedback_app.triage.filters import Filters, Order, State

KEY = codes.receipt_key("a secret of this benchmark alone")
SAID = "Ask the family first, then wait."
SIZES = (1_000, 10_000, 100_000)
DEEP = 2_000
"""The page that is compared with the first one; of a shorter list, its last."""
TURNS, RUN = 30, 4
WARM_UP = 12
"""PostgreSQL prepares a statement the sixth time, and keeps its plan after five more."""

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


def costs(acts: Mapping[str, Callable[[], Any]], world: World) -> dict[str, list[float]]:
    """Seconds of each in every turn, the least of a short run: of the processor on SQLite; of
    the clock on PostgreSQL, which works in a process of its own."""
    now = time.process_time if world.database.is_sqlite else time.perf_counter
    took: dict[str, list[float]] = {name: [] for name in acts}
    for act in acts.values():
        for _ in range(WARM_UP):
            act()
    for _ in range(TURNS):
        for name, act in acts.items():
            least = math.inf
            for _ in range(RUN):  # the first of them finds another one's pages at hand
                begun = now()
                act()
                least = min(least, now() - begun)
            took[name].append(least)
    return took


def in_units(ours: list[float], ruler: list[float]) -> float:
    """The median over the turns of ours in the ruler's of the same turn.

    A turn takes a millisecond or two. Neighbors make the processor slower by half for longer
    than that, so both are measured under the same; the least of all turns would compare what
    was found by one in a quiet moment and by the other in none.
    """
    return statistics.median(a / b for a, b in zip(ours, ruler, strict=True))


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


def _deep(session: Session, world: World, filters: Filters, numbers: Counts) -> str | None:
    """Where page 2,000 begins, or the last one of a shorter list."""
    most = DEEP * SHOWN
    ids = every_point(session, world.scope, filters, numbers, at_most=most)
    begin = min(most - SHOWN, (len(ids) - 1) // SHOWN * SHOWN)
    if begin <= 0:
        return None
    before = session.scalars(select(Point.public_id).where(Point.id == ids[begin - 2])).one()
    page = board(session, world.scope, filters, numbers, after=write_cursor(before), limit=1)
    return page.next_cursor or write_cursor(page.items[0].public_id)


def lists(mapping: Mapping[str, Filters]) -> Iterator[tuple[str, Filters]]:
    for name, filters in mapping.items():
        for order in Order:
            yield f"{name} × {order}", filters.but(order=order)


def measure(worlds: Mapping[int, World]) -> dict[str, Any]:
    """{figure: (worst ratio, of which list, how many are over its budget)}."""
    small, large = worlds[min(worlds)], worlds[max(worlds)]
    found: dict[str, list[tuple[float, str]]] = {}
    with (
        large.database.session(writing=False) as session,
        small.database.session(writing=False) as few,
    ):
        numbers, less = (
            counts(s, w.scope.round_id) for s, w in ((session, large), (few, small))
        )
        ruler = bare(large)

        def page(filters: Filters, after: str | None = None) -> Callable[[], Any]:
            return partial(board, session, large.scope, filters, numbers, after=after)

        for name, filters in [*lists(SINGLE), *lists(NAMED)]:
            acts = {"bare": ruler, "first": page(filters)}
            acts["small"] = partial(board, few, small.scope, filters, less)
            if after := _deep(session, large, filters, numbers):
                acts["deep"] = page(filters, after)
            took = costs(acts, large)
            ratios = {"bare": in_units(took["first"], took["bare"])}
            if after:
                ratios["deep"] = in_units(took["deep"], took["first"])
            if len(acts["first"]()) == len(acts["small"]()):
                ratios["size"] = in_units(took["first"], took["small"])
            for figure, ratio in ratios.items():
                found.setdefault(figure, []).append((ratio, name))
            if "-v" in sys.argv:
                told = " ".join(f"{figure} {ratio:5.2f}" for figure, ratio in ratios.items())
                print(f"  {name:<46}{told}", flush=True)
        acts = {"page": page(Filters()), "bare": ruler}
        acts["counts"] = partial(counts, session, large.scope.round_id)
        for name, filters in OTHER.items():
            acts[f"other {name}"] = page(filters)
        for name, filters in {**NAMED, **OTHER}.items():
            acts[f"combined {name}"] = partial(matching, session, large.scope, filters, numbers)
        took = costs(acts, large)
        for name in acts:
            figure, _, which = name.partition(" ")
            if figure == "combined" and which in NAMED:
                figure = "named"
            if figure not in ("page", "bare"):
                pages = in_units(took[name], took["page"])
                found.setdefault(figure, []).append((pages, which))
                if "-v" in sys.argv:
                    print(f"  {name:<46}{pages:5.2f} pages", flush=True)
    found["growth"] = [(growth(worlds), "")]
    found["posting"] = [(posting(worlds), "")]
    return {
        "ruler": statistics.median(took["bare"]) * 1000,
        **{
            figure: (
                *max(some),
                sum(ratio > BUDGETS[figure][1] for ratio, _ in some),
                len(some),
            )
            for figure, some in found.items()
        },
    }


def growth(worlds: Mapping[int, World]) -> float:
    """The slope of the logarithm of a page's cost over that of the number of comments."""
    with ExitStack() as open_:
        acts = {
            str(size): partial(
                board,
                open_.enter_context(world.database.session(writing=False)),
                world.scope,
                Filters(),
            )
            for size, world in worlds.items()
        }
        took = costs(acts, worlds[min(worlds)])
    few = took[str(min(worlds))]
    return _slope({size: in_units(took[str(size)], few) for size in worlds})


POSTS = 40


def posting(worlds: Mapping[int, World]) -> float:
    """The same of posting a comment: the least of some, which take turns."""
    least = dict.fromkeys(worlds, math.inf)
    html = render_comment(SAID).html
    for _ in range(POSTS):
        for size, world in worlds.items():
            now = time.process_time if world.database.is_sqlite else time.perf_counter
            begun = now()
            with world.database.unit_of_work(writing=True) as session:
                services.submit_comment(
                    session,
                    session.get_one(Round, world.scope.round_id),
                    actor=VISITOR,
                    holder=NOBODY,
                    sent=Sent(secrets.token_hex(16), content_hash=content_hash(SAID)),
                    said=services.Said(body=SAID, html=html),
                    key=KEY,
                )
            least[size] = min(least[size], now() - begun)
    return _slope(least)


def _slope(took: Mapping[int, float]) -> float:
    x, y = ([math.log(one) for one in some] for some in (took, took.values()))
    return statistics.linear_regression(x, y).slope


BUDGETS = {
    "deep": ("P8  page 2,000 (or the last) of a list, in first pages", 1.3),
    "size": ("P8  a page of 100,000, in pages of 1,000", 1.3),
    "bare": ("P8  a page, in bare keyset pages", 3.0),
    "other": ("P8  other combinations, in pages", 20.0),
    "counts": ("P9  every number beside the filters, in pages", 1.0),
    "named": ("P9  the number of a named combination, in pages", 3.0),
    "combined": ("P9  the number of another combination, in pages", 20.0),
    "growth": ("P13 growth of the board with the comments (slope)", 0.1),
    "posting": ("P13 growth of posting with the comments (slope)", 0.1),
}


def show(measured: Mapping[str, Any], where: str) -> None:
    print(f"The board on {where}; a bare keyset page takes {measured['ruler']:.2f} ms")
    for figure, (what, budget) in BUDGETS.items():
        ratio, name, over, many = measured[figure]
        word = f"  over ({over} of {many})" if over else ""
        worst = f"; worst: {name}" if name else ""
        print(f"{what:<58}{ratio:7.2f} (budget {budget:g}{worst}){word}", flush=True)


def main(folder: Path, server: str | None = None) -> None:
    """On SQLite in a folder, or in databases made for it on a server of PostgreSQL."""
    worlds = {size: fill(_made(folder, server, size), size) for size in SIZES}
    show(measure(worlds), "PostgreSQL" if server else "SQLite")
    for size, world in worlds.items():
        world.database.dispose()
        if server:
            drop_database(server, f"board_{size}")


def _made(folder: Path, server: str | None, size: int) -> str:
    if server:
        return new_database(server, f"board_{size}")
    return site.path_of(folder, f"board-{size}.sqlite")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        main(Path(name), next((one for one in sys.argv[1:] if "://" in one), None))
