"""`make bench`: our pages against the bare server, as ratios inside one run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    bare,
    boards,
    carrying,
    comparing,
    likely,
    matrix,
    postgres,
    posting,
    site,
)
from benchmarks.measure import (
    Measured,
    Request,
    Workload,
    cpu_ratio,
    serving,
    table,
    take_turns,
    waitress,
)
from benchmarks.queries import statements_of

SIZES = (10, 100, 1000)
BARE, BARE_CACHED = "bare reading page", "bare reading page, cached"
COLD, WARM = "reading page, nothing kept", "reading page, kept"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured = _measure(folder)
        print(table(measured))
        print()
        _ratios(measured)
        _statements(folder)
        posting.show(folder)
        _carrying(site.path_of(folder, "carrying.sqlite"), "SQLite")
        print()
        boards.main(folder)
        print()
        _on_postgresql(folder)
        print()
        likely.show(folder)
        print()
        matrix.show(folder)
    print(flush=True)
    # A process of its own: what this one has held before would hide its memory.
    subprocess.run([sys.executable, "-m", "benchmarks.letters"], check=True)
    print()
    comparing.show()


def _measure(folder: Path) -> dict[str, Measured]:
    bare.fill(folder / "bare.sqlite")
    url = site.path_of(folder, "site.sqlite")
    cookie = site.fill(url)
    ours = {site.DATABASE: url}
    by_waitress = waitress("benchmarks.site:create_app", factory=True)
    with (
        serving(
            waitress("benchmarks.bare:create_app", factory=True),
            {bare.DATABASE: str(folder / "bare.sqlite")},
        ) as bare_server,
        serving(by_waitress, ours | {site.NOTHING_KEPT: "1"}) as cold,
        serving(by_waitress, ours) as warm,
    ):
        return take_turns(
            {
                BARE: Workload(bare_server, lambda _: Request("/reading")),
                BARE_CACHED: Workload(bare_server, lambda _: Request("/cached")),
                COLD: Workload(cold, site.reading(cookie)),
                WARM: Workload(warm, site.reading(cookie)),
            }
        )


def _ratios(measured: dict[str, Measured]) -> None:
    rows = [
        ("P1", "reading page, nothing kept, signed in", COLD, BARE, 2.0),
        ("P2", "reading page, kept, signed in", WARM, BARE_CACHED, 2.0),
    ]
    print(f"{'':<4}{'what':<44}{'ratio':>8}{'budget':>10}")
    for number, what, ours, ruler, budget in rows:
        ratio = cpu_ratio(measured[ours], measured[ruler])
        word = "" if ratio <= budget else "  over"
        print(f"{number:<4}{what:<44}{ratio:>7.2f}×{f'≤ {budget:g}×':>10}{word}")


def _statements(folder: Path) -> None:
    found = {}
    for size in SIZES:
        url = site.path_of(folder, f"size-{size}.sqlite")
        cookie = site.fill(url, comments=size)
        found[size] = statements_of(url, cookie, site.READING)
    os.environ.pop(site.NOTHING_KEPT, None)
    counts = ", ".join(f"{size} comments: {count}" for size, (count, _) in found.items())
    writes = max(writes for _, writes in found.values())
    same = len({count for count, _ in found.values()}) == 1
    print(f"P3  statements a page: {counts} (budget ≤ 8, the same at each size: {same})")
    print(f"P3  statements that write on a GET: {writes} (budget 0)")


def _carrying(url: str, where: str) -> None:
    """What others see of a publishing; a database in a process of its own works there."""
    got = carrying.measure(url)
    of = "" if where == "SQLite" else " without the database’s own"
    print(
        f"P14 {got.placed:,} quotes carried over {carrying.WORDS:,} words by publishing on "
        f"{where}: {got.cpu:.1f} CPU s in all{of} (budget 10), lock held {got.held:.2f} s "
        f"({got.held_cpu:.2f} of them CPU{of}; budget 1), the log’s head {got.head:.2f} s, "
        f"progress told to {got.told:,}"
        f"{_over(got.cpu > 10 or got.held > 1)}"
    )
    for when, met in (("alone", got.alone), ("meanwhile", got.meanwhile)):
        over = met.errors or met.worst_p95 > 15 or met.least < 0.25
        print(
            f"P7  {carrying.POSTERS} posters {when} on {where}: {met.posts} comments, "
            f"{met.errors} errors (budget 0), median {1000 * met.median:.0f} ms, worst "
            f"p95 {met.worst_p95:.1f} × (budget 15), least served {met.least:.2f} of "
            f"the mean (budget 0.25), longest wait {met.longest:.2f} s, "
            f"{met.first:.2f} s among the first {carrying.WARM_UP} of each{_over(over)}"
        )


def _over(yes: object) -> str:
    return "  over" if yes else ""


def _on_postgresql(folder: Path) -> None:
    """The same of what writes and of the board, on a server as the tests have it."""
    with postgres.running() as server:
        if server is None:
            return
        _carrying(postgres.new_database(server, "carrying"), "PostgreSQL")
        postgres.drop_database(server, "carrying")
        print()
        boards.main(folder, server)


if __name__ == "__main__":
    main()
