"""Signing in and out, registering, and getting back in."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from feedback_app.accounts.models import Account, SignedIn
from feedback_app.notifications.models import OutboxMessage
from tests.factories import PASSWORD


def test_the_right_password_signs_in_and_leads_where_one_wanted_to_go(browser, make):
    account = make.account()

    page = browser.post("/sign-in?next=/account", email=account.email, password=PASSWORD)

    assert page.status_code == 303
    assert page.location == "/account"
    assert account.email in browser.get("/account").text


@pytest.mark.one_engine
def test_who_is_asked_to_sign_in_comes_back_in_the_same_language(browser, make):
    account = make.account()
    asked = browser.get("/es/account?a=b").location

    page = browser.post(asked, email=account.email, password=PASSWORD)

    assert asked.startswith("/es/sign-in?next=/es/account")
    assert page.location == "/es/account?a=b"


def test_unknown_address_and_wrong_password_look_the_same(browser, make):
    account = make.account()

    wrong = browser.post("/sign-in", email=account.email, password="not this one at all")
    unknown = browser.post(
        "/sign-in", email="nobody@example.org", password="not this one at all"
    )

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text == unknown.text
    assert wrong.typed("email") == account.email


def test_another_site_is_no_place_to_be_led_to(browser, make):
    account = make.account()
    for target in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/no-such-page",
    ):
        page = browser.post(f"/sign-in?next={target}", email=account.email, password=PASSWORD)
        assert page.location == "/", target
        browser.sign_out()


def test_signing_out_ends_the_session_on_the_server_too(browser, make, session):
    browser.sign_in(make.account())
    with browser.client.session_transaction() as cookie:
        stolen = dict(cookie)

    assert browser.post("/sign-out").status_code == 303
    with browser.client.session_transaction() as cookie:
        cookie.update(stolen)

    assert browser.get("/account").status_code == 302
    assert session.scalars(select(SignedIn)).one().revoked_at is not None


def test_a_session_ends_after_fourteen_days(browser, make, time):
    browser.sign_in(make.account())
    assert browser.get("/account").status_code == 200

    time.move(days=14, seconds=1)

    assert browser.get("/account").status_code == 302


def test_a_mailed_link_confirms_a_new_account_and_opening_it_changes_nothing(browser, session):
    browser.post(
        "/register", name="Rosa", email="rosa@example.org", password="a long enough sentence"
    )
    path = session.scalars(select(OutboxMessage)).one().values["path"]

    browser.get(path)
    assert session.scalars(select(Account)).one().confirmed_at is None

    assert browser.post(path).status_code == 303
    assert session.scalars(select(Account)).one().confirmed_at is not None
    assert browser.send(path, browser.get(path).hidden()).status_code == 409


def test_registering_a_known_address_tells_only_its_owner(browser, make, session):
    account = make.account()

    page = browser.post(
        "/register", name="Somebody", email=account.email, password="a long enough sentence"
    )

    assert page.status_code == 200
    assert page.title == "Look into your mail"
    assert session.scalars(select(OutboxMessage)).one().template == "account_exists"
    assert len(session.scalars(select(Account)).all()) == 1


def test_a_short_password_is_refused_beside_its_field(browser):
    page = browser.post("/register", name="Rosa", email="rosa@example.org", password="short")

    assert page.status_code == 422
    assert "12 characters" in page.error_of("password")
    assert page.typed("name") == "Rosa"


def test_a_forgotten_password_is_set_anew_once_and_signs_out_everywhere(
    browser, new_browser, make, session
):
    account = make.account()
    elsewhere = new_browser()
    elsewhere.sign_in(account)
    browser.post("/forgotten-password", email=account.email)
    path = session.scalars(select(OutboxMessage)).one().values["path"]

    new = "an entirely new sentence"
    assert browser.post(path, password=new, again=new).status_code == 303

    assert elsewhere.get("/account").status_code == 302
    assert browser.post("/sign-in", email=account.email, password=new).status_code == 303
    assert (
        browser.send(
            path, browser.get(path).hidden() | {"password": new, "again": new}
        ).status_code
        == 409
    )


def test_the_token_in_the_database_is_only_a_hash(browser, make, session):
    account = make.account()
    browser.post("/forgotten-password", email=account.email)
    message = session.scalars(select(OutboxMessage)).one()
    token = message.values["path"].rpartition("/")[2]

    assert len(token) >= 22
    assert re.fullmatch(
        r"[0-9a-f]{64}", session.execute(select(SignedIn.token_hash)).scalar() or "0" * 64
    )


def test_changing_the_password_asks_for_the_old_one(browser, make):
    browser.sign_in(make.account())
    new = "an entirely new sentence"

    page = browser.post("/account/password", current="wrong", password=new, again=new)

    assert page.status_code == 422
    assert page.error_of("current") == "This is not your password until now."
    ok = browser.post("/account/password", current=PASSWORD, password=new, again=new)
    assert ok.status_code == 303
    assert browser.get("/account").status_code == 200


def test_an_expired_page_comes_back_with_what_was_typed(browser):
    page = browser.send("/register", {"name": "Rosa", "email": "rosa@example.org"})

    assert page.status_code == 422
    assert "This page had expired" in page.text
    assert page.typed("name") == "Rosa"
