"""A server killed in the middle of everything: what it had acknowledged is there, once."""

from __future__ import annotations

import hashlib
import http.client
import itertools
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select, text

from feedback_app.comments.models import Comment, CommentVersion, Submission
from feedback_app.core import clock
from feedback_app.log.models import LogEntry, TreeHead
from tests.cli.test_serve import PATIENCE, ROOT, answers, children
from tests.conftest import SECRET
from tests.parts.filling import filled, forms_of
from tests.parts.serving import free_port

SOAK = os.environ.get("FEEDBACK_SOAK") == "1"
ROUNDS = 50 if SOAK else 3
POSTERS = 8
LONGEST = 2400 if SOAK else 360
"""Seconds after which no further round begins: a busy machine takes ten for one."""
STILL_THERE = 30
"""Seconds after which a request counts as unanswered."""

SERVE = [sys.executable, "-m", "feedback_app", "serve", "--bind"]

pytestmark = pytest.mark.one_engine


class NoAnswer(Exception):
    """The server was gone, or went before it had said everything."""


@dataclass
class Acknowledged:
    body: str
    comment_id: str
    sendings: int
    last_began: datetime


@dataclass
class Site:
    """The real server: a process group of its own, its database, its address."""

    port: int
    environment: dict[str, str]
    log: Path
    starts: list[float] = field(default_factory=list)
    is_given_up: bool = False

    @contextmanager
    def serving(self) -> Iterator[None]:
        """From ready to killed: the server and its child that does what is due."""
        began = time.monotonic()
        with self.log.open("a") as log:
            server = subprocess.Popen(
                [*SERVE, f"127.0.0.1:{self.port}"],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        try:
            assert answers(self.port) == 200
            self.starts.append(time.monotonic() - began)
            assert [os.getpgid(child) for child in children(server.pid)] == [server.pid]
            yield
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()

    def ask(self, method: str, path: str, headers: dict[str, str], body: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=STILL_THERE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer from error
        finally:
            connection.close()
        # A head that was cut off looks whole to http.client: only its length tells.
        if answer.getheader("Content-Length") is None:
            raise NoAnswer
        return Answer(answer.status, answer.headers, page)


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def cookie(self) -> str:
        return str(self.headers["Set-Cookie"]).split(";")[0]


class Poster:
    """Somebody who sends the same form again until it is answered, each time a new person."""

    def __init__(self, site: Site, path: str, number: int) -> None:
        self.site, self.path, self.number = site, path, number
        self.acknowledged: list[Acknowledged] = []

    def post_until(self, ended: threading.Event) -> list[Acknowledged]:
        for turn in itertools.count():
            if ended.is_set():
                return self.acknowledged
            self._post(f"Poster {self.number} says the thing number {turn}.", turn)
        raise AssertionError

    def _post(self, body: str, turn: int) -> None:
        sender = {"X-Forwarded-For": f"10.{self.number}.{turn // 250}.{turn % 250 + 1}"}
        _, _, page = self._until_answered("GET", sender)
        assert page.status == 200, self.site.log.read_text()
        form = filled(forms_of(page.text)[-1]) | {"body": body, "step": "send"}
        sender["Cookie"] = page.cookie
        sender["Content-Type"] = "application/x-www-form-urlencoded"
        sendings, began, sent = self._until_answered("POST", sender, urlencode(form))
        assert sent.status == 303, sent.text + self.site.log.read_text()
        place = sent.headers["Location"]
        found = re.fullmatch(r"/comments/(\w+)/sent", place)
        assert found, place
        self.acknowledged.append(Acknowledged(body, found[1], sendings, began))
        if sendings > 1:
            sender["Cookie"] = sent.cookie
            _, _, page = self._until_answered("GET", sender, path=place)
            assert page.status == 200, "the code that came with the second sending is theirs"

    def _until_answered(
        self, method: str, headers: dict[str, str], body: str = "", path: str = ""
    ) -> tuple[int, datetime, Answer]:
        """How often it was sent, when the last time began, and the answer."""
        gives_up = time.monotonic() + LONGEST  # several kills in turn may hit the same poster
        for sendings in itertools.count(1):
            began = clock.now()
            try:
                return sendings, began, self.site.ask(method, path or self.path, headers, body)
            except NoAnswer:
                assert not self.site.is_given_up
                assert time.monotonic() < gives_up, "nobody answers any more"
                time.sleep(0.1)
        raise AssertionError


@pytest.fixture
def site(database_url, tmp_path):
    port = free_port()
    return Site(
        port,
        os.environ
        | {
            "FEEDBACK_DATABASE_URL": database_url,
            "FEEDBACK_SECRET_KEY": SECRET,
            "FEEDBACK_BASE_URL": f"http://127.0.0.1:{port}",
            "FEEDBACK_TRUSTED_PROXIES": "1",
        },
        tmp_path / "server.log",
    )


@pytest.fixture
def round_(make, session):
    round_ = make.round(open=True)
    session.commit()
    return round_


@pytest.mark.timeout(3000 if SOAK else 1200)
def test_what_a_killed_server_had_acknowledged_is_there_exactly_once(
    site, database, session, round_, capsys
):
    chance = random.Random(date.today().toordinal())
    ended = threading.Event()
    posters = [Poster(site, f"/rounds/{round_.slug}/comment", n) for n in range(POSTERS)]
    posting = []
    with ThreadPoolExecutor(POSTERS) as pool:
        try:
            until = time.monotonic() + LONGEST
            for _ in range(ROUNDS):
                if time.monotonic() > until:
                    break
                with site.serving():
                    posting = posting or [pool.submit(one.post_until, ended) for one in posters]
                    wait_for_more(posters, posting)
                    time.sleep(chance.uniform(0, 1.5))
            with site.serving():
                ended.set()
                told = [one for poster in posting for one in poster.result()]
        finally:
            site.is_given_up = True
            ended.set()

    session.expire_all()
    check_comments(session, told, round_)
    check_log(session)
    assert session.execute(text("PRAGMA integrity_check")).all() == [("ok",)]
    assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    with capsys.disabled():
        print(f"\n{seen(session, site, told)}")


def wait_for_more(posters, posting):
    """Let work begin: a server that has just started takes a while to its first answer."""
    before, gives_up = answered(posters), time.monotonic() + PATIENCE / 10
    while answered(posters) == before and time.monotonic() < gives_up:
        for one in posting:
            assert not one.done(), one.result()
        time.sleep(0.02)


def answered(posters):
    return sum(len(poster.acknowledged) for poster in posters)


def seen(session, site, told):
    """The figures of this run, for docs/performance.md."""
    again = [one for one in told if one.sendings > 1]
    submitted = dict(session.execute(select(Comment.public_id, Comment.submitted_at)).all())
    unheard = sum(submitted[one.comment_id] < one.last_began for one in again)
    starts = sorted(site.starts)
    return (
        f"{len(starts) - 1} kills, {len(told)} comments, {len(again)} of them sent again, "
        f"{unheard} of these kept the first time; ready after {starts[0]:.1f} to "
        f"{starts[-1]:.1f} s, half of the times within {starts[len(starts) // 2]:.1f} s"
    )


def check_comments(session, told, round_):
    """Every form ends answered, so that what is kept and what was acknowledged are equal."""
    kept = session.execute(
        select(CommentVersion.body, Comment.public_id).join(CommentVersion.comment)
    ).all()

    assert len(told) >= POSTERS
    assert sorted((one.body, one.comment_id) for one in told) == sorted(map(tuple, kept))
    assert len({body for body, _ in kept}) == len(kept)
    read = session.scalars(select(Comment.id).where(Comment.held_at.is_(None))).all()
    assert round_.comments_count == len(read)  # where many came in a minute, the rest waits
    assert sorted(session.scalars(select(Submission.comment_id))) == sorted(
        session.scalars(select(Comment.id))
    )


def check_log(session):
    """Its own arithmetic: not that of the code which wrote it."""
    entries = session.scalars(select(LogEntry).order_by(LogEntry.position)).all()
    for entry in entries:
        assert hashlib.sha256(b"\x00" + entry.leaf.encode()).hexdigest() == entry.leaf_hash
    assert [entry.position for entry in entries] == list(range(len(entries)))
    assert session.scalars(select(TreeHead.size)).all() == [len(entries)]
    submitted = [entry.subject for entry in entries if entry.kind == "comment.submitted"]
    assert sorted(submitted) == sorted(session.scalars(select(Comment.public_id)))
    assert session.scalar(select(func.count()).select_from(Comment)) == len(submitted)
