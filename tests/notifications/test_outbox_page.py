"""Whoever keeps the site running sees how its mail fares, and nothing of what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feedback_app.core import clock
from feedback_app.notifications.services import enqueue

pytestmark = pytest.mark.one_engine


def test_an_administrator_sees_numbers_and_tries_again_what_waits_out_a_pause(
    browser, session, make
):
    later = clock.now() + timedelta(hours=4)
    told = {"locale": "en", "title": "A planted title", "path": "/"}
    _waits, retried, sending = (
        enqueue(session, "comment_answered", to=f"planted{n}@example.org", **told)
        for n in range(3)
    )
    retried.due_at, retried.attempts, retried.problem = later, 3, "answer: 451"
    sending.due_at, sending.attempts, sending.leased_until = later, 1, later
    session.flush()
    browser.sign_in(make.administrator())

    page = browser.get("/mail")
    assert "planted" not in page.text
    assert [cell.get_text() for cell in page.soup.select("td.num")] == ["3"]
    assert "2 to be tried again" in page.text
    assert "/mail" in browser.get("/account").html
    browser.send("/mail", page.hidden())

    assert retried.due_at <= clock.now()
    assert sending.due_at == later
    for other in (make.manager(), make.host(), make.reviewer(), make.account()):
        browser.sign_in(other)
        assert browser.get("/mail").status_code == 404
        assert "/mail" not in browser.get("/account").html
