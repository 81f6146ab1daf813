"""Many at once: a room behind one address gets through, a machine is held, nothing is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app import create_app
from feedback_app.comments import requests
from feedback_app.comments.conduct import State
from feedback_app.comments.models import Comment
from tests.browsing import Browser
from tests.comments.acts import send

pytestmark = pytest.mark.one_engine
LIBRARY = {"REMOTE_ADDR": "203.0.113.40"}


@pytest.fixture
def limited(app):
    """The same site with its limits switched on, as people meet it."""
    names = ("TESTING", "SECRET_KEY", "DATABASE_URL", "BASE_URL")
    app = create_app({name: app.config[name] for name in names})
    yield app
    app.extensions["database"].dispose()


def test_forty_people_behind_one_librarys_address_all_get_through(limited, session, make):
    round_ = make.round(open=True)
    path = f"/rounds/{round_.slug}/comment"
    host = {"HTTP_HOST": limited.config["TRUSTED_HOST"]}
    for number in range(40):
        person = Browser(limited, session)
        person.client.environ_base |= LIBRARY
        person.client.environ_base |= host
        body = f"I am the one at table {number}."
        checked = person.post(path, body=body)
        assert checked.status_code == 200, number
        sent = person.send(path, checked.hidden() | {"body": body})
        assert sent.status_code == 303, number
        describe = sent.location.replace("/sent", "/describe")
        assert person.post(describe, page=sent.location).status_code in (303, 422), number

    comments = session.scalars(select(Comment).where(Comment.round_id == round_.id)).all()
    assert len(comments) == 40
    assert {comment.state for comment in comments} == {State.SHOWN}


def test_more_in_a_minute_than_people_can_write_is_held_and_kept(
    session, make, monkeypatch, time
):
    monkeypatch.setattr(requests, "MOST_A_MINUTE", 5)
    round_, other = make.round(open=True), make.round(open=True)
    sent = [send(session, round_, f"Machine {n}.").comment for n in range(8)]

    assert [comment.state for comment in sent] == [State.SHOWN] * 5 + [State.HELD] * 3
    assert send(session, other, "Elsewhere.").comment.state is State.SHOWN
    time.move(minutes=2)
    assert send(session, round_, "Later.").comment.state is State.SHOWN


def test_whoever_fills_in_what_nobody_sees_is_read_first_and_not_told(browser, session, make):
    round_ = make.round(open=True)
    path = f"/rounds/{round_.slug}/comment"

    form = browser.get(path)
    trap = form.soup.find(attrs={"name": "leave_empty"})
    assert trap.find_parent("div", hidden=True) is not None
    checked = browser.post(path, body="Buy watches.", leave_empty="http://watches.example")
    browser.send(path, checked.hidden() | {"body": "Buy watches."})

    comment = session.scalars(select(Comment)).one()
    assert comment.state is State.HELD
    assert "Buy watches." not in browser.get(f"/rounds/{round_.slug}").html
