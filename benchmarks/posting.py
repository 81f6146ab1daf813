"""Posting a comment: all that ours does in one transaction, against an insert and its audit."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import bare, site, texts
from benchmarks.measure import (
    Measured,
    Request,
    Workload,
    cpu_ratio,
    serving,
    take_turns,
    waitress,
)
from feedback_app.comments.opened import new_mark

BARE, OURS = "bare post", "posting a comment"
BUDGET, WAITING = 3.0, 1.5
_ADDRESS = f"{site.READING}/sections/{site._key(1)}/comment"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_TYPED = {"Content-Type": "application/x-www-form-urlencoded"}


def show(folder: Path) -> None:
    measured = measure(folder)
    ours, ruler = measured[OURS], measured[BARE]
    cpu, waiting = cpu_ratio(ours, ruler), ours.p50 / ruler.p50
    over = "  over" if cpu > BUDGET or waiting > WAITING else ""
    print(
        f"P6  {OURS}, signed in, on SQLite: {ours.cpu_ms:.2f} CPU ms, {cpu:.2f} × {BARE} "
        f"({ruler.cpu_ms:.2f}; budget {BUDGET:g}), waits {ours.p50:.1f} ms, {waiting:.2f} × "
        f"({ruler.p50:.1f}; budget {WAITING:g}){over}"
    )


def measure(folder: Path) -> dict[str, Measured]:
    bare.fill(folder / "bare-posts.sqlite")
    url = site.path_of(folder, "posts.sqlite")
    posting = _posting(url, site.fill(url))
    with (
        serving(
            waitress("benchmarks.bare:create_app", factory=True),
            {bare.DATABASE: str(folder / "bare-posts.sqlite")},
        ) as ruler,
        serving(
            waitress("benchmarks.site:create_app", factory=True), {site.DATABASE: url}
        ) as ours,
    ):
        return take_turns(
            {BARE: Workload(ruler, _bare_post), OURS: Workload(ours, posting)},
            limit_seconds=30,
        )


def _bare_post(number: int) -> Request:
    body = urlencode({"section": number % bare.SECTIONS + 1, "body": _said(number)})
    return Request("/comments", "POST", body.encode(), _TYPED, expect=303)


def _said(number: int) -> str:
    """As long as a comment of the reading page, in words that nobody else sent: a letter of
    many would be sorted in, which is another's figure (P12).
    """
    words = " ".join(texts.SENTENCES).split()
    chance = random.Random(number)
    return " ".join(chance.choices(words, k=len(texts.comment(number).split()))) + "."


def _posting(url: str, cookie: str) -> Callable[[int], Request]:
    """The form as it comes back from a page of ours: each with a mark of its own."""
    app = site.create_app()
    page = app.test_client(use_cookies=False).get(
        _ADDRESS, headers={"Host": "bench", "Cookie": cookie}
    )
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = _TOKEN.search(page.text)
    assert token is not None
    headers = _TYPED | {"Host": "bench", "Cookie": cookie}

    def request(number: int) -> Request:
        fields = {
            "csrf_token": token[1],
            "submission_id": new_mark(site.SECRET),
            "body": _said(number),
            "step": "send",
        }
        return Request(_ADDRESS, "POST", urlencode(fields).encode(), headers, expect=303)

    return request
