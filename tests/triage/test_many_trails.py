"""How many statements the pages ask that tell what became of comments."""

from __future__ import annotations

import pytest

from feedback_app.accounts.models import Account
from feedback_app.core import clock
from feedback_app.triage.models import Outcome
from tests.triage.redrafting import Redraft

BUDGET = 8


@pytest.fixture
def kept(session, make):
    """Two courses in whose second version one person's comments changed the words."""
    account = make.account()
    courses = [Redraft(session, make), Redraft(session, make)]
    for course in courses:
        part = make.participation(course.round, account_id=account.id)
        course.reword()
        for _ in range(2):
            comment = course.comment(quote="One officer", participation=part)
            course.tie(course.answer(comment.points[0]))
        course.publish()
    return account, part, course


def asked(browser, statements, path):
    statements.clear()
    page = browser.get(path)
    assert page.status_code == 200
    return page, len(statements)


def test_my_comments_ask_the_same_for_four_and_for_thirty(kept, browser, statements):
    account, part, course = kept
    browser.sign_in(account)
    page, few = asked(browser, statements, "/receipts/mine")
    assert "4 changed the course." in page.text
    for number in range(26):
        point = course.comment(participation=part, quote="Count it.").points[0]
        course.answer(
            point,
            outcome=Outcome.NOTED if number % 2 else Outcome.ADOPTED,
            published_at=clock.now(),
        )

    page, many = asked(browser, statements, "/receipts/mine")

    assert len(page.soup.find_all("article", class_="mine")) == 30
    assert "13 are promised and not yet done. 13 have their answers" in page.text
    assert few == many <= BUDGET


def test_a_comment_with_its_trail_asks_the_same_however_long_its_thread(
    kept, browser, session, statements
):
    account, part, course = kept
    comment = course.comment(participation=part, quote="Count it.", replies_count=1)
    course.comment(parent=comment, kind=None, section_key=course.first)
    course.answer(comment.points[0], published_at=clock.now())
    path = f"/comments/{comment.public_id}"
    _, few = asked(browser, statements, path)
    for _ in range(20):
        course.comment(parent=comment, kind=None, section_key=course.first)
    course.answer(comment.points[0], published_at=clock.now())

    page, many = asked(browser, statements, path)
    browser.sign_in(account)
    _, own = asked(browser, statements, path)
    browser.sign_in(session.get(Account, course.moderator.account_id))
    _, moderated = asked(browser, statements, path)

    assert "An earlier answer of" in page.text
    assert few == many
    assert (own, moderated) == (many + 1, many + 1)  # who is signed in
    assert own <= BUDGET


@pytest.mark.parametrize("page", ["report", "report.csv", "comments.csv"])
def test_the_report_and_its_tables_ask_the_same_for_few_and_many(
    kept, browser, statements, page
):
    account, _, course = kept
    path = f"/rounds/{course.round.slug}/{page}"
    browser.sign_in(account)
    _, few = asked(browser, statements, path)
    for _ in range(30):
        course.answer(course.comment(quote="Count it.").points[0], published_at=clock.now())

    _, many = asked(browser, statements, path)

    assert few == many <= BUDGET
