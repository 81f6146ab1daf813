"""Courses as everybody sees them."""

import pytest
from sqlalchemy import event

from feedback_app.core import clock
from feedback_app.curricula.models import Openness
from feedback_app.curricula.services import Placeholder, withhold
from feedback_app.log import queries as log

HIDDEN = Placeholder("Radio codes", "Training division", "Officer safety", "The board")


@pytest.fixture
def course(session, make):
    """A published version with fixed and withheld words."""
    revision = make.revision(
        published=False,
        sections=[
            {"title": "Why", "source": "People **call** for help."},
            {"title": "Law", "openness": Openness.FIXED, "authority": "Standard 14.2"},
            {"title": "Codes", "source": "Code seven."},
        ],
    )
    actor = make.actor(make.author())
    withhold(session, revision.sections[2], actor=actor, version=1, placeholder=HIDDEN)
    revision.state = "published"
    revision.published_at = clock.now()
    revision.content_hash = "0" * 64
    session.flush()
    return revision.curriculum


def address(course):
    return f"/curricula/{course.slug}"


def test_a_list_shows_courses_with_a_public_version_alone(browser, make, course):
    make.revision(published=False, curriculum=make.curriculum(title="Secret course"))

    page = browser.get("/curricula")

    assert course.title in page.text
    assert "Secret course" not in page.text


def test_a_course_page_names_its_versions_and_comment_periods(browser, make, course):
    make.round(revision=course.revisions[0], open=True, slug="spring")

    page = browser.get(address(course))

    assert page.title == course.title
    assert "Out for comment" in page.text
    assert page.soup.find("a", href="/rounds/spring")


def test_a_course_without_a_public_version_is_not_there(browser, make):
    curriculum = make.revision(published=False).curriculum

    assert browser.get(address(curriculum)).status_code == 404
    assert browser.get(f"{address(curriculum)}/revisions/1").status_code == 404

    browser.sign_in(make.author())
    assert browser.get(f"{address(curriculum)}/revisions/1").status_code == 200


def test_a_version_is_read_whole_with_what_is_fixed_and_what_is_not_shown(browser, course):
    page = browser.get(f"{address(course)}/revisions/1")

    assert page.soup.find("strong").get_text() == "call"
    assert "Set by Standard 14.2." in page.text
    assert "Not shown: Radio codes" in page.text
    assert "Read in full by The board." in page.text
    assert "Code seven" not in page.text
    assert not page.soup.find("form")


def test_the_pages_of_a_course_speak_spanish(browser, course):
    for path in ("/es/curricula", f"/es{address(course)}", f"/es{address(course)}/revisions/1"):
        page = browser.get(path)
        assert (page.status_code, page.soup.html["lang"]) == (200, "es")


def test_a_longer_text_asks_the_database_no_more_often(app, session, browser, make):
    counts = []
    for length in (2, 12):
        curriculum = make.revision(sections=[{}] * length).curriculum
        counts.append(_queries(app, browser, f"{address(curriculum)}/revisions/1"))

    assert counts[0] == counts[1] <= 8


def _queries(app, browser, path):
    seen = []

    def note(conn, cursor, statement, *rest):
        seen.append(statement)

    engine = app.extensions["database"].engine
    browser.get(path)
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len([each for each in seen if not each.startswith(("UPDATE", "INSERT"))])


def test_board_staff_read_withheld_words_and_the_log_says_so(session, browser, make, course):
    revision = course.revisions[0]
    path = f"{address(course)}/revisions/1/withheld/{revision.sections[2].key}"
    browser.sign_in(make.reviewer())

    assert "Code seven" not in browser.get(path).text
    page = browser.post(path)

    assert "Code seven." in page.text
    assert [entry.by_role for entry in log.about(session, revision.public_id)] == ["reviewer"]


def test_withheld_words_are_not_there_for_others(browser, make, course):
    path = f"{address(course)}/revisions/1/withheld/{course.revisions[0].sections[2].key}"

    assert browser.get(path).status_code == 302
    browser.sign_in(make.host())
    assert browser.get(path).status_code == 404
