"""Bringing a course in: file, reading, preview, draft."""

import io
from concurrent.futures import ThreadPoolExecutor

import docx
import pytest
from sqlalchemy import select

from feedback_app.core import clock
from feedback_app.core.jobs import run_due
from feedback_app.curricula.models import Curriculum, Revision, SectionKind
from feedback_app.exchange.markdown import read_markdown
from feedback_app.exchange.models import Upload
from feedback_app.exchange.preview import Preview
from feedback_app.exchange.services import KEPT
from feedback_app.organizations.models import Role

MARKDOWN = """# Crisis response

## Welcome (15 minutes)

Sit in a circle. Say your name.

## What helps

Time helps.

### Voice

Speak slowly.

- Keep distance
- Ask one thing

Then wait.

## Knowledge check

Ten questions.
"""


def word_file() -> bytes:
    word = docx.Document()
    word.core_properties.author = ""
    word.add_heading("Crisis response", 0)
    word.add_heading("Welcome", 1)
    word.add_paragraph("Sit in a circle.")
    word.add_heading("Practice", 1)
    word.add_paragraph("Scenes with actors.").runs[0].underline = True
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


@pytest.fixture
def author(make):
    return make.author()


@pytest.fixture
def bring(browser, author, database):
    """Send a file as the author and let the worker read it; gives the upload's address."""
    browser.sign_in(author)

    def bring(data: bytes, filename: str) -> str:
        page = browser.post("/authoring/import", file=(io.BytesIO(data), filename))
        assert page.status_code == 303, page.text
        run_due(database)
        return page.location

    return bring


@pytest.fixture
def preview(browser, author, make, session):
    """The address of a file that was read already."""
    document = Preview.of(read_markdown(MARKDOWN, "course.md")).to_json()
    upload = Upload(
        department=make.department(),
        uploaded_by_id=author.id,
        filename="course.md",
        document=document,
        ends_at=clock.now() + KEPT,
    )
    session.add(upload)
    session.flush()
    browser.sign_in(author)
    return f"/authoring/uploads/{upload.public_id}"


def fields(page) -> dict[str, str]:
    """Everything the page's form would send if nothing were changed."""
    found = {}
    for field in page.form().find_all(["input", "textarea", "select"]):
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            found[field["name"]] = chosen["value"]
        elif field.name == "textarea":
            found[field["name"]] = field.get_text().removeprefix("\n")
        elif field.get("type") not in ("checkbox", "radio") or field.has_attr("checked"):
            found[field["name"]] = field.get("value", "")
    return found


def titles(page) -> list[str]:
    return [
        field["value"]
        for field in page.form().find_all("input")
        if field["name"].startswith("sections-") and field["name"].endswith("-title")
    ]


def key_of(page, title: str) -> str:
    number = titles(page).index(title)
    return page.typed(f"sections-{number}-key")


def press(browser, address, act, **typed):
    page = browser.get(address)
    return browser.send(address, fields(page) | typed | {"act": act})


def test_a_word_file_becomes_a_draft_course(browser, bring, session):
    address = bring(word_file(), "plan.docx")

    page = browser.get(address)
    saved = press(browser, address, "save", slug="crisis", minutes="60")

    assert titles(page) == ["Welcome", "Practice"]
    assert "Underlined words are plain now." in page.text
    assert saved.status_code == 303
    assert saved.location == "/authoring/crisis"
    curriculum = session.scalars(select(Curriculum)).one()
    draft = session.scalars(select(Revision)).one()
    assert (curriculum.title, curriculum.minutes) == ("Crisis response", 60)
    assert draft.is_draft
    assert [section.title for section in draft.sections] == ["Welcome", "Practice"]
    assert draft.sections[1].kind is SectionKind.ACTIVITY
    assert draft.sections[0].text == "Sit in a circle."
    assert draft.import_facts["notes"][0]["code"] == "underline"


def test_nothing_is_a_course_before_it_is_saved(browser, preview, session):
    press(browser, preview, "keep", title="Another name")

    assert session.scalars(select(Curriculum)).all() == []
    assert browser.get(preview).typed("title") == "Another name"


