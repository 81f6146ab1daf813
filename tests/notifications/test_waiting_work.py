"""Whoever has a role hears what waits for it: once, in the morning, and never a second time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback_app.accounts.news_mail import write_mails
from feedback_app.comments.reminding import tell_what_waits
from feedback_app.notifications.following_models import Telling
from feedback_app.notifications.models import OutboxMessage
from feedback_app.organizations.models import Membership
from feedback_app.policy import Role
from feedback_app.rounds import services
from tests.comments.test_joint import begun, offered
from tests.rounds.planning import planned, questions
from tests.rounds.test_words import english_only, put


@pytest.fixture
def told(database, session, time):
    """What `jobs run` does, twice at once; who got a mail, and what it was about."""

    def tell() -> dict[str, list[str]]:
        known = set(session.scalars(select(OutboxMessage.id)))
        session.commit()
        for _worker in (1, 2):
            tell_what_waits(database, at=time.now)
            write_mails(database)
        session.expire_all()
        found = {
            mail.recipient: [item["kind"] for item in mail.values["items"]]
            for mail in session.scalars(select(OutboxMessage))
            if mail.id not in known
        }
        session.commit()
        return found

    return tell


def spoken_in_spanish(make, round_):
    return make.comment(round=round_, language="es", body="Llegan tarde.")


def test_translators_hear_once_a_morning_and_only_of_something_new(make, session, told, time):
    round_ = make.round(open=True, closes_at=time.now + timedelta(days=20))
    translator = make.member(Role.TRANSLATOR, make.host_organization())
    officer = make.member(Role.TRANSLATOR, make.host_organization())
    make._save(Membership(account=officer, organization=make.department(), role=Role.AUTHOR))
    make.host()
    make.comment(round=round_, language="en")
    assert told() == {}

    spoken_in_spanish(make, round_)
    assert told() == {translator.email: ["translations_wait"]}
    spoken_in_spanish(make, round_)
    assert told() == {}
    time.move(days=1)
    assert told() == {translator.email: ["translations_wait"]}
    time.move(days=1)
    assert told() == {}


@pytest.mark.one_engine
def test_where_nobody_translates_the_host_hears_of_it(make, told, time):
    round_ = make.round(open=True, closes_at=time.now + timedelta(days=20))
    host = make.host()
    spoken_in_spanish(make, round_)
    assert told() == {host.email: ["translations_wait"]}


def test_leads_hear_that_members_offered_until_the_response_is_sent(
    make, session, told, time, browser, smtp, mailing
):
    round_ = make.round(open=True, closes_at=time.now + timedelta(days=20))
    lead = make.partner()
    response = begun(session, make, round_, make.actor(lead))
    assert told() == {}
    offered(session, response)
    offered(session, response, "Slow down, too.")
    assert told() == {lead.email: ["offers_wait"]}
    session.commit()
    mailing()
    got = smtp.messages[-1]
    assert "Members have offered comments" in got.text()
    assert "a role in an organization on our site. Change how" in " ".join(got.text().split())
    assert "Ask the family first." not in got.text()
    assert got.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = got.mail["List-Unsubscribe"].strip("<>").removeprefix("https://feedback.example.org")
    browser.send(stop, {"List-Unsubscribe": "One-Click"})

    offered(session, response, "And in writing.")
    time.move(days=1)
    assert told() == {}
    assert len(session.scalars(select(Telling)).all()) == 2
    browser.sign_in(lead)
    assert "Members have offered comments" in browser.get("/account/notices").text
    page = browser.get("/account/following")
    browser.send("/account/following", page.hidden() | {"hears_of_work": "y"})
    offered(session, response, "And on Sundays.")
    time.move(days=1)
    assert told() == {lead.email: ["offers_wait"]}


def test_translators_hear_how_much_waits_in_comments_and_in_the_pages_of_plans(
    make, session, told, time, smtp, mailing, browser
):
    translator = make.member(Role.TRANSLATOR, make.host_organization(), locale="es")
    host = make.host()
    plan = planned(
        make,
        host=host,
        opens_at=time.now + timedelta(days=20),
        questions=[english_only(n) for n in (1, 2)] + questions(1),
    )
    assert told() == {}  # its host may be writing the other language just now
    open_ = make.round(open=True, closes_at=time.now + timedelta(days=20))
    for _number in range(3):
        spoken_in_spanish(make, open_)
    time.move(days=1)

    assert told() == {translator.email: ["words_wait", "translations_wait"]}
    session.commit()
    mailing()
    text = " ".join(smtp.messages[-1].text().split())
    assert "4 textos de su página" in text
    assert "3 comentarios en" in text
    browser.sign_in(translator)
    queue = browser.get("/host/translations").text
    assert "4 texts of pages wait. 3 comments wait." in queue

    put(session, plan, translator, make, {"prompt_1": "¿Qué sirvió?"})
    time.move(days=1)
    assert told() == {}  # less than before is nothing new
    services.write_questions(
        session,
        plan,
        actor=make.actor(host),
        version=plan.version,
        questions=[english_only(n) for n in (2, 3, 4)],
    )
    time.move(days=1)
    assert told() == {translator.email: ["words_wait"]}
