"""Writing on the pages: the draft, the grid, one section beside its comments."""

import pytest

from feedback_app.curricula import queries
from feedback_app.curricula.hours import add_up
from feedback_app.curricula.models import Openness
from feedback_app.curricula.services import start_revision


@pytest.fixture
def author(make):
    return make.author()


@pytest.fixture
def draft(session, make, author):
    base = make.revision(
        sections=[
            {"title": "Why", "source": "People call for help."},
            {"title": "How", "source": "Officers wait a minute.\n\nThey speak slowly."},
        ]
    )
    return start_revision(session, base.curriculum, actor=make.actor(author))


@pytest.fixture
def pages(browser, author, draft):
    """The browser of the draft's author."""
    browser.sign_in(author)
    return browser


def row(session, draft, place):
    return queries.outline(session, draft.id, source=True)[place]


def path(draft, section=None):
    base = f"/authoring/{draft.curriculum.slug}"
    return base if section is None else f"{base}/sections/{section.key}"


def test_my_courses_show_their_drafts(pages, draft):
    page = pages.get("/authoring/")

    assert draft.curriculum.title in page.text
    assert "Version 2 is being written" in page.text


def test_people_without_a_role_in_a_department_find_nothing_here(browser, make, draft):
    for account in (make.account(), make.host(), make.reviewer()):
        browser.sign_in(account)
        assert browser.get("/authoring/").status_code == 404
        assert browser.get(path(draft)).status_code == 404


def test_a_moderator_reads_a_draft_and_cannot_write_it(session, browser, make, draft):
    section = row(session, draft, 0)
    browser.sign_in(make.moderator())

    assert browser.get(path(draft)).status_code == 200
    page = browser.get(path(draft, section))
    assert page.status_code == 200
    assert not page.soup.find("textarea")
    assert browser.get(f"{path(draft)}/grid").status_code == 404


def test_a_draft_shows_minutes_that_do_not_add_up(session, pages, draft):
    draft.curriculum.minutes = 90
    session.flush()

    page = pages.get(path(draft))

    assert "60 of the course’s 90 minutes; 30 are missing" in page.text


def test_a_draft_lists_what_to_look_at_before_it_is_published(session, pages, draft):
    section = row(session, draft, 0)
    pages.post(path(draft, section), title="Why", source="Answer key: b. Call 612-555-0134.")

    page = pages.get(path(draft))

    assert "This looks like the answers to a test." in page.text
    assert "This looks like a phone number." in page.text


def test_saved_words_come_back_against_the_version_before(session, pages, draft):
    section = row(session, draft, 1)
    words = "Officers wait *two* minutes.\n\nThey speak slowly."

    page = pages.post(path(draft, section), title="How", source=words)

    assert (page.status_code, row(session, draft, 1).source) == (303, words)
    page = pages.get(path(draft, section))
    assert page.soup.select_one("#redline del").get_text(" ", strip=True).endswith("a minute")
    assert page.typed("source") == words
    assert "Reworded" in pages.get(path(draft)).text


def test_a_look_saves_nothing(session, pages, draft):
    section = row(session, draft, 0)

    page = pages.post(path(draft, section), title="Why", source="Something **else**.", look="1")

    assert page.status_code == 200
    assert "not saved yet" in page.text
    assert page.typed("source") == "Something **else**."
    assert row(session, draft, 0).source == "People call for help."


def test_a_section_without_a_title_is_shown_beside_its_field(session, pages, draft):
    section = row(session, draft, 0)

    page = pages.post(path(draft, section), title=" ", source="Kept text.")

    assert page.status_code == 422
    assert page.error_of("title") == "Give the section a title."
    assert page.typed("source") == "Kept text."


def test_an_expired_page_keeps_the_text(session, pages, draft):
    section = row(session, draft, 0)

    page = pages.send(path(draft, section), {"title": "Why", "source": "Kept.", "version": "1"})

    assert page.status_code == 422
    assert page.typed("source") == "Kept."


