"""Who has how much, and everything that was asked of the authors, on one page each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feedback_app.core import clock
from feedback_app.triage.sharing import Asked, loads_of, questions_counted
from feedback_app.triage.work_models import Assignment, InputRequest


@pytest.fixture
def moderator(make):
    return make.moderator(name="R. Alder")


def hold(session, point, who, due_on=None):
    session.add(
        Assignment(
            point_id=point.id, assigned_to_id=who.id, assigned_by_id=who.id, due_on=due_on
        )
    )
    session.flush()


def test_each_has_their_open_overdue_and_next_ones_and_the_rest_is_nobodys(
    session, make, moderator
):
    round_, today = make.round(), clock.now().date()
    days = [today - timedelta(days=3), today + timedelta(days=5), today + timedelta(days=9)]
    for day in days:
        hold(session, make.point(round=round_), moderator, day)
    answered = make.point(round=round_)
    hold(session, answered, moderator)
    make.disposition(point=answered)
    gone = make.account(name="Left")
    hold(session, make.point(round=round_), gone)
    make.point(round=round_)
    idle = make.moderator(name="T. Birch")
    make.point()

    loads = {one.name: one for one in loads_of(session, make.department(), "en")}

    mine = loads["R. Alder"]
    assert (mine.open, mine.overdue, mine.next_due_on) == (3, 1, days[1])
    assert [(part.slug, part.open) for part in mine.parts] == [(round_.slug, 3)]
    assert (loads[idle.name].open, loads[idle.name].is_moderator) == (0, True)
    assert (loads["Left"].open, loads["Left"].is_moderator) == (1, False)
    assert loads[""].open == 2


@pytest.mark.one_engine
def test_all_of_a_colleague_who_left_is_given_to_another(browser, session, make, moderator):
    gone = make.account(name="P. Elm")
    point = make.point()
    hold(session, point, gone)
    browser.sign_in(moderator)

    page = browser.get(f"/departments/{make.department().slug}/load")
    link = next(a for a in page.soup.select("main a") if "Give them all" in a.get_text())
    chosen = browser.get(link["href"])

    assert chosen.soup.select_one("#f-takes_others").has_attr("checked")
    sent = {"person": moderator.public_id, "takes_others": "y", "due_on": ""}
    preview = browser.send(link["href"], chosen.hidden() | sent, follow=True)
    assert "1 comment or ask would be changed." in preview.text
    browser.send(preview.form()["action"], preview.hidden())
    assert session.get(Assignment, 1).assigned_to_id == moderator.id


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("who", "load", "questions"),
    [
        ("moderator", 200, 200),
        ("manager", 200, 404),
        ("author", 404, 200),
        ("reviewer", 404, 404),
        ("host", 404, 404),
    ],
)
def test_only_those_whom_it_concerns_see_it(browser, make, who, load, questions):
    browser.sign_in(getattr(make, who)())
    slug = make.department().slug

    assert browser.get(f"/departments/{slug}/load").status_code == load
    assert browser.get(f"/departments/{slug}/questions").status_code == questions


def test_questions_stand_by_age_and_move_on_with_their_answers(
    browser, session, make, moderator
):
    points = [make.point(body=f"Comment {n}.") for n in range(4)]
    now = clock.now()
    for number, point in enumerate(points):
        session.add(
            InputRequest(
                point_id=point.id,
                question=f"Question {number}?",
                asked_by_id=moderator.id,
                asked_at=now - timedelta(days=number),
                reply="Yes." if number == 3 else "",
                ended_at=now if number == 3 else None,
            )
        )
    points[1].comment.withdrawn_at = now
    session.flush()
    assert questions_counted(session, make.department().id) == {
        Asked.OPEN: 2,
        Asked.ANSWERED: 1,
        Asked.TAKEN_BACK: 0,
    }
    browser.sign_in(make.author())
    address = f"/departments/{make.department().slug}/questions"

    asked = [li.get_text(" ") for li in browser.get(address).soup.select("main ol > li")]
    answered = browser.get(f"{address}?state=answered")

    assert ["Question 2?" in asked[0], "Question 0?" in asked[1]] == [True, True]
    assert len(asked) == 2
    assert "Yes." in answered.text
    assert "Questions to the authors 2 wait" in browser.get("/triage/").text