def test_a_page_waits_while_the_file_is_read(browser, author, session, database):
    browser.sign_in(author)
    address = browser.post(
        "/authoring/import", file=(io.BytesIO(MARKDOWN.encode()), "course.md")
    ).location

    waiting = browser.get(address)
    told = browser.get(f"{address}/progress").response.get_json()
    run_due(database)
    ready = browser.get(f"{address}/progress").response.get_json()

    assert waiting.title == "Reading the file"
    assert waiting.soup.find("meta", attrs={"http-equiv": "refresh"})
    assert told["next"] is None
    assert ready["next"] == address
    assert session.scalars(select(Upload)).one().data is None


def test_what_was_begun_is_found_again(browser, preview):
    assert browser.get("/authoring/import").soup.find("a", href=preview)


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7 text", "We cannot read PDF files."),
        (word_file()[:3000], "The end of this file is missing."),
        (b"\x00\x01\x02\x03" * 40, "This is none of them."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    browser, bring, session, data, reason
):
    page = browser.get(bring(data, "plan.docx"))

    assert page.status_code == 200
    assert reason in page.text
    assert "Nothing was saved or changed." in page.text
    assert session.scalars(select(Upload)).one().data is None


def test_an_empty_file_is_refused_beside_its_field(browser, author):
    browser.sign_in(author)

    empty = browser.post("/authoring/import", file=(io.BytesIO(b""), "empty.docx"))
    missing = browser.post("/authoring/import")

    assert empty.status_code == 422
    assert empty.error_of("file") == "This file is empty."
    assert missing.error_of("file") == "Choose a file."


def test_sections_are_retitled_typed_and_left_out(browser, preview, session):
    press(
        browser,
        preview,
        "keep",
        **{
            "sections-0-title": "Hello",
            "sections-0-kind": "activity",
            "sections-0-minutes": "20",
            "sections-3-leave_out": "y",
        },
    )
    page = browser.get(preview)
    press(browser, preview, "save", slug="crisis")

    assert "left out" in page.text
    sections = session.scalars(select(Revision)).one().sections
    assert [section.title for section in sections] == ["Hello", "What helps", "Voice"]
    assert sections[0].kind is SectionKind.ACTIVITY
    assert sections[0].minutes == 20


def test_a_rank_never_skips_a_step(browser, preview, session):
    press(browser, preview, "keep", **{"sections-0-level": "3", "sections-1-level": "3"})
    press(browser, preview, "save", slug="crisis")

    sections = session.scalars(select(Revision)).one().sections
    assert [section.level for section in sections] == [1, 2, 2, 1]


def test_a_section_is_joined_to_the_one_above(browser, preview):
    key = key_of(browser.get(preview), "Voice")

    press(browser, preview, f"join:{key}", **{"sections-1-title": "Help"})

    page = browser.get(preview)
    assert titles(page) == ["Welcome", "Help", "Knowledge check"]
    section = browser.get(f"{preview}/sections/{key_of(page, 'Help')}")
    assert "Voice" in section.text
    assert "Speak slowly." in section.text


def test_a_section_is_divided_where_a_new_one_begins(browser, preview, session):
    key = key_of(browser.get(preview), "Voice")
    went = press(browser, preview, f"divide:{key}")

    shown = browser.get(went.location)
    browser.send(went.location, shown.hidden() | {"at": "1", "title": "Habits"})
    press(browser, preview, "save", slug="crisis")

    assert "Speak slowly." in shown.text
    sections = session.scalars(select(Revision)).one().sections
    assert [section.title for section in sections][2:4] == ["Voice", "Habits"]
    assert sections[2].text == "Speak slowly."
    assert sections[2].key == key
    assert sections[3].text.startswith("Keep distance")


def test_dividing_asks_where(browser, preview):
    address = f"{preview}/sections/{key_of(browser.get(preview), 'Voice')}"

    page = browser.post(address)

    assert page.status_code == 422
    assert page.error_of("at") == "Choose where the new section begins."


