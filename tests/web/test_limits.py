"""Who comes too fast waits; nobody is remembered, and two workers are one budget."""

from __future__ import annotations

import os
import signal
from datetime import date

import pytest
from flask import Flask
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from feedback_app import create_app
from feedback_app.config import WrongSetting, load
from feedback_app.web.limits import DayKeys, who
from tests.conftest import SECRET

TEN = parse("10 per minute")


@pytest.fixture
def counts():
    return storage_from_string("shared-memory://")


def in_a_worker(act) -> int:
    """What a copy of this process makes of it, as its exit code."""
    child = os.fork()
    if not child:
        os._exit(act())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_workers_share_one_budget(counts, time):
    limits = FixedWindowRateLimiter(counts)

    taken = [in_a_worker(lambda: limits.hit(TEN, "somebody")) for _ in range(12)]

    assert sum(taken) == 10
    assert not limits.hit(TEN, "somebody")
    assert limits.hit(TEN, "somebody else")
    time.move(seconds=61)
    assert limits.hit(TEN, "somebody")


def test_none_of_many_counts_at_once_is_lost(counts):
    def count() -> int:
        for _ in range(4000):
            counts.incr("all", 60)
        return 0

    children = [os.fork() or os._exit(count()) for _ in range(4)]
    for child in children:
        os.waitpid(child, 0)

    assert counts.get("all") == 16_000


def test_a_worker_that_is_killed_while_it_counts_stops_nobody(counts):
    def die() -> int:
        with counts._shared.alone():
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    assert in_a_worker(die) == -signal.SIGKILL
    assert counts.incr("next", 60) == 1


def test_a_full_table_forgets_what_would_end_first_and_goes_on(counts, monkeypatch):
    monkeypatch.setattr("feedback_app.web.shared_counts.SLOTS", 8)
    monkeypatch.setattr("feedback_app.web.shared_counts.TRIES", 8)
    counts.incr("short", 1)
    for number in range(7):
        counts.incr(f"long {number}", 3600)

    assert counts.incr("new", 60) == 1
    assert counts.get("short") == 0
    assert [counts.get(f"long {number}") for number in range(7)] == [1] * 7


def test_a_key_lives_one_day_and_is_the_same_for_all_workers():
    keys, day = DayKeys(), date(2026, 11, 26)
    first = keys.today(day)

    made = in_a_worker(lambda: keys.today(date(2026, 11, 27))[0])

    next_ = keys.today(date(2026, 11, 27))
    assert next_[0] == made
    assert next_ != first
    assert first not in bytes(keys._shared.memory)


def test_an_address_is_counted_by_its_network_and_never_kept():
    def key_of(address: str) -> str:
        with Flask("limits").test_request_context(environ_base={"REMOTE_ADDR": address}):
            return who()

    assert key_of("2001:db8:1:2::1") == key_of("2001:db8:1:2:ffff::9")
    assert key_of("2001:db8:1:2::1") != key_of("2001:db8:1:3::1")
    assert key_of("203.0.113.7") == key_of("::ffff:203.0.113.7")
    assert key_of("203.0.113.7") != key_of("203.0.113.8")
    assert "203" not in key_of("203.0.113.7")[:3] or len(key_of("203.0.113.7")) == 64


def test_the_default_store_is_shared_and_one_without_its_library_is_refused():
    given = {"SECRET_KEY": SECRET, "DATABASE_URL": "sqlite:////tmp/limits.sqlite3"}

    assert load(given, {})["RATELIMIT_STORAGE_URI"] == "shared-memory://"
    with pytest.raises(WrongSetting, match=r"FEEDBACK_LIMITS_STORE: needs the extra “redis”"):
        load(given | {"LIMITS_STORE": "redis://localhost"}, {})


@pytest.mark.one_engine
def test_who_signs_in_too_often_waits(database_url):
    app = create_app(
        {"SECRET_KEY": SECRET, "DATABASE_URL": database_url, "BASE_URL": "http://localhost"}
    )
    client = app.test_client()

    answers = [client.post("/sign-in", data={"email": "a@b.example"}) for _ in range(11)]

    assert [answer.status_code for answer in answers[:10]] == [answers[0].status_code] * 10
    assert answers[10].status_code == 429
    app.extensions["database"].dispose()
