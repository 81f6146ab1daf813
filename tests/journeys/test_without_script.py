"""The resident's part with JavaScript off, in Spanish, on a phone; and by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from feedback_app.comments.models import Anchor, Comment
from feedback_app.rounds.models import Round
from tests.factories import Make
from tests.journeys.people import follow, said, scripts_have_started, tab_to
from tests.parts.chromium import axe_findings, overflow

WORDS = "Officers ask the family first."
SOURCE = f"Officers wait outside. {WORDS} They speak slowly."


@pytest.fixture
def round_(site):
    with site.database.session(writing=True) as session:
        make = Make(session)
        revision = make.revision(
            sections=[{"title": "Arrival", "source": SOURCE}, {"title": "Families"}]
        )
        round_ = make.round(open=True, revision=revision)
        for position in (1, 2, 3):
            make.question(round_, position=position)
        session.commit()
        return round_.slug


def newest(site):
    with site.database.session(writing=False) as session:
        comment = session.scalars(select(Comment).order_by(Comment.id.desc())).first()
        anchor = session.scalars(select(Anchor).order_by(Anchor.id.desc())).first()
        return comment.current.body, comment.language, anchor.exact if anchor else None


def test_the_second_door_in_spanish_without_a_script(site, round_):
    """Reading, choosing a sentence from a list, commenting on it, coming back with the code."""
    page = site.window(width=360, height=740, javascript=False, locale="es-MX")
    page.goto(f"/es/rounds/{round_}")
    follow(page, page.locator("a[href*='/choose']").first)
    page.get_by_label(WORDS).check()
    follow(page, page.locator("main form button").first)
    assert WORDS in said(page)
    page.locator("textarea[name='body']").fill("Siempre la familia primero.")
    follow(page, page.locator("main form button").first)
    follow(page, page.locator("main form button").first)
    code = page.locator("#code").inner_text()
    assert newest(site) == ("Siempre la familia primero.", "es", WORDS)

    later = site.window(width=360, javascript=False, locale="es-MX")
    later.goto("/es/receipts")
    later.locator("input[name='code']").fill(code)
    follow(later, later.locator("main form button").first)

    expect(later).to_have_url(f"{site.url}/es/receipts/mine")
    assert "Siempre la familia primero." in said(later)
    assert overflow(later) == 0


def test_a_resident_leaves_without_a_script(site, round_):
    """Withdrawing takes two presses and leaves a line with the day."""
    page = site.window(width=360, javascript=False)
    page.goto(f"/rounds/{round_}/comment")
    page.locator("textarea[name='body']").fill("I should not have said that.")
    follow(page, page.locator("main form button").first)
    follow(page, page.locator("main form button").first)
    page.goto("/receipts/mine")
    follow(page, page.get_by_role("link", name="Withdraw"))
    follow(page, page.locator("main form button").first)

    reader = site.window()
    reader.goto(f"/rounds/{round_}/whole")

    assert "I should not have said that." not in said(reader)
    assert "Withdrawn by the person who wrote it" in said(reader)


def test_a_comment_is_sent_by_keyboard_alone(site, round_):
    """From the address bar to the private code without a pointer."""
    page = site.window()
    page.goto(f"/rounds/{round_}")
    page.keyboard.press("Tab")
    assert "Skip to the text" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))

    scripts_have_started(page)
    tab_to(page, "Comment on section 1", most=60)
    page.keyboard.press("Enter")
    expect(page.locator(".pickform textarea[name='body']")).to_be_focused()
    page.keyboard.type("Ask the family first, every time.")
    tab_to(page, "See it before it is sent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check, then send")).to_be_focused()
    assert axe_findings(page) == []
    tab_to(page, "Send comment")
    page.keyboard.press("Enter")

    expect(page.locator("#code")).to_be_visible()
    assert newest(site)[0] == "Ask the family first, every time."


def test_words_are_chosen_by_keyboard_sentence_by_sentence(site, round_):
    page = site.window()
    page.goto(f"/rounds/{round_}")
    scripts_have_started(page)
    tab_to(page, "Choose a sentence", most=60)
    page.keyboard.press("Enter")
    expect(page.locator(".pickbar")).to_be_visible()
    assert page.evaluate("document.activeElement.dataset.step") == "1"
    page.keyboard.press("Enter")
    assert axe_findings(page) == []
    expect(page.locator(".pickbar [role=status]")).to_have_text(WORDS)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    form = page.locator(".prose .pickform")
    expect(form.locator(".quote")).to_have_text(WORDS)
    expect(form.locator("textarea[name='body']")).to_be_focused()


def test_the_form_opens_under_the_words_and_loses_nothing(site, round_):
    """A dead line, an empty text and other words are told in place, without a cookie before."""
    page = site.window(width=360)
    page.goto(f"/rounds/{round_}")
    scripts_have_started(page)
    assert page.context.cookies() == []
    page.get_by_role("link", name="Comment on section 1").click()
    form = page.locator(".pickform")
    press_there = form.get_by_role("button", name="See it before it is sent")
    press_there.click()
    expect(form.locator("#f-body-error")).to_be_visible()
    assert axe_findings(page) == []
    assert overflow(page) == 0

    form.locator("textarea[name='body']").fill("Ask the family.")
    page.context.set_offline(True)
    press_there.click()
    expect(form.locator(".alert--bad")).to_contain_text("Nothing was sent")
    page.context.set_offline(False)
    page.locator(".prose").first.click(position={"x": 8, "y": 8})
    page.locator(".pickbar a").click()
    expect(form.locator(".quote")).to_be_visible()
    expect(form.locator("textarea[name='body']")).to_have_value("Ask the family.")
    press_there.click()
    expect(form.locator(".public")).to_be_visible()
    assert overflow(page) == 0
    form.get_by_role("button", name="Change the text").click()
    expect(form.locator("textarea[name='body']")).to_have_value("Ask the family.")
    press_there.click()
    form.get_by_role("button", name="Send comment").click()

    expect(page.locator("#code")).to_be_visible()
    assert newest(site)[0] == "Ask the family."
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_an_error_is_found_by_keyboard_and_nothing_typed_is_lost(site, round_):
    page = site.window(width=360)
    page.goto(f"/rounds/{round_}/comment")
    page.locator("textarea[name='body']").evaluate("box => box.required = false")
    follow(page, page.locator("main form button").first)

    assert page.locator("textarea[name='body']").get_attribute("aria-invalid") == "true"
    assert axe_findings(page) == []
    assert overflow(page) == 0


def test_a_comment_from_right_to_left_reads_from_the_right(site, round_):
    with site.database.session(writing=True) as session:
        make = Make(session)
        found = session.scalars(select(Round).where(Round.slug == round_)).one()
        make.comment(round=found, body="שאלו קודם את המשפחה.", display_name="\u202eabc")
        session.commit()
    page = site.window(width=360)
    page.goto(f"/rounds/{round_}")

    body = page.locator(".comment .body > *").first
    how = body.evaluate("tag => getComputedStyle(tag).unicodeBidi")

    assert how == "plaintext"
    assert overflow(page) == 0
