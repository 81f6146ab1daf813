"""Many at once: nothing is lost, nothing counts that came too late, nothing comes twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time as real_time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from feedback_app.comments.models import Comment, CommentVersion, Submission
from feedback_app.core import clock
from feedback_app.log.models import LogEntry
from feedback_app.policy import Actor
from feedback_app.rounds.closings import close_round, extend_round
from feedback_app.rounds.models import Participation, Round
from tests.browsing import Page
from tests.comments.acts import send

SOAK = os.environ.get("FEEDBACK_SOAK") == "1"
POSTERS = 50
SYSTEM = Actor(is_system=True)


@pytest.fixture
def round_(make, session):
    round_ = make.round(
        open=True, department_signed_at=None, closes_at=clock.now() + timedelta(days=3)
    )
    session.commit()
    return round_


def post(database, round_id, body):
    """Send one comment in a unit of its own; when that began and when it was acknowledged."""
    began = clock.now()
    with database.session(writing=True) as unit:
        send(unit, unit.get_one(Round, round_id), body)
        unit.commit()
    return began, clock.now()


def close(database, round_id):
    with database.session(writing=True) as unit:
        close_round(
            unit, unit.get_one(Round, round_id), actor=SYSTEM, reason="The hall burned."
        )
        unit.commit()
    return clock.now()


def test_fifty_posters_against_the_close(database, session, round_):
    """Whatever the order in which they come: on time is what was received by the closing."""
    start = threading.Barrier(POSTERS + 1)
    closed_at = []

    def poster(number):
        start.wait()
        real_time.sleep(0.002 * number)
        return post(database, round_.id, f"Comment number {number}.")

    def closer():
        start.wait()
        real_time.sleep(0.03)
        closed_at.append(close(database, round_.id))

    with ThreadPoolExecutor(POSTERS + 1) as pool:
        closing = pool.submit(closer)
        posted = list(pool.map(poster, range(POSTERS)))
        closing.result()
    after = post(database, round_.id, "After everything.")

    session.expire_all()
    comments = session.execute(
        select(
            Comment.public_id, Comment.submitted_at, Comment.is_late, CommentVersion.body
        ).join(CommentVersion)
    ).all()
    closes_at = round_.closes_at
    assert len(comments) == POSTERS + 1
    assert {one.body for one in comments} == {
        "After everything.",
        *(f"Comment number {number}." for number in range(POSTERS)),
    }
    assert [one for one in comments if one.is_late != (one.submitted_at > closes_at)] == []
    assert round_.comments_count == sum(not one.is_late for one in comments)
    assert late_by_the_log(session) == {one.public_id for one in comments if one.is_late}
    late = sum(one.is_late for one in comments)
    begun_after = sum(began > closed_at[0] for began, _ in [*posted, after])
    acknowledged_before = sum(done < closes_at for _, done in posted)
    assert begun_after <= late <= len(comments) - acknowledged_before


def late_by_the_log(session):
    """Whose comments were received after the closing: the log is written under one lock."""
    entries = session.execute(
        select(LogEntry.kind, LogEntry.subject).order_by(LogEntry.position)
    ).all()
    closed = [entry.kind for entry in entries].index("round.closed")
    return {entry.subject for entry in entries[closed:] if entry.kind == "comment.submitted"}


def test_a_closing_that_moves_later_meanwhile_loses_nobody(database, session, make, round_):
    host = make.actor(make.host())
    session.commit()

    def extend():
        with database.session(writing=True) as unit:
            found = unit.get_one(Round, round_.id)
            extend_round(
                unit,
                found,
                actor=host,
                closes_at=found.closes_at + timedelta(days=7),
                reason="The mail was late.",
            )
            unit.commit()

    with ThreadPoolExecutor(9) as pool:
        extended = pool.submit(extend)
        list(pool.map(lambda n: post(database, round_.id, f"Number {n}."), range(8)))
        extended.result()

    session.expire_all()
    assert round_.comments_count == 8
    assert session.scalar(select(func.count()).where(Comment.is_late)) == 0


def test_twenty_parallel_sends_of_one_form_are_one_comment_with_one_code(app, session, round_):
    path = f"/rounds/{round_.slug}/comment"
    first = app.test_client()
    form = Page(first.get(path)).hidden()
    form |= {"body": "Say the same in Spanish.", "step": "send"}
    cookie = first.get_cookie("session").value
    start = threading.Barrier(20)

    def send_once(_):
        client = app.test_client()
        client.set_cookie("session", cookie)
        start.wait()
        answer = client.post(path, data=form)
        sent = Page(client.get(answer.headers["Location"]))
        return answer.status_code, answer.headers["Location"], code_on(sent)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send_once, range(20)))

    session.expire_all()
    assert {status for status, _, _ in answers} == {303}
    assert len({address for _, address, _ in answers}) == 1
    assert len({code for _, _, code in answers}) == 1
    assert session.scalar(select(func.count()).select_from(Comment)) == 1
    assert session.scalar(select(func.count()).select_from(Submission)) == 1
    assert session.scalar(select(func.count()).select_from(Participation)) == 1
    assert round_.comments_count == 1


def code_on(page: Page) -> str:
    """The private code as the page shows it."""
    return page.soup.find(id="code").get_text(strip=True)


def test_parallel_comments_leave_a_log_without_gaps(database, session, round_):
    each = 50 if SOAK else 3

    def poster(number):
        for turn in range(each):
            post(database, round_.id, f"Number {turn} of {number}.")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(poster, range(8)))

    positions = list(session.scalars(select(LogEntry.position).order_by(LogEntry.position)))
    assert positions == list(range(positions[0], positions[0] + len(positions)))
    submitted = select(func.count()).where(LogEntry.kind == "comment.submitted")
    assert session.scalar(submitted) == 8 * each
    assert session.scalar(select(func.count()).select_from(CommentVersion)) == 8 * each


POSTER = """
import sys
import feedback_app.models
from feedback_app.core.database import Database
from tests.test_races import post
database = Database(sys.argv[1])
for number in range(10_000):
    body = f"{sys.argv[3]}/{number}"
    post(database, int(sys.argv[2]), body)
    print(body, flush=True)
"""


@pytest.mark.skipif(not SOAK, reason="long: FEEDBACK_SOAK=1 runs it")
def test_what_was_acknowledged_outlives_a_killed_server(
    database, database_url, session, round_
):
    """Eight posters, their whole process group killed at once, ten times."""
    acknowledged: list[str] = []
    for turn in range(10):
        posters = [
            subprocess.Popen(
                [sys.executable, "-c", POSTER, database_url, str(round_.id), f"{turn}/{n}"],
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            for n in range(8)
        ]
        acknowledged += [
            poster.stdout.readline().strip() for poster in posters if poster.stdout
        ]
        real_time.sleep(0.37 * turn)
        for poster in posters:
            os.killpg(poster.pid, signal.SIGKILL)
        for poster in posters:
            acknowledged += [line for line in poster.communicate()[0].splitlines() if line]

    session.expire_all()
    bodies = list(session.scalars(select(CommentVersion.body)))
    assert set(acknowledged) - set(bodies) == set()
    assert len(bodies) == len(set(bodies))
    waiting = select(func.count()).select_from(Comment).where(Comment.held_at.is_not(None))
    assert round_.comments_count + (session.scalar(waiting) or 0) == len(bodies)
    assert len(acknowledged) >= 80
