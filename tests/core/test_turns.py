"""Whoever waits too long for a turn to write is told, keeps the text, and holds up nobody."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from feedback_app.core import turns

pytestmark = pytest.mark.one_engine


@pytest.fixture
def endless(database, session, monkeypatch):
    """A writing unit that does not end while the block lasts."""

    @contextmanager
    def hold():
        session.commit()
        with database.session(writing=True) as unit, monkeypatch.context() as patience:
            unit.execute(text("SELECT 1"))
            patience.setattr(turns, "PATIENCE", 0.2)
            yield

    return hold


@pytest.fixture
def form(browser, make):
    """The address of a form for a comment, and what a person sends from there."""
    round_ = make.round(open=True, slug="spring")
    path = f"/rounds/spring/sections/{round_.revision.sections[0].key}/comment"
    return path, browser.get(path).hidden() | {"body": "Ask the family.", "step": "send"}


def test_a_writer_behind_a_unit_that_never_ends_gets_the_text_back(browser, form, endless):
    with endless():
        refused = browser.send(*form)
        read = browser.get("/rounds/spring")
    taken = browser.send(*form)

    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
    assert "Nothing was changed." in refused.text
    assert "Ask the family." in refused.html
    assert read.status_code == 200
    assert taken.status_code == 303


def test_a_command_behind_a_unit_that_never_ends_says_so_in_one_line(run, endless):
    words = ("organizations", "create", "ferry-street", "Ferry Street", "--kind", "host")

    with endless():
        refused = run(*words)

    assert refused.exit_code == 1
    assert len(refused.output.splitlines()) == 1
    assert "Nothing was changed." in refused.output
    assert run(*words).exit_code == 0


def test_nobody_joins_a_queue_that_is_full(browser, form, endless, monkeypatch):
    """Whoever gave up holds a place until the turn comes, and then passes it on."""
    monkeypatch.setattr(turns, "_places", threading.BoundedSemaphore(1))

    with endless():
        for _ in range(3):
            assert browser.send(*form).status_code == 503
        waiting = [one for one in threading.enumerate() if isinstance(one, turns._Waiting)]

    assert len(waiting) == 1
    assert browser.send(*form).status_code == 303
