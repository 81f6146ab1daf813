"""How often the board's page asks, and what it says of subjects among its filters."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from feedback_app.core import clock


@pytest.fixture
def moderator(make):
    return make.moderator(name="R. Alder")


@pytest.fixture
def point(make):
    return make.point(body="Ask the <family> first.")


def queries_of(app, browser, address):
    engine = app.extensions["database"].engine
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    assert browser.get(address).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return [statement for statement in seen if not statement.startswith("UPDATE")]


def test_the_board_asks_the_database_equally_often_for_few_and_many(
    app, browser, make, moderator
):
    round_ = make.round()
    make.comment(round=round_)
    browser.sign_in(moderator)
    few = len(queries_of(app, browser, f"/triage/{round_.slug}"))
    for _ in range(12):
        make.theme(round_, make.point(round=round_))

    assert few <= 12
    assert len(queries_of(app, browser, f"/triage/{round_.slug}")) == few


def test_words_are_found_within_a_subject(browser, make, moderator, point):
    round_ = point.comment.round
    theme = make.theme(round_, make.point(round=round_, body="Two beds."), point)
    make.point(round=round_, body="Two beds, elsewhere.")
    browser.sign_in(moderator)

    page = browser.get(f"/triage/{round_.slug}?theme={theme.public_id}&words=beds")

    assert len(page.soup.select(".queue li")) == 1


def test_subjects_stand_among_the_filters_and_one_that_is_gone_is_named(
    browser, session, make, moderator, point
):
    round_ = point.comment.round
    theme = make.theme(round_, point, title="Waiting")
    make.point(round=round_, body="Something else.")
    browser.sign_in(moderator)
    address = f"/triage/{round_.slug}?theme={theme.public_id}"

    page = browser.get(address)
    theme.ended_at = clock.now()
    after = browser.get(address)

    chosen = page.soup.select_one("#q-theme option[selected]")
    assert chosen.get_text() == "Waiting (1)"
    assert len(page.soup.select(".queue li")) == 1
    assert "This list no longer fits" in after.text
    assert after.soup.select_one("#q-theme option[selected]").get_text() == "not there any more"


@pytest.mark.one_engine
def test_what_is_in_no_subject_or_letter_is_found_counted_and_combined(
    browser, make, moderator, point
):
    round_ = point.comment.round
    make.theme(round_, point, title="Waiting")
    other = make.point(round=round_, body="Something else.", kind="concern")
    make.point(round=round_, body="A third one.", kind="question")
    make.point(body="Of another round.")
    browser.sign_in(moderator)

    def found(asks):
        page = browser.get(f"/triage/{round_.slug}?{asks}")
        return [" ".join(each.get_text().split()) for each in page.soup.select(".queue .txt")]

    page = browser.get(f"/triage/{round_.slug}?group=none")
    assert page.soup.select_one('#q-theme option[value="none"]').text == "In no subject (2)"
    assert page.soup.select_one('#q-group option[value="none"]').text == "In no letter (3)"
    assert "3 found" in page.text
    assert len(found("theme=none")) == 2
    assert len(found("theme=none&group=none&order=section")) == 2
    assert len(found("theme=none&kind=concern")) == 1
    assert other.public_id in browser.get(f"/triage/{round_.slug}?theme=none&words=else").html
    kept = browser.post(f"/triage/{round_.slug}/views/new?theme=none", name="Unsorted")
    assert kept.status_code == 303
    assert "Unsorted" in browser.get(f"/triage/{make.round().slug}").text