def test_the_grid_saves_facts_and_shows_a_broken_row_beside_its_field(session, pages, draft):
    grid = f"{path(draft)}/grid"
    shown = pages.get(grid)
    fields = {
        field["name"]: field.get("value", "")
        for field in shown.form().find_all(["input", "select"])
        if field.get("type") != "checkbox"
    }
    for field in shown.form().find_all("select"):
        fields[field["name"]] = field.find("option", selected=True)["value"]
    fields["sections-1-openness"] = "fixed"

    page = pages.send(grid, fields)
    assert page.status_code == 422
    assert page.error_of("sections-1-authority").startswith("Say what sets these words")
    assert "One thing to fix first" in page.text

    page = pages.send(grid, fields | {"sections-0-minutes": "-5", "sections-1-minutes": "-5"})
    assert page.status_code == 422
    assert "2 things to fix first" in page.text

    fields |= {"sections-1-authority": "Standard 14.2", "sections-0-minutes": "75"}
    assert pages.send(grid, fields).status_code == 303

    why, how = queries.outline(session, draft.id)
    assert (why.minutes, how.openness, how.authority) == (75, Openness.FIXED, "Standard 14.2")


def test_the_grid_keeps_words_from_the_public_and_says_why(session, pages, draft):
    grid = f"{path(draft)}/grid"
    section = row(session, draft, 0)
    fields = pages.get(grid).hidden() | {
        "sections-0-key": section.key,
        "sections-0-version": "1",
        "sections-0-kind": "content",
        "sections-0-openness": "open",
        "sections-0-is_withheld": "y",
        "sections-0-withheld_what": "Radio codes",
        "sections-0-withheld_by": "Training division",
    }
    fields = {name: value for name, value in fields.items() if "sections-1" not in name}

    page = pages.send(grid, fields)
    assert page.status_code == 422
    assert page.error_of("sections-0-withheld_ground")

    assert (
        pages.send(grid, fields | {"sections-0-withheld_ground": "Safety"}).status_code == 303
    )
    assert row(session, draft, 0).withheld.what == "Radio codes"
    assert pages.get(path(draft, section)).typed("source") == "People call for help."


def test_sections_are_added_moved_divided_and_taken_out(session, pages, draft):
    why, how = (row(session, draft, n) for n in (0, 1))

    def titles():
        return [each.title for each in queries.outline(session, draft.id)]

    pages.post(
        f"{path(draft)}/sections/new", title="When", kind="content", level="1", after=why.key
    )
    assert titles() == ["Why", "When", "How"]

    pages.post(f"{path(draft, how)}/move", after="-", level="1")
    assert titles() == ["How", "Why", "When"]

    pages.post(f"{path(draft, how)}/split", at="1", title="Speaking")
    assert titles() == ["How", "Speaking", "Why", "When"]
    assert row(session, draft, 1).text == "They speak slowly."

    pages.post(f"{path(draft, why)}/remove")
    assert titles() == ["How", "Speaking", "When"]


def test_a_draft_is_dropped_with_a_reason_and_the_next_one_begins(session, pages, draft):
    page = pages.post(f"{path(draft)}/drop", reason="")
    assert (page.status_code, bool(page.error_of("reason"))) == (422, True)

    pages.post(f"{path(draft)}/drop", reason="The state rewrote the standard.")
    assert "No draft at the moment" in pages.get(path(draft)).text

    pages.post(f"{path(draft)}/start", page=path(draft))
    assert pages.get(path(draft)).title == "Draft of version 3"


def test_a_courses_facts_are_changed_on_their_page(session, pages, draft):
    page = f"{path(draft)}/course"

    pages.post(page, title="Crisis", summary="S", topics="force, care ,", minutes="960")

    course = queries.get_curriculum(session, draft.curriculum.slug)
    assert (course.title, course.topics, course.minutes) == ("Crisis", ["force", "care"], 960)


def test_minutes_are_missed_only_where_neither_section_nor_parts_have_any(session, make):
    revision = make.revision(
        sections=[
            {"level": 1, "minutes": None},
            {"level": 2, "minutes": 20},
            {"level": 1, "minutes": None},
        ]
    )

    found = add_up(queries.outline(session, revision.id), 50)

    assert (found.total, found.missing) == (20, 30)
    assert [section.number for section in found.unset] == ["2"]
    assert [sum for _, sum in found.parts] == [20, 0]
