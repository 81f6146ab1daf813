"""Slips of paper about people: they lead to no sheet, and are counted when typing is over."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select

from feedback_app.core import clock
from feedback_app.core.errors import NotAllowed, NotFound
from feedback_app.log.models import LogEntry
from feedback_app.rounds.background import Given, count_due, type_background
from feedback_app.rounds.background_models import (
    BackgroundAnswer,
    BackgroundCount,
    BackgroundMark,
)
from feedback_app.rounds.meetings import MeetingPlan, helper_of, plan_meeting
from feedback_app.rounds.rules import AnsweringOver
from tests.rounds.planning import open_round
from tests.rounds.test_background import SPANISH, ask, one_engine, say


def slip(session, round_, actor, choice=1, asking=None):
    type_background(
        session,
        round_,
        actor=actor,
        asking=asking or secrets.token_hex(8),
        given=[Given(round_.background[0], [choice])],
    )


def test_slips_of_paper_are_kept_like_other_answers_and_counted_when_typing_is_over(
    session, make, database, time
):
    round_ = open_round(make)
    ask(make, round_)
    host = make.actor(make.host())
    meeting = plan_meeting(
        session,
        round_,
        actor=host,
        plan=MeetingPlan(held_on=time().date(), place="Hall", run_by="Ana"),
    )
    entries = session.scalar(select(func.count(LogEntry.id)))
    for _ in range(5):
        slip(session, round_, helper_of(meeting))
    for _ in range(6):
        say(session, round_, Given(round_.background[0], [2]))
    slip(session, round_, host, asking="the same")
    slip(session, round_, host, asking="the same")

    columns = {column.name for column in inspect(BackgroundAnswer).columns}
    assert columns == {"key", "question_id", "choice", "words"}
    assert session.scalar(select(func.count(LogEntry.id))) == entries
    time.now = round_.closes_at + timedelta(days=9)
    session.commit()
    assert count_due(database, at=clock.now()) == 0
    slip(session, round_, host)
    session.commit()
    time.now = round_.closes_at + timedelta(days=10, minutes=1)
    with pytest.raises(AnsweringOver):
        slip(session, round_, host)
    session.rollback()
    assert count_due(database, at=clock.now()) == 1
    session.expire_all()
    counted = session.get_one(BackgroundCount, round_.id)
    assert (counted.people, counted.on_paper) == (13, 7)


@one_engine
@pytest.mark.parametrize(("typed", "said", "told_of"), [(4, 6, None), (6, 4, None), (6, 0, 6)])
def test_how_many_came_on_paper_is_told_from_five_up_alone(
    session, make, database, time, typed, said, told_of
):
    round_ = open_round(make)
    ask(make, round_)
    for _ in range(typed):
        slip(session, round_, make.actor(make.host()))
    for _ in range(said):
        say(session, round_, Given(round_.background[0], [2]))
    time.now = round_.closes_at + timedelta(days=10, minutes=1)
    session.commit()
    count_due(database, at=clock.now())
    session.expire_all()

    assert session.get_one(BackgroundCount, round_.id).on_paper == told_of


@one_engine
def test_a_sheet_asks_apart_and_a_host_types_what_was_ticked(browser, session, make):
    round_ = open_round(make)
    ask(make, round_)
    for other in (make.moderator(), make.partner(), make.reviewer(), make.account()):
        with pytest.raises((NotFound, NotAllowed)):
            slip(session, round_, make.actor(other))
    browser.sign_in(make.host())
    here = f"/host/rounds/{round_.slug}/about-people/slips"

    sheets = browser.get(f"/es/host/rounds/{round_.slug}/kit/sheets")
    assert "No tiene que contestar" in sheets.text
    assert SPANISH[1][0] in sheets.text
    assert here in browser.get(f"/host/rounds/{round_.slug}/sheets").html
    assert browser.post(here).status_code == 422
    saved = browser.post(here, q_1="2", follow=True)
    assert "1 participant has answered so far" in saved.text
    assert session.scalars(select(BackgroundMark.on_paper)).all() == [True]
