"""Keeping a code and one's words, putting them under an account and off it, leaving fast."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.accounts import passwords
from feedback_app.comments import attaching, codes, queries
from feedback_app.comments.attaching import AnotherAccounts, TakesPartAlready
from feedback_app.comments.holders import Holder
from feedback_app.comments.rules import SpeaksForOthers
from feedback_app.rounds.models import Participation
from tests.comments.acts import KEY, send


def hash_of(taken):
    return codes.code_hash(KEY, taken.code)


def test_what_was_written_by_code_can_be_put_under_an_account_and_off_it_again(session, make):
    round_, actor = make.round(open=True), make.actor(make.account())
    taken = send(session, round_, "By code.")
    code_hash = hash_of(taken)

    attaching.attach(session, actor=actor, code_hash=code_hash)
    own = queries.own_comments(session, Holder(account_id=actor.account_id))
    assert [comment.current.body for comment in own] == ["By code."]
    assert attaching.is_attached(session, code_hash)
    needed = attaching.detach(
        session, actor=actor, round_id=round_.public_id, code_hash="0" * 64
    )

    assert not needed
    assert queries.own_comments(session, Holder(account_id=actor.account_id)) == []
    assert len(queries.own_comments(session, Holder(code_hash=code_hash))) == 1


@pytest.mark.one_engine
def test_what_an_account_wrote_can_be_left_to_a_new_code_alone(session, make):
    round_, actor = make.round(open=True), make.actor(make.account())
    send(session, round_, "Signed in.", actor=actor, holder=Holder(account_id=actor.account_id))

    needed = attaching.detach(
        session, actor=actor, round_id=round_.public_id, code_hash="a" * 64
    )

    assert needed
    part = session.scalars(select(Participation)).one()
    assert (part.account_id, part.code_hash) == (None, "a" * 64)


@pytest.mark.one_engine
def test_a_code_goes_to_one_account_that_takes_no_part_yet_and_speaks_for_nobody(session, make):
    round_ = make.round(open=True)
    first, second = make.actor(make.account()), make.actor(make.account())
    taken = send(session, round_, "By code.")
    attaching.attach(session, actor=first, code_hash=hash_of(taken))

    with pytest.raises(AnotherAccounts):
        attaching.attach(session, actor=second, code_hash=hash_of(taken))
    with pytest.raises(TakesPartAlready):
        attaching.attach(
            session, actor=first, code_hash=hash_of(send(session, round_, "Again."))
        )
    with pytest.raises(SpeaksForOthers):
        attaching.attach(
            session,
            actor=make.actor(make.moderator()),
            code_hash=hash_of(send(session, round_, "More.")),
        )


@pytest.fixture
def written(browser, make):
    """A comment that this browser sent, and its code."""
    round_ = make.round(open=True)
    path = f"/rounds/{round_.slug}/sections/{round_.revision.sections[0].key}/comment"
    sent = browser.post(path, body="Ask the family first.", step="send", follow=True)
    return sent.soup.find(id="code").get_text()


@pytest.mark.one_engine
def test_a_code_can_be_saved_shown_as_a_picture_and_never_stands_in_an_address(
    browser, written
):
    page = browser.get("/receipts/keep")
    saved = browser.get("/receipts/code.txt")
    copy = browser.get("/receipts/copy.txt")

    assert page.soup.find("img")["src"].startswith("data:image/svg")
    assert all(written not in link["href"] for link in page.soup.find_all("a", href=True))
    assert written in saved.html
    assert saved.headers["Content-Disposition"] == 'attachment; filename="code.txt"'
    assert "Ask the family first." in copy.html
    assert written not in copy.html
    assert copy.headers["Cache-Control"] == "no-store"


@pytest.mark.one_engine
def test_pages_of_the_code_are_empty_for_whoever_did_not_give_it(browser, make):
    for path in ("/receipts/keep", "/receipts/code.txt", "/receipts/copy.txt"):
        assert browser.get(path).location == "/receipts", path
    assert "nobody can find it again" in browser.get("/receipts/lost").text


@pytest.mark.one_engine
def test_a_resident_puts_a_code_under_the_account_and_takes_it_off_on_the_page(
    browser, written, make
):
    browser.sign_in(make.account())

    page = browser.post("/receipts/attach", page="/receipts/keep", follow=True)
    assert "is under your account now" in page.text
    assert page.soup.find("form", action="/receipts/attach") is None
    page = browser.post("/receipts/detach", page="/receipts/keep", follow=True)
    assert "Your code still holds it." in page.text


@pytest.mark.one_engine
def test_signing_in_and_typing_the_code_is_all_it_takes_and_a_wrong_word_is_given_back(
    browser, new_browser, written, make
):
    account = make.account(password_hash=passwords.hash_password("a long word for me"))
    section = browser.get("/receipts/keep").soup.find(attrs={"aria-labelledby": "account"})
    leads_to = section.find("a")["href"]

    there = browser.post(leads_to, email=account.email, password="a long word for me")
    assert there.location == "/receipts/attach"
    wrong = browser.post("/receipts/attach", code=f"{written}x")
    assert wrong.status_code == 422
    assert (
        wrong.error_of("code")
        == "We do not know this code. Check each word; all eight are needed."
    )
    assert wrong.typed("code") == f"{written}x"
    done = browser.send(
        "/receipts/attach", wrong.hidden() | {"code": written.upper()}, follow=True
    )

    assert "is under your account now" in done.text
    assert "Ask the family first." in done.text
    elsewhere = new_browser()
    elsewhere.sign_in(account)
    assert "Ask the family first." in elsewhere.get("/receipts/mine").text
    other = new_browser()
    other.sign_in(make.account())
    taken = other.post("/receipts/attach", code=written)
    assert (taken.status_code, taken.typed("code")) == (409, written)
    assert "belongs to another account" in taken.text
    assert new_browser().get("/receipts/attach").location.startswith("/sign-in?next=")


@pytest.mark.one_engine
def test_leaving_fast_forgets_the_code_and_the_sign_in_on_the_way(browser, written, make):
    browser.sign_in(make.account())
    assert "/leave" in browser.get("/receipts/mine").html

    answer = browser.get("/leave")

    assert answer.location == "https://www.weather.gov/"
    assert browser.get("/receipts/keep").location == "/receipts"
    assert browser.get("/account").status_code == 302
