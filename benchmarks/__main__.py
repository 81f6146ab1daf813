"""Prints the figures of the bare server, and what its own parts cost each other."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import bare, texts
from benchmarks.measure import (
    Request,
    Workload,
    cpu_ratio,
    serving,
    table,
    take_turns,
    waitress,
)


def post(number: int) -> Request:
    """Post the way a form does."""
    body = urlencode({"section": number % bare.SECTIONS + 1, "body": texts.comment(number)})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return Request("/comments", "POST", body.encode(), kind, expect=303)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Posts have a database of their own: the page that is read stays at 100 comments.
        read, written = Path(folder) / "read.sqlite", Path(folder) / "written.sqlite"
        for path in (read, written):
            bare.fill(path)
        command = waitress("benchmarks.bare:create_app", factory=True)
        with (
            serving(command, {bare.DATABASE: str(read)}) as reader,
            serving(command, {bare.DATABASE: str(written)}) as writer,
        ):
            measured = take_turns(
                {
                    "bare reading page": Workload(reader, lambda _: Request("/reading")),
                    "bare reading page, cached": Workload(reader, lambda _: Request("/cached")),
                    "bare post": Workload(writer, post),
                }
            )
    print(table(measured))
    ruler = measured["bare reading page"]
    for name, figures in measured.items():
        print(f"{name}: {cpu_ratio(figures, ruler):.2f} × the bare reading page")


if __name__ == "__main__":
    main()
