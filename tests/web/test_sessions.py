"""The cookie of a signed-in person lasts while it is used, and is seldom sent again."""

from __future__ import annotations

from datetime import timedelta

import itsdangerous
import pytest

from feedback_app.core import clock
from feedback_app.web.sessions import FRESH

pytestmark = pytest.mark.one_engine


@pytest.fixture
def pass_time(monkeypatch):
    """Moves the clocks of the house and of the signatures together."""
    start, signed = clock.now, itsdangerous.TimestampSigner.get_timestamp
    gone = timedelta()

    def wait(time: timedelta) -> None:
        nonlocal gone
        gone += time

    monkeypatch.setattr(clock, "now", lambda: start() + gone)
    monkeypatch.setattr(
        itsdangerous.TimestampSigner,
        "get_timestamp",
        lambda self: signed(self) + int(gone.total_seconds()),
    )
    return wait


def test_a_fresh_cookie_is_not_sent_again(browser, make):
    browser.sign_in(make.account())

    assert "Set-Cookie" not in browser.get("/").headers
    assert "Set-Cookie" not in browser.get("/rounds").headers


def test_a_cookie_that_has_aged_is_signed_anew(browser, make, app, pass_time):
    app.permanent_session_lifetime = timedelta(hours=8)
    browser.sign_in(make.account(name="Rosa"))

    pass_time(FRESH + timedelta(seconds=2))
    assert "Set-Cookie" in browser.get("/").headers
    assert "Set-Cookie" not in browser.get("/").headers

    pass_time(timedelta(hours=7, minutes=50))
    assert "Rosa" in browser.get("/").text
    pass_time(timedelta(hours=8, minutes=1))
    assert "Rosa" not in browser.get("/").text


def test_a_cookie_that_somebody_else_signed_is_nothing(browser, make):
    browser.client.set_cookie("session", "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbb")

    assert "Sign in" in browser.get("/").text


def test_what_one_answer_adds_to_a_list_is_not_in_the_next_that_the_same_cookie_opens(app):
    sessions = app.session_interface
    signed = sessions.get_signing_serializer(app).dumps({"_flashes": [("success", "Saved.")]})
    with app.test_request_context("/", headers={"Cookie": f"session={signed}"}) as sent:
        first = sessions.open_session(app, sent.request)
        first["_flashes"].append(("error", "Of somebody's other page."))
        second = sessions.open_session(app, sent.request)

    assert [said for _kind, said in second["_flashes"]] == ["Saved."]
