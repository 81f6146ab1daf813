"""Mail leaves once, waits when it must, and is given up visibly."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.notifications.models import OutboxMessage
from feedback_app.notifications.sending import BACKOFF, Tally
from feedback_app.notifications.services import enqueue
from tests.parts.smtp import DROP, HANG, LATER, NEVER, TAKE_AND_LEAVE


def one(session) -> OutboxMessage:
    session.commit()
    session.expire_all()
    message = session.scalars(select(OutboxMessage)).one()
    session.commit()  # the writer queue is free again for whoever sends
    return message


def write(session, **values):
    values = {"to": "rosa@example.org", "locale": "en", "name": "Rosa", "path": "/x"} | values
    enqueue(session, "reset_password", **values)
    session.commit()


def test_a_message_is_sent_once_in_both_forms_and_then_forgets_its_address(
    session, smtp, mailing
):
    write(session)

    assert mailing().sent == 1
    assert mailing().sent == 0

    received = smtp.messages[0]
    assert received.recipients == ("rosa@example.org",)
    assert "https://feedback.example.org/x" in received.text()
    assert "https://feedback.example.org/x" in received.text("html")
    message = one(session)
    assert message.sent_at is not None
    assert message.recipient is None
    assert message.values == {}


def test_a_server_that_asks_for_patience_gets_the_same_message_later(
    session, smtp, mailing, time
):
    write(session)
    smtp.answers.append(LATER)

    assert mailing().waiting == 1
    assert mailing().waiting == 0
    time.move(minutes=2)

    assert mailing().sent == 1
    assert len(smtp.messages) == 1


def test_a_dropped_connection_repeats_with_the_same_message_id(session, smtp, mailing, time):
    write(session)
    expected = one(session).public_id
    smtp.answers.append(DROP)

    assert mailing().waiting == 1
    time.move(minutes=2)
    assert mailing().sent == 1

    assert {m.mail["Message-ID"] for m in smtp.messages} == {
        f"<{expected}@feedback.example.org>"
    }


@pytest.mark.one_engine
def test_a_server_that_takes_a_message_and_hangs_up_gets_it_once(session, smtp, mailing, time):
    write(session)
    smtp.answers.append(TAKE_AND_LEAVE)

    assert mailing().sent == 1
    time.move(days=1)

    assert mailing() == Tally()
    assert len(smtp.messages) == 1


@pytest.mark.one_engine
def test_a_server_that_says_nothing_is_not_waited_for(session, smtp, mailing, time):
    write(session)
    smtp.answers.append(HANG)

    assert mailing().waiting == 1
    time.move(minutes=2)

    assert mailing().sent == 1


@pytest.mark.one_engine
def test_a_message_that_cannot_be_made_stops_no_other(session, smtp, mailing, caplog):
    enqueue(session, "no_such_letter", to="rosa@example.org", locale="en")
    write(session)

    tally = mailing()

    assert (tally.sent, tally.waiting) == (1, 1)
    assert "rosa@example.org" not in caplog.text


def test_a_refused_message_is_given_up_and_says_why(session, smtp, mailing):
    write(session)
    smtp.answers.append(NEVER)

    assert mailing().given_up == 1

    message = one(session)
    assert message.given_up_at is not None
    assert message.problem
    assert message.recipient is None


def test_a_server_that_is_down_for_days_is_given_up_at_last(session, smtp, mailing, time):
    write(session)
    smtp.stop()

    for _ in BACKOFF:
        assert mailing().waiting == 1
        time.move(days=1, seconds=1)
    assert mailing().given_up == 1


def test_a_mail_speaks_the_language_of_its_reader(session, smtp, mailing):
    write(session, locale="es")

    mailing()

    assert "https://feedback.example.org/es/x" in smtp.messages[0].text()


def test_an_act_that_repeats_writes_one_message(session):
    for _ in range(2):
        enqueue(session, "reset_password", to="a@example.org", locale="en", once_key="same")

    assert one(session).once_key == "same"
