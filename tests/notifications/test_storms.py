"""Whatever a mail server does, nothing is lost, and what comes twice is the same message."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from time import monotonic, sleep

import pytest
from sqlalchemy import select, update

from feedback_app.core import clock
from feedback_app.notifications.models import OutboxMessage
from feedback_app.notifications.sending import Tally
from feedback_app.notifications.services import enqueue
from tests.cli.test_serve import ROOT
from tests.conftest import SECRET
from tests.parts.smtp import (
    ACCEPT,
    DROP,
    LATER,
    NEVER,
    NOT_TODAY,
    SLOW,
    TAKE_AND_DROP,
    TAKE_AND_LEAVE,
)

MISHAPS = (LATER, NEVER, DROP, SLOW, TAKE_AND_LEAVE, TAKE_AND_DROP, ACCEPT)
LETTERS = 25


def write(session, count=1) -> set[str]:
    """Letters to as many people; gives their Message-IDs."""
    letters = [
        enqueue(
            session,
            "reset_password",
            to=f"p{n}@example.org",
            locale="en",
            name="Rosa",
            path="/x",
        )
        for n in range(count)
    ]
    session.commit()
    return {f"<{letter.public_id}@feedback.example.org>" for letter in letters}


def test_in_a_storm_nothing_is_lost_and_only_what_was_cut_off_comes_twice(
    session, smtp, mailing, time
):
    chance = random.Random(date.today().toordinal())
    written = write(session, LETTERS)
    smtp.answers.extend([*MISHAPS, *chance.choices(MISHAPS, k=2 * LETTERS)])
    smtp.doors.extend(chance.choices(["", "", NOT_TODAY], k=LETTERS))
    smtp.slowness = 0.05

    for _ in range(12):
        if mailing() == Tally():
            break
        time.move(days=1, seconds=1)

    arrived = Counter(message.mail["Message-ID"] for message in smtp.messages)
    refused = {id_ for id_, answer in smtp.told if answer == NEVER}
    cut_off = {id_ for id_, answer in smtp.told if answer == TAKE_AND_DROP}
    assert set(arrived) | refused == written
    assert {id_ for id_, times in arrived.items() if times > 1} <= cut_off
    states = session.execute(select(OutboxMessage.sent_at, OutboxMessage.given_up_at)).all()
    assert all((sent is None) != (given_up is None) for sent, given_up in states)
    assert sum(given_up is not None for _, given_up in states) == len(refused)


@pytest.mark.one_engine
def test_a_deliverer_killed_in_the_middle_loses_nothing_and_repeats_one(
    session, smtp, mailing, database_url
):
    written = write(session, 3)
    smtp.answers.extend([ACCEPT, SLOW])
    smtp.slowness = 30

    deliverer = subprocess.Popen(
        [sys.executable, "-m", "feedback_app", "mail", "deliver"],
        cwd=ROOT,
        env=os.environ
        | {
            "FEEDBACK_DATABASE_URL": database_url,
            "FEEDBACK_SECRET_KEY": SECRET,
            "FEEDBACK_BASE_URL": "https://feedback.example.org",
            "FEEDBACK_MAIL_URL": smtp.url,
        },
    )
    patience = monotonic() + 120
    while len(smtp.told) < 2 and monotonic() < patience:
        sleep(0.05)
    deliverer.send_signal(signal.SIGKILL)
    deliverer.wait()
    in_flight = smtp.told[1][0]

    assert mailing().sent == 1  # the third; the second is still lent to the dead
    assert mailing() == Tally()
    session.execute(update(OutboxMessage).values(leased_until=clock.now() - timedelta(1)))
    session.commit()
    assert mailing().sent == 1

    arrived = Counter(message.mail["Message-ID"] for message in smtp.messages)
    assert set(arrived) == written
    assert [id_ for id_, times in arrived.items() if times > 1] == [in_flight]
