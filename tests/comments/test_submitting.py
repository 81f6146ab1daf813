"""Saying something: on time, once, about the right words."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from feedback_app.comments import codes
from feedback_app.comments.holders import NOBODY, Holder
from feedback_app.comments.models import Comment, Point, Submission
from feedback_app.comments.rules import (
    AccountNeeded,
    ClosedMeanwhile,
    NotOpenYet,
    PeriodOver,
    SpeaksForOthers,
    WordsMoved,
)
from feedback_app.comments.submissions import FormSentBefore
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.log.queries import about
from feedback_app.log.services import commitment
from feedback_app.notifications.models import OutboxMessage
from feedback_app.rounds.models import Holding, Participation, Round, Showing, WhoMayComment
from tests.comments.acts import KEY, holder_of, send, sent


def test_a_visitor_gets_a_private_code_and_only_its_hash_is_kept(session, make):
    round_ = make.round(open=True)

    taken = send(session, round_)

    part = taken.comment.participation
    assert len(taken.code.split("-")) == 8
    assert part.code_hash == codes.code_hash(KEY, taken.code)
    assert taken.code not in str(session.execute(select(Participation)).all())


def test_a_comment_has_one_point_and_one_log_entry_without_its_words(session, make):
    taken = send(session, make.round(open=True), "Speak slowly, please.")

    (entry,) = about(session, taken.comment.public_id)
    assert entry.kind == "comment.submitted"
    assert "slowly" not in entry.leaf
    assert session.scalar(select(func.count()).select_from(Point)) == 1


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "values",
    [
        {"showing": Showing.AFTER_CLOSING},
        {"showing": Showing.AFTER_OWN},
        {"participation": WhoMayComment.INVITED},
        {"holding": Holding.ALL},
    ],
    ids=str,
)
def test_the_log_seals_the_section_of_what_nobody_outside_reads_yet(session, make, values):
    round_ = make.round(open=True, **values)
    key = round_.revision.sections[1].key
    holder = NOBODY
    if "participation" in values:
        holder = Holder(code_hash=make.participation(round_, code_hash="c" * 64).code_hash)
    taken = send(session, round_, holder=holder, section_key=key)

    entry = session.scalars(select(LogEntry).where(LogEntry.kind == "comment.submitted")).one()

    leaf = json.loads(entry.leaf)
    assert key not in entry.leaf
    salt = taken.comment.current.salt
    assert leaf["commitments"]["section_key"] == commitment(salt, key)
    shown = make.round(open=True, revision=round_.revision)
    send(session, shown, section_key=key)
    last = session.scalars(select(LogEntry.leaf).order_by(LogEntry.position.desc())).first()
    assert json.loads(last)["facts"]["section_key"] == key


def test_the_same_form_sent_twice_is_one_comment_with_one_code(session, make):
    round_, form = make.round(open=True), sent()

    first = send(session, round_, sent=form)
    again = send(session, round_, sent=form)

    assert again.comment is first.comment
    assert again.code == first.code
    assert again.is_repeated
    assert session.scalar(select(Round.comments_count).where(Round.id == round_.id)) == 1


def test_the_same_form_with_other_words_is_refused(session, make):
    round_ = make.round(open=True)
    send(session, round_, "One thing.", sent=sent("One thing.", submission_id="a" * 32))

    with pytest.raises(FormSentBefore):
        send(session, round_, "Another.", sent=sent("Another.", submission_id="a" * 32))


def test_a_second_comment_with_the_code_needs_no_new_code(session, make):
    round_ = make.round(open=True)
    first = send(session, round_)

    second = send(session, round_, "And one more.", holder=holder_of(first))

    assert second.code is None
    assert second.comment.participation_id == first.comment.participation_id


def test_text_that_comes_after_closing_is_kept_as_late_and_not_counted(session, make, time):
    round_ = make.round(open=True)
    time.move(days=2)

    taken = send(session, round_)

    assert taken.comment.is_late
    assert session.scalar(select(Round.comments_count).where(Round.id == round_.id)) == 0


def test_a_form_opened_before_closing_has_thirty_minutes_more(session, make, time):
    round_ = make.round(open=True)
    opened = clock.now()
    time.now = round_.closes_at + timedelta(minutes=29)
    in_time = send(session, round_, sent=sent(started_at=opened))
    time.move(minutes=2)
    too_late = send(session, round_, sent=sent(started_at=opened))

    assert not in_time.comment.is_late
    assert too_late.comment.is_late


def test_a_writer_who_was_not_told_is_told_before_the_text_is_kept_as_late(session, make, time):
    round_ = make.round(open=True)
    time.move(days=2)

    with pytest.raises(ClosedMeanwhile):
        send(session, round_, accepts_late=False)


def test_nothing_is_taken_before_opening_or_after_the_report(session, make):
    planned = make.round(open=True, opens_at=clock.now() + timedelta(hours=1))
    answered = make.round(report_published_at=clock.now())

    with pytest.raises(NotOpenYet):
        send(session, planned)
    with pytest.raises(PeriodOver):
        send(session, answered)


def test_a_round_for_accounts_refuses_a_visitor(session, make):
    round_ = make.round(open=True, participation=WhoMayComment.ACCOUNT)

    with pytest.raises(AccountNeeded):
        send(session, round_)


def test_the_department_cannot_comment_on_its_own_course(session, make):
    round_ = make.round(open=True)

    with pytest.raises(SpeaksForOthers):
        send(session, round_, actor=make.actor(make.author()))


def test_the_server_cuts_the_quote_itself(session, make):
    round_ = make.round(open=True)
    section = round_.revision.sections[0]
    start = section.text.index("They speak")

    taken = send(session, round_, section_key=section.key, span=(start, start + 17))

    assert taken.comment.anchor.exact == "They speak slowly"
    assert taken.comment.anchor.suffix.startswith(".")


def test_a_quote_that_is_not_in_the_text_is_refused(session, make):
    round_ = make.round(open=True)
    key = round_.revision.sections[0].key

    with pytest.raises(WordsMoved):
        send(session, round_, section_key=key, span=(0, 4), exact="Else")
    with pytest.raises(WordsMoved):
        send(session, round_, section_key=key, span=(0, 99_999))
    with pytest.raises(NotFound):
        send(session, round_, section_key="a" * 8)


def test_a_notice_address_gets_the_code_by_mail(session, make):
    taken = send(session, make.round(open=True), notice_address="me@example.org")

    message = session.scalars(select(OutboxMessage)).one()
    assert message.recipient == "me@example.org"
    assert message.values["code"] == taken.code


def test_twenty_parallel_sends_of_one_form_are_one_comment_with_one_code(
    database, session, make
):
    round_, form = make.round(open=True), sent()
    session.commit()
    codes_seen, errors = [], []

    def post() -> None:
        try:
            with database.unit_of_work(writing=True) as unit:
                codes_seen.append(send(unit, unit.get_one(Round, round_.id), sent=form).code)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(codes_seen) == 20
    assert len(set(codes_seen)) == 1
    assert session.scalar(select(func.count()).select_from(Comment)) == 1
    assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_fifty_posters_against_the_close_lose_nothing_and_none_is_on_time_after_it(
    database, session, make
):
    round_ = make.round(open=True)
    session.commit()
    closed_at, errors, start = [], [], threading.Barrier(51)

    def post(number: int) -> None:
        start.wait()
        try:
            with database.unit_of_work(writing=True) as unit:
                send(unit, unit.get_one(Round, round_.id), f"Comment {number}.")
        except Exception as error:
            errors.append(error)

    def close() -> None:
        start.wait()
        with database.unit_of_work(writing=True) as unit:
            locked = unit.scalars(
                select(Round).where(Round.id == round_.id).with_for_update()
            ).one()
            locked.closes_at = clock.now()
            closed_at.append(locked.closes_at)

    threads = [threading.Thread(target=post, args=(n,)) for n in range(50)]
    threads.append(threading.Thread(target=close))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    session.expire_all()
    on_time = session.scalars(select(Comment).where(Comment.is_late.is_(False))).all()
    late = session.scalars(select(Comment).where(Comment.is_late)).all()
    assert errors == []
    assert len(on_time) + len(late) == 50
    assert all(comment.submitted_at <= closed_at[0] for comment in on_time)
    assert all(comment.submitted_at > closed_at[0] for comment in late)
    assert session.get_one(Round, round_.id).comments_count == len(on_time)


def test_posting_asks_the_database_no_more_than_its_rules_need(browser, make, statements):
    """What is asked here is asked of everybody who posts, under the round's lock."""
    round_ = make.round(open=True)
    path = f"/rounds/{round_.slug}/sections/{round_.revision.sections[0].key}/comment"

    def post(word: str) -> int:
        """Words enough to be known again, should many people send the same letter."""
        body = " ".join(f"{word}{number}" for number in range(40))
        fields = browser.get(path).hidden() | {"body": body, "step": "send"}
        statements.clear()
        assert browser.send(path, fields).status_code == 303
        return len(statements)

    by_nobody, by_code = post("nurse"), post("family")
    browser.sign_out()
    browser.sign_in(make.account())
    joins, by_account = post("minute"), post("door")

    assert (by_nobody, by_code, joins, by_account) == (15, 15, 17, 16)
