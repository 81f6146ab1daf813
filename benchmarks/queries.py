"""How many statements a page asks of the database, as a reader who is signed in sees it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Engine, event

from benchmarks import site


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that the block sends, pragmas and transactions left out."""
    statements: list[str] = []

    def hear(*given: object) -> None:
        statements.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def statements_of(url: str, cookie: str, path: str) -> tuple[int, int]:
    """The number of statements of one GET, and how many of them write."""
    os.environ[site.DATABASE] = url
    os.environ[site.NOTHING_KEPT] = "1"
    app: Flask = site.create_app()
    client = app.test_client(use_cookies=False)
    headers = {"Host": "bench", "Cookie": cookie}
    client.get(path, headers=headers)
    with counted(app.extensions["database"].engine) as statements:
        answer = client.get(path, headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    app.extensions["database"].dispose()
    writes = sum(not one.lstrip().upper().startswith(("SELECT", "WITH")) for one in statements)
    return len(statements), writes
