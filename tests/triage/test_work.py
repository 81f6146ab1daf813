"""Who has a comment, what authors are asked about it, and notes of the department."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback_app.core import clock
from feedback_app.triage.board_models import BoardRow
from feedback_app.triage.work_models import Assignment, InputRequest, InternalNote


@pytest.fixture
def moderator(make):
    return make.moderator(name="R. Alder")


@pytest.fixture
def point(make):
    return make.point(body="Ask the family first.")


def path(point, act=""):
    return f"/triage/points/{point.public_id}{act}"


def work_of(session, point):
    session.expire_all()
    return session.get(BoardRow, point.id).work.value


def test_a_moderator_gives_a_comment_to_a_colleague_until_a_day(
    browser, session, make, moderator, point
):
    other = make.moderator(name="T. Birch")
    day = clock.now().date() + timedelta(days=3)
    browser.sign_in(moderator)
    shown = browser.get(path(point, "/assign"))

    page = browser.send(
        path(point, "/assign"),
        shown.hidden() | {"person": other.public_id, "due_on": day.isoformat()},
        follow=True,
    )

    assert "T. Birch has it" in page.text
    kept = session.scalars(select(Assignment)).one()
    assert (kept.assigned_to_id, kept.due_on) == (other.id, day)
    assert work_of(session, point) == "in_review"
    slug = point.comment.round.slug
    mine = browser.get(f"/triage/{slug}?assigned=me")
    theirs = browser.get(f"/triage/{slug}?assigned={other.public_id}")
    assert [len(found.soup.select(".queue .txt")) for found in (mine, theirs)] == [0, 1]


def test_of_two_who_give_it_away_at_once_both_choices_are_shown(
    browser, session, make, moderator, point
):
    other = make.moderator(name="T. Birch")
    browser.sign_in(moderator)
    shown = browser.get(path(point, "/assign"))
    session.add(Assignment(point_id=point.id, assigned_to_id=other.id, assigned_by_id=other.id))

    sent = {"person": moderator.public_id, "due_on": ""}
    page = browser.send(path(point, "/assign"), shown.hidden() | sent)

    assert page.status_code == 409
    assert "It is with T. Birch now." in page.text
    assert page.soup.select_one("option[selected]")["value"] == moderator.public_id
    session.expire_all()
    assert session.scalars(select(Assignment)).one().assigned_to_id == other.id
    assert browser.send(path(point, "/assign"), page.hidden() | sent).status_code == 303


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"person": "nobody-we-know"}, "person", "Not a valid choice."),
        ({"due_on": "2020-01-01"}, "due_on", "This day has passed. Choose a later one."),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(
    browser, moderator, point, change, field, sentence
):
    browser.sign_in(moderator)
    good = {"person": moderator.public_id, "due_on": ""}

    page = browser.post(path(point, "/assign"), **(good | change))

    assert page.status_code == 422
    assert page.error_of(field)


def test_an_author_answers_a_question_beside_the_comment(
    browser, new_browser, session, make, moderator, point
):
    browser.sign_in(moderator)
    browser.post(path(point, "/ask"), words="Would this fit into week two?")
    assert work_of(session, point) == "needs_input"
    asked = session.scalars(select(InputRequest)).one()
    author = new_browser()
    author.sign_in(make.author(name="L. Cedar"))
    assert "Would this fit into week two?" in author.get(path(point)).text

    address = f"/triage/questions/{asked.public_id}"
    shown = author.get(address)
    page = author.post(address, words="Yes, on day nine.", follow=True)

    assert "L. Cedar answered" in page.text
    assert "Yes, on day nine." in browser.get(path(point)).text
    assert work_of(session, point) == "received"
    again = author.send(address, shown.hidden() | {"words": "No."})
    assert again.status_code == 409


def test_a_question_can_be_taken_back(browser, session, moderator, point):
    browser.sign_in(moderator)
    browser.post(path(point, "/ask"), words="Would this fit?")
    asked = session.scalars(select(InputRequest)).one()

    page = browser.post(f"/triage/questions/{asked.public_id}/take-back", follow=True)

    assert "taken back" in page.text
    assert work_of(session, point) == "received"


def test_a_note_says_that_it_can_be_asked_for_and_stays_inside(
    browser, new_browser, session, make, moderator, point
):
    browser.sign_in(moderator)
    form = browser.get(path(point, "/note"))
    assert "public-records law" in form.text

    browser.post(path(point, "/note"), words="Speak with the range staff.")

    assert "Speak with the range staff." in browser.get(path(point)).text
    board = new_browser()
    board.sign_in(make.reviewer())
    assert "Speak with the range staff." not in board.get(path(point)).text
    note = session.scalars(select(InternalNote)).one()
    assert board.get(f"/triage/notes/{note.public_id}").status_code == 404


def test_of_two_wordings_of_a_note_none_is_lost(browser, session, moderator, point):
    browser.sign_in(moderator)
    browser.post(path(point, "/note"), words="First words.")
    note = session.scalars(select(InternalNote)).one()
    address = f"/triage/notes/{note.public_id}"
    shown = browser.get(address)
    browser.send(address, browser.get(address).hidden() | {"words": "Second words."})

    page = browser.send(address, shown.hidden() | {"words": "Third words."})

    assert page.status_code == 409
    assert "Second words." in page.text
    assert page.typed("words") == "Third words."
    assert browser.send(address, page.hidden() | {"words": "Third."}).status_code == 303


def test_a_note_and_a_question_sent_twice_are_one(browser, session, moderator, point):
    browser.sign_in(moderator)

    for act in ("/note", "/ask"):
        sent = browser.get(path(point, act)).hidden() | {"words": "How long does it take?"}
        for _ in range(2):
            assert browser.send(path(point, act), sent).status_code == 303

    session.expire_all()
    assert session.scalars(select(InternalNote)).one().body == "How long does it take?"
    assert session.scalars(select(InputRequest)).one().question == "How long does it take?"
