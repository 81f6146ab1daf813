"""Mail that came back stops mail, for the one address alone that a mail of ours went to."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from feedback_app.notifications import bounces
from feedback_app.notifications.models import OutboxMessage, UndeliverableAddress
from feedback_app.notifications.services import enqueue
from feedback_app.rounds.models import Participation
from tests.parts.smtp import NEVER, NOBODY, NOT_TODAY

pytestmark = pytest.mark.one_engine

REPORT = """\
From: MAILER-DAEMON@mail.example.net
To: feedback@feedback.example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net

Final-Recipient: rfc822; {final}
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}@feedback.example.org>
To: {to}

--b--
"""


def report(message_id, *, to="rosa@example.org", final=None, action="failed", status="5.1.1"):
    return REPORT.format(
        message_id=message_id, to=to, final=final or to, action=action, status=status
    )


def write(session, to="rosa@example.org", template="invitation"):
    message = enqueue(session, template, to=to, locale="en", organization="A", path="/x")
    session.commit()
    return message.public_id


def stopped(session) -> int:
    return session.scalar(select(func.count(UndeliverableAddress.id)))


def take_in(run, tmp_path, *reports):
    paths = []
    for number, text in enumerate(reports):
        path = tmp_path / f"{number}.eml"
        path.write_text(text)
        paths.append(str(path))
    return run("mail", "bounced", *paths)


@pytest.mark.parametrize("stage", ["doors", "answers"])
def test_an_address_where_nobody_is_gets_no_second_mail(session, smtp, mailing, stage):
    write(session)
    write(session)
    getattr(smtp, stage).append(NOBODY)

    assert mailing().given_up == 2

    assert smtp.messages == []
    problems = set(session.scalars(select(OutboxMessage.problem)))
    assert bounces.SILENCED in problems
    assert not any("rosa" in problem for problem in problems)


@pytest.mark.parametrize(
    "answer", [NOT_TODAY, "550 5.7.1 We do not like your words", "552 5.2.2 The box is full"]
)
def test_a_server_that_refuses_for_another_reason_silences_nobody(
    session, smtp, mailing, answer
):
    write(session)
    smtp.doors.append(answer)

    mailing()

    assert stopped(session) == 0


def test_a_server_that_does_not_let_us_in_keeps_the_mail_waiting(session, smtp, mailing, time):
    """A wrong password is ours to mend: nothing may be lost over it."""
    write(session)
    smtp.door_is_shut = True

    assert mailing().waiting == 1
    smtp.door_is_shut = False
    time.move(minutes=2)

    assert mailing().sent == 1


def test_what_somebody_asks_for_now_is_tried_and_opening_it_ends_the_silence(
    session, make, browser, smtp, mailing
):
    bounces.stop_writing_to(session, "rosa@example.org")
    make.account(email="rosa@example.org")
    browser.post("/forgotten-password", email="Rosa@example.org")
    session.commit()

    assert mailing().sent == 1
    assert stopped(session) == 1
    session.commit()

    link = re.search(r"/new-password/\S+", smtp.messages[0].text())[0]
    browser.get(link)
    assert stopped(session) == 1  # scanners of mail open links, too
    browser.post(link, password="a new and long one", again="a new and long one")
    assert stopped(session) == 0


def test_a_report_stops_mail_to_the_address_that_the_mail_went_to(
    session, smtp, mailing, run, tmp_path
):
    first = write(session, to="Rosa@Example.org")
    mailing()

    result = take_in(run, tmp_path, report(first, final="someone.else@elsewhere.example"))
    session.commit()
    write(session)

    assert result.output == "1 addresses are no longer written to.\n"
    assert mailing().given_up == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"message_id": "a" * 26},
        {"to": "neighbor@example.org"},
        {"action": "delayed", "status": "4.4.1"},
        {"status": "5.2.2"},
    ],
)
def test_a_report_that_proves_nothing_silences_nobody(
    session, smtp, mailing, run, tmp_path, forged
):
    sent = write(session)
    mailing()

    result = take_in(run, tmp_path, report(**({"message_id": sent} | forged)))

    assert result.exit_code == 0
    assert stopped(session) == 0


@pytest.mark.parametrize("words", ["", "Hello, what is this?", "\0\xff" * 50])
def test_what_is_no_report_is_refused_in_one_line(run, tmp_path, words):
    result = take_in(run, tmp_path, words)

    assert result.exit_code == 1
    assert result.output == f"Error: {bounces.NotABounce.message}\n"


def test_marks_of_one_address_are_not_alike_and_go_after_thirty_days(
    session, smtp, mailing, time, database
):
    from feedback_app.housekeeping import tidy

    write(session)
    write(session)
    mailing()
    marks = set(session.scalars(select(OutboxMessage.recipient_mark)))
    session.commit()
    time.move(days=31)
    tidy(database)

    assert len(marks) == 2
    assert set(session.scalars(select(OutboxMessage.recipient_mark))) == {None}


def test_the_state_of_the_mail_is_told_in_numbers_without_addresses(
    session, smtp, mailing, run
):
    for name in ("rosa", "juan", "ana"):
        write(session, to=f"{name}@example.org")
    smtp.answers.extend([NEVER, NOT_TODAY])
    mailing()

    told = run("mail", "status").output

    assert re.search(r"^1 waiting, the oldest since \S+Z$", told, re.M)
    assert "1 of them tried before" in told
    assert "1 sent in the last 7 days" in told
    assert "1\tanswer: 550 5.1.1" in told
    assert "1 addresses are no longer written to" in told
    assert "@" not in told


def test_whoever_left_an_address_is_told_that_its_mail_comes_back_and_erases_it_at_once(
    browser, new_browser, make, session, smtp, mailing
):
    round_ = make.round(open=True)
    path = f"/rounds/{round_.slug}/sections/{round_.revision.sections[0].key}/comment"
    sent = browser.post(path, body="Ask the family first.", step="send")
    notice = sent.location.removesuffix("/sent") + "/notice"
    browser.post(notice, page=sent.location, action=notice, notice_address="no@example.org")
    mine = browser.get("/receipts/mine")
    assert "We have an address for news about your comments." in mine.text
    assert "no@example.org" not in mine.html
    session.commit()
    smtp.doors.append(NOBODY)
    mailing()

    mine = browser.get("/receipts/mine")
    assert "comes back, so we stopped sending" in mine.text
    erase = mine.hidden("/receipts/address")
    other = new_browser()
    other.sign_in(make.account())
    other.send("/receipts/address", erase | other.get("/account").hidden())
    assert session.scalars(select(Participation.notice_address)).all() == ["no@example.org"]
    done = browser.send("/receipts/address", erase, follow=True)

    assert "The address is erased." in done.text
    assert session.scalars(select(Participation.notice_address)).all() == [None]
    assert "News by e-mail" not in browser.get("/receipts/mine").text
