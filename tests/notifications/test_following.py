"""Whoever follows is told once, by one mail, and ends it with one click."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from feedback_app.accounts.models import Account
from feedback_app.accounts.news_mail import write_mails
from feedback_app.notifications.following_models import (
    Follower,
    FollowRequest,
    Frequency,
    Subscription,
    Telling,
)
from feedback_app.notifications.models import OutboxMessage
from feedback_app.rounds.news import tell_due

ADDRESS = "rosa@example.org"


@pytest.fixture
def tell(database, session, time):
    """What `jobs run` does about news; gives how many mails were written."""

    def told() -> int:
        session.commit()
        tell_due(database, at=time.now)
        written = write_mails(database)
        session.expire_all()
        return written

    return told


def count(session, table) -> int:
    return session.scalar(select(func.count()).select_from(table))


def ask(browser, path, **fields):
    fields = {"address": ADDRESS, "frequency": "at_once"} | fields
    return browser.post(path, **fields)


def link_in(mail, part="/follow/") -> str:
    found = re.search(rf"https://feedback.example.org(\S*{part}\S+)", mail.text())
    assert found, mail.text()
    return found[1]


def follow_by_address(browser, smtp, mailing, path, **fields):
    ask(browser, path, **fields)
    browser.session.commit()
    mailing()
    return browser.post(link_in(smtp.messages[-1], "/follow/confirm/"))


def follow_by_account(browser, account, path, frequency="at_once", **fields):
    browser.sign_in(account)
    return browser.post(path, frequency=frequency, **fields)


@pytest.mark.one_engine
def test_an_address_is_written_to_only_after_its_owner_said_yes(
    browser, session, make, smtp, mailing, tell, time
):
    round_ = make.round(open=True)
    tell()

    page = ask(browser, f"/rounds/{round_.slug}/follow")
    session.commit()
    mailing()
    link = link_in(smtp.messages[0], "/follow/confirm/")
    opened = browser.get(link)

    assert page.title == "Look into your mail"
    assert opened.status_code == 200
    assert count(session, Follower) == 0  # opening the link changes nothing
    assert browser.post(link).title == "You follow it now"
    assert browser.get(link).text.count("too old") == 1
    assert browser.send(link, opened.hidden()).status_code == 409
    assert count(session, FollowRequest) == 0
    token = link.rpartition("/")[2]
    assert token not in str(session.execute(select(Follower.public_id)).all())


@pytest.mark.one_engine
def test_a_wrong_address_stands_beside_its_field_and_what_was_typed_stays(browser, make):
    round_ = make.round(open=True)

    page = ask(browser, f"/rounds/{round_.slug}/follow", address="rosa at home")

    assert page.status_code == 422
    assert "does not look like" in page.error_of("address")
    assert page.typed("address") == "rosa at home"


@pytest.mark.one_engine
def test_nobody_can_fill_a_strangers_mailbox(browser, session, make):
    round_ = make.round(open=True)

    for _ in range(8):
        assert ask(browser, f"/rounds/{round_.slug}/follow").title == "Look into your mail"

    assert count(session, OutboxMessage) == 5


def test_news_comes_as_one_mail_newest_first_and_ends_with_one_click(
    browser, session, make, smtp, mailing, tell, time
):
    one = make.round(open=True)
    make.round(open=True, revision=one.revision)
    tell()
    time.move(minutes=1)
    course = f"/curricula/{one.revision.curriculum.slug}/follow"
    follow_by_address(browser, smtp, mailing, course)
    smtp.messages.clear()

    time.move(days=1, hours=1)

    assert tell() == 1
    assert tell() == 0
    mailing()
    mail = smtp.messages[0]
    assert mail.recipients == (ADDRESS,)
    assert mail.mail["Subject"] == "2 pieces of news"
    assert mail.text().count("has closed") == 2
    stop = (
        mail.mail["List-Unsubscribe"].strip("<>").removeprefix("https://feedback.example.org")
    )
    assert mail.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert browser.get(stop).status_code == 200
    assert count(session, Follower) == 1
    clicked = browser.send(stop, {"List-Unsubscribe": "One-Click"})
    assert clicked.status_code == 200
    assert [count(session, each) for each in (Follower, Subscription, Telling)] == [0, 0, 0]
    assert browser.send(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    time.move(days=90)
    assert tell() == 0


@pytest.mark.one_engine
def test_a_link_that_was_made_up_leads_nowhere(browser, make):
    assert browser.get("/follow/" + "a" * 58 + "/stop").status_code == 404
    assert browser.send("/follow/" + "a" * 58 + "/stop", {}).status_code == 404


def test_a_days_news_waits_for_seven_in_the_morning_and_says_what_is_true_then(
    browser, session, make, smtp, mailing, tell, time
):
    time.move(hours=6)  # 3 PM in Chicago
    round_ = make.round(open=True, closes_at=time.now.replace(day=28, hour=12))
    tell()
    time.move(minutes=1)
    account = make.account(email=ADDRESS)
    follow_by_account(browser, account, f"/rounds/{round_.slug}/follow", "daily")
    session.commit()

    time.move(days=2)  # three days are left; it is told tomorrow at seven
    assert tell() == 0
    time.move(days=2, hours=16)  # nobody was at work until after the closing
    assert tell() == 0
    time.move(days=1)
    assert tell() == 1
    assert tell() == 0

    mailing()
    text = smtp.messages[0].text()
    assert "has closed" in text
    assert "few days" not in text
    assert "last day" not in text


@pytest.mark.one_engine
def test_the_narrowest_choice_decides_and_no_mail_still_leaves_the_page(
    browser, session, make, tell, time
):
    round_ = make.round(open=True)
    account = make.account(email=ADDRESS)
    tell()
    time.move(minutes=1)
    follow_by_account(browser, account, f"/departments/{round_.department.slug}/follow")
    follow_by_account(browser, account, f"/rounds/{round_.slug}/follow", "never")

    time.move(days=2)

    assert tell() == 0
    browser.sign_in(account)  # two days are longer than a sign-in lasts
    notices = browser.get("/account/notices")
    assert "has closed" in notices.text
    assert "New:" in notices.text
    after = browser.post("/account/notices", follow=True)
    assert "New:" not in after.text
    assert "has closed" in after.text


@pytest.mark.one_engine
def test_a_page_of_notices_without_any_says_what_to_do_first(browser, make):
    browser.sign_in(make.account())

    assert "Follow a comment period" in browser.get("/account/notices").text
    assert "You follow nothing yet" in browser.get("/account/following").text


@pytest.mark.one_engine
def test_following_is_changed_in_the_account_and_by_the_link_of_a_mail(
    browser, session, make, smtp, mailing, tell, time
):
    round_ = make.round(open=True)
    account = make.account(email=ADDRESS)
    tell()
    time.move(minutes=1)
    follow_by_account(browser, account, f"/rounds/{round_.slug}/follow")
    subscription = session.scalars(select(Subscription)).one()

    page = browser.post(
        "/account/following", follow=True, **{subscription.public_id: "daily", "is_quiet": "y"}
    )

    assert page.status_code == 200
    assert session.scalars(select(Subscription.frequency)).one() is Frequency.DAILY
    browser.post("/account/following", **{subscription.public_id: "at_once", "is_quiet": "y"})
    time.move(days=2)
    tell()
    session.commit()
    mailing()
    assert smtp.messages[0].mail["Subject"] == "News for you"
    browser.sign_out()
    change = link_in(smtp.messages[0]).removesuffix("/stop")
    browser.post(change, **{subscription.public_id: "stop"})
    assert count(session, Subscription) == 0


@pytest.mark.one_engine
def test_news_is_told_in_the_readers_language(
    browser, session, make, smtp, mailing, tell, time
):
    round_ = make.round(open=True)
    tell()
    time.move(minutes=1)
    path = f"/es/rounds/{round_.slug}/follow"
    follow_by_address(browser, smtp, mailing, path)
    time.move(days=2)

    tell()
    mailing()

    assert "cerró" in smtp.messages[-1].text()
    assert "https://feedback.example.org/es/rounds/" in smtp.messages[-1].text()
    assert "Dígalo" in smtp.messages[-1].text()


@pytest.mark.one_engine
def test_an_address_of_an_account_follows_as_that_account(
    browser, session, make, smtp, mailing
):
    account = make.account(email=ADDRESS)
    round_ = make.round(open=True)

    follow_by_address(browser, smtp, mailing, f"/rounds/{round_.slug}/follow")

    follower = session.scalars(select(Follower)).one()
    assert (follower.account_id, follower.address) == (account.id, None)


@pytest.mark.one_engine
def test_an_address_from_which_mail_came_back_is_forgotten(
    browser, session, make, smtp, mailing, tell, time
):
    from feedback_app.notifications.bounces import stop_writing_to

    round_ = make.round(open=True)
    account = make.account(email="ana@example.org")
    tell()
    time.move(minutes=1)
    follow_by_address(browser, smtp, mailing, f"/rounds/{round_.slug}/follow")
    follow_by_account(browser, account, f"/rounds/{round_.slug}/follow")
    for address in (ADDRESS, account.email):
        stop_writing_to(session, address)
    time.move(days=2)

    assert tell() == 0

    assert [each.address for each in session.scalars(select(Follower))] == [None]
    browser.sign_in(account)  # two days are longer than a sign-in lasts
    assert "has closed" in browser.get("/account/notices").text
    assert "Mail to your address comes back" in browser.get("/account/following").text


@pytest.mark.one_engine
def test_an_account_that_is_not_confirmed_gets_no_mail(browser, session, make, tell, time):
    round_ = make.round(open=True)
    account = make.account(confirmed_at=None)
    tell()
    time.move(minutes=1)
    follow_by_account(browser, account, f"/rounds/{round_.slug}/follow")
    time.move(days=2)

    assert tell() == 0
    assert session.scalar(select(Account.confirmed_at).where(Account.id == account.id)) is None


@pytest.mark.one_engine
def test_many_followers_are_told_in_pieces_each_once(session, make, tell, time, monkeypatch):
    from feedback_app.accounts import news_mail
    from feedback_app.notifications import telling

    monkeypatch.setattr(telling, "PIECE", 7)
    monkeypatch.setattr(news_mail, "PIECE", 4)
    round_ = make.round(open=True)
    tell()
    time.move(minutes=1)
    for number in range(30):
        follower = Follower(address=f"p{number}@example.org")
        session.add(follower)
        session.flush()
        session.add_all(
            Subscription(
                follower_id=follower.id, kind=kind, subject=subject, frequency="at_once"
            )
            for kind, subject in (
                ("round", round_.public_id),
                ("department", round_.department.public_id),
            )
        )
    session.flush()
    time.move(days=2)

    assert tell() == 30
    assert tell() == 0
    assert len(set(session.scalars(select(OutboxMessage.recipient)))) == 30
