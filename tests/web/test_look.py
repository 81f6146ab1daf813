"""What every page is made of: the macros, the stylesheets, the scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import brotli
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from feedback_app.core.html import plain_text
from tests.parts.chromium import PATIENCE, Visits, axe_findings, overflow
from tests.web.specimen import ROOT, SECTIONS, create_specimen, served

PAGES = ["reading", "changes", "form"]
DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served() as address:
        yield address


def drafts(view: Page, *, wanted: int) -> int:
    """How many drafts the browser keeps, once it has kept or forgotten what it should."""
    for _ in range(PATIENCE // 100):
        if view.evaluate(DRAFTS) == wanted:
            break
        view.wait_for_timeout(100)
    return int(view.evaluate(DRAFTS))


def page(path: str, **sent: str) -> BeautifulSoup:
    client = create_specimen().test_client()
    answer = client.post(path, data=sent) if sent else client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "lxml")


def words_before(text: str, piece: str) -> tuple[int, int]:
    return text.index(piece), text.index(piece) + len(piece)


def chosen(view: Page) -> tuple[int, int]:
    """The span that the address of “Comment on this” carries."""
    address = view.locator(".pickbar a").get_attribute("href") or ""
    query = parse_qs(urlsplit(address).query)
    return int(query["start"][0]), int(query["end"][0])


def canonical(number: int) -> str:
    return plain_text(re.sub(r'<a class="n".*?</a>', "", str(SECTIONS[number].html)))


def test_the_stylesheets_fit_their_budget():
    sheets = b"".join(sheet.read_bytes() for sheet in (ROOT / "static/css").rglob("*.css"))

    assert len(brotli.compress(sheets)) <= 12_000


def test_what_python_says_about_a_field_is_never_markup():
    hint = page("/form").select_one("#f-body-hint")

    assert hint is not None
    assert hint.get_text() == "100% yours; <b>any</b> language."


def test_each_error_leads_to_the_field_it_speaks_of():
    answer = page("/form", language="en")
    links = answer.select(".errors a")

    assert links
    for link in links:
        field = answer.select_one(f'[id="{str(link["href"])[1:]}"]')
        assert field is not None
        assert field.name in {"input", "textarea", "select"}


def test_an_error_is_tied_to_its_field_and_the_typed_text_stays():
    answer = page("/form", language="en", body="x" * 5001)
    field = answer.select_one("#f-body")

    assert field is not None
    assert field["aria-invalid"] == "true"
    assert "f-body-error" in str(field["aria-describedby"])
    assert len(field.get_text().strip()) == 5001


def test_a_section_prints_its_stored_words_and_nothing_else():
    text = create_specimen().test_client().get("/reading").text

    for section in SECTIONS:
        opening = text.index(f'id="words-{section.key}"')
        assert text[text.index(">", opening) + 1 :].startswith(f"{section.html}</div>")


def test_a_redline_says_in_words_what_came_and_what_went():
    line = page("/changes").select_one(".prose > p")

    assert line is not None
    said = " ".join(line.get_text().split())
    assert said == "One removed: should added: speaks a"


def test_a_redline_draws_tables_lists_and_words_that_moved_as_what_they_are():
    rich = page("/changes").select_one("#rich")

    assert rich is not None
    cell = rich.select("tbody tr, table tr")[1].find_all("td")[2]
    assert cell.get_text(" ", strip=True) == "removed: 30 added: 45"
    assert [item.get("value") for item in rich.select("ol > li")] == ["1", "2", "3"]
    assert "New point in a list" in rich.select("ol > li")[1].get_text(" ")
    went, came = rich.select_one(".went"), rich.select_one(".came")
    assert went is not None
    assert came is not None
    assert went.get_text(" ", strip=True).endswith("Moved within this section")
    assert came.get_text(" ", strip=True).startswith("Moved here within this section")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(site, visits: Visits, name, dark):
    view = visits.open(f"{site}/{name}", dark=dark)

    assert axe_findings(view) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_phone_never_scrolls_sideways(site, visits: Visits, name):
    view = visits.open(f"{site}/{name}", width=320)

    assert overflow(view) == 0


def scripts_have_started(view: Page) -> None:
    expect(view.locator("[data-module]:not([data-started])")).to_have_count(0)


def test_selected_words_are_counted_in_code_points_without_the_count_chip(site, visits: Visits):
    view = visits.open(f"{site}/reading")
    scripts_have_started(view)
    view.evaluate(
        """() => {
          const [first, second] = document.querySelectorAll("#words-aaaaaaa2 p");
          const range = document.createRange();
          range.setStart(first.firstChild, first.textContent.indexOf("wait"));
          range.setEnd(second.lastChild, second.lastChild.data.indexOf(" Count"));
          getSelection().addRange(range);
        }"""
    )

    view.wait_for_selector(".pickbar")
    text = canonical(0)
    start, end = chosen(view)
    assert text[start:end] == text[text.index("wait") : text.index(" Count")]


def test_a_selection_that_cuts_a_word_takes_the_whole_word(site, visits: Visits):
    view = visits.open(f"{site}/reading")
    scripts_have_started(view)
    view.evaluate(
        """() => {
          const words = document.querySelector("#words-bbbbbbb2 li:nth-of-type(2)");
          const range = document.createRange();
          range.setStart(words.firstChild, words.firstChild.data.indexOf("ve back"));
          range.setEnd(words.querySelector("em").firstChild, "slo".length);
          getSelection().addRange(range);
        }"""
    )

    view.wait_for_selector(".pickbar")
    assert chosen(view) == words_before(canonical(1), "Move back, slowly")


def test_a_sentence_is_chosen_and_let_go_with_the_keyboard_alone(site, visits: Visits):
    view = visits.open(f"{site}/reading")
    scripts_have_started(view)
    link = view.get_by_role("link", name="Choose a sentence of section 1")
    link.focus()
    view.keyboard.press("Enter")
    view.wait_for_selector(".pickbar")
    view.keyboard.press("Enter")

    assert chosen(view) == words_before(canonical(0), "Silence is not refusal.")
    view.keyboard.press("Escape")
    expect(view.locator(".pickbar")).to_have_count(0)
    assert link.evaluate("link => link === document.activeElement")


def test_a_tapped_sentence_of_a_list_can_be_commented_on(site, visits: Visits):
    view = visits.open(f"{site}/reading", width=360, touch=True)
    scripts_have_started(view)
    view.locator("#words-bbbbbbb2 li").nth(1).tap()

    view.wait_for_selector(".pickbar")
    assert chosen(view) == words_before(canonical(1), "Move back, slowly.")


def test_a_typed_text_outlives_a_reload_and_is_forgotten_once_sent(site, visits: Visits):
    view = visits.open(f"{site}/form")
    scripts_have_started(view)
    view.locator("#f-body").fill("They asked me nothing.")
    assert drafts(view, wanted=1) == 1
    view.reload()
    scripts_have_started(view)
    expect(view.locator("#f-body")).to_have_value("They asked me nothing.")

    view.get_by_label("Question", exact=True).check()
    view.get_by_role("button", name="Send comment").click()
    view.wait_for_url("**/sent")
    assert drafts(view, wanted=0) == 0


def test_what_a_kept_choice_asks_for_is_shown_again(site, visits: Visits):
    view = visits.open(f"{site}/form")
    scripts_have_started(view)
    asked = view.get_by_text("Questions get an answer.")
    expect(asked).to_be_hidden()
    view.locator("#f-body").fill("Why?")
    view.get_by_label("Question", exact=True).check()
    expect(asked).to_be_visible()
    assert drafts(view, wanted=1) == 1

    view.reload()

    expect(view.get_by_label("Question", exact=True)).to_be_checked()
    expect(asked).to_be_visible()


def test_a_refused_text_is_kept_in_the_browser_too(site, visits: Visits):
    view = visits.open(f"{site}/form")
    scripts_have_started(view)
    view.locator("#f-body").fill("They asked me nothing.")
    view.get_by_role("button", name="Send comment").click()
    view.wait_for_selector(".errors")
    scripts_have_started(view)

    assert view.locator("#f-body").input_value() == "They asked me nothing."
    assert drafts(view, wanted=1) == 1


def test_an_act_that_cannot_be_taken_back_is_asked_about_once(site, visits: Visits):
    view = visits.open(f"{site}/form")
    scripts_have_started(view)
    view.get_by_role("button", name="Withdraw").click()

    view.get_by_role("dialog", name="Withdraw this comment?").wait_for()
    view.get_by_role("button", name="Keep it as it is").click()
    assert urlsplit(view.url).path == "/form"


def test_markdown_buttons_write_what_they_say(site, visits: Visits):
    view = visits.open(f"{site}/form")
    field = view.locator("#f-source")
    field.fill("one\ntwo")
    field.select_text()
    view.get_by_role("button", name="List").click()
    assert field.input_value() == "- one\n- two"

    field.fill("word")
    field.select_text()
    view.keyboard.press("Control+b")
    assert field.input_value() == "**word**"

    field.fill("word")
    field.select_text()
    view.get_by_role("button", name="Table").click()
    assert field.input_value().startswith("word\n\n| Column 1 |")


def test_a_text_shown_as_it_was_typed_never_scrolls_sideways(site, visits: Visits):
    view = visits.open(f"{site}/form", width=320)

    view.locator("main").evaluate("it => it.append(document.createElement('pre'))")
    view.locator("main pre").evaluate(
        "it => { it.textContent = '| Low blood sugar '.repeat(30) }"
    )

    assert overflow(view) == 0


@pytest.mark.parametrize("name", PAGES)
def test_every_page_stands_without_scripts(site, visits: Visits, name):
    view = visits.open(f"{site}/{name}", javascript=False)

    expect(view.locator("h1")).to_be_visible()
    assert view.locator("button[data-module]:visible, .tools:visible").count() == 0


def test_single_keys_step_through_the_changes_once_they_are_switched_on(site, visits: Visits):
    view = visits.open(f"{site}/changes")
    scripts_have_started(view)
    places = view.evaluate("[...document.querySelectorAll('#rich [id]')].map((at) => at.id)")

    view.keyboard.press("n")
    assert "#" not in view.url
    view.get_by_label("Keys n and p").check()
    view.keyboard.press("n")
    view.keyboard.press("n")
    expect(view.locator(":focus")).to_have_id(places[1])
    view.keyboard.press("p")
    expect(view.locator(":focus")).to_have_id(places[0])
    expect(view.locator(":target")).to_have_id(places[0])