def test_a_missing_title_is_told_beside_its_field_and_nothing_typed_is_lost(browser, preview):
    page = press(browser, preview, "keep", **{"sections-0-title": " ", "summary": "For all."})

    assert page.status_code == 422
    assert page.error_of("sections-0-title") == "Give the section a title."
    assert page.typed("summary") == "For all."


@pytest.mark.parametrize(("slug", "reason"), [("Not Fit", "lower-case"), ("taken", "already")])
def test_a_short_name_that_does_not_fit_is_told_beside_its_field(
    browser, preview, make, session, slug, reason
):
    make.curriculum(slug="taken")

    page = press(browser, preview, "save", slug=slug, audience="New officers")

    assert page.status_code == 422
    assert reason in page.error_of("slug")
    assert page.typed("audience") == "New officers"
    assert session.scalars(select(Revision)).all() == []


def test_a_course_without_any_section_is_refused(browser, preview, session):
    leave = {f"sections-{n}-leave_out": "y" for n in range(4)}

    page = press(browser, preview, "save", slug="crisis", **leave)

    assert page.status_code == 422
    assert "Keep at least one section." in page.text
    assert session.scalars(select(Curriculum)).all() == []


def test_a_preview_that_moved_on_is_a_conflict(browser, preview):
    stale = fields(browser.get(preview))
    press(browser, preview, "keep", title="First")

    page = browser.send(preview, stale | {"title": "Second", "act": "keep"})

    assert page.status_code == 409
    assert "Second" in str(page.soup)
    assert browser.get(preview).typed("title") == "First"


def test_saving_twice_makes_one_course(browser, preview, session):
    sent = fields(browser.get(preview)) | {"act": "save", "slug": "crisis"}
    browser.send(preview, sent)

    again = browser.send(preview, sent)

    assert again.status_code == 303
    assert again.location == "/authoring/crisis"
    assert len(session.scalars(select(Curriculum)).all()) == 1


def test_an_upload_ends_after_a_day(browser, time, author, preview):
    time.move(hours=25)

    browser.sign_in(author)
    assert browser.get(preview).status_code == 404


@pytest.mark.one_engine
def test_nobody_but_the_department_s_authors_sees_an_upload(new_browser, preview, make):
    strangers = [
        make.moderator(),
        make.host(),
        make.account(),
        make.member(Role.AUTHOR, make.organization()),
    ]
    for account in strangers:
        browser = new_browser()
        browser.sign_in(account)
        assert browser.get(preview).status_code == 404
        assert browser.get(f"{preview}/progress").status_code == 404
        assert browser.send(preview, {"act": "save", "slug": "mine"}).status_code == 404


@pytest.mark.one_engine
def test_only_authors_bring_courses_in(browser, make):
    browser.sign_in(make.moderator())

    assert browser.get("/authoring/import").status_code == 404


@pytest.mark.one_engine
def test_an_author_of_two_departments_chooses_one(browser, author, make, session, database):
    from feedback_app.organizations.models import Membership

    other = make.organization(name="River Police")
    session.add(Membership(account=author, organization=other, role=Role.AUTHOR))
    browser.sign_in(author)

    browser.post(
        "/authoring/import",
        department=str(other.id),
        file=(io.BytesIO(MARKDOWN.encode()), "course.md"),
    )

    assert session.scalars(select(Upload)).one().department_id == other.id


def test_pressing_twice_at_once_makes_one_course(app, new_browser, author, preview, session):
    sends = []
    for _ in range(4):
        browser = new_browser()
        browser.sign_in(author)
        sent = fields(browser.get(preview)) | {"act": "save", "slug": "crisis"}
        sends.append((browser.client, sent))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda send: send[0].post(preview, data=send[1]), sends))

    assert {(a.status_code, a.headers.get("Location")) for a in answers} == {
        (303, "/authoring/crisis")
    }
    assert len(session.scalars(select(Curriculum)).all()) == 1
