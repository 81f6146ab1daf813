"""From a file to “you said, we did”: one sentence of a resident changes a course."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from feedback_app.core import jobs
from feedback_app.curricula.models import Section
from tests.journeys.people import Town, choose, fill, follow, press, said, scripts_have_started
from tests.parts.chromium import overflow

pytestmark = pytest.mark.long

COURSE = """# First contact

Officers arrive quietly. They speak slowly and ask one question at a time.

# Families

Officers gather information from family members when they can. They write it down.
"""
OLD = "Officers gather information from family members when they can."
NEW = "Officers ask the family first, before anybody else speaks."
SAID = "Please ask us first. We know what calms him."
WHY = "You are right: the family knows him. The course now says so."


@pytest.mark.timeout(400)
def test_one_sentence_goes_from_a_phone_into_the_course_and_back(site, time, tmp_path):
    town = Town(site)
    import_a_course(site, town, tmp_path)
    publish_the_first_version(site, town)
    plan_a_round(town, time)
    time.move(days=5)
    code = comment_on_a_phone(site)
    answer_with_a_promise(town)
    time.move(days=41)
    change_the_words(site, town)
    tie_the_answer_to_the_new_words(town)
    publish_the_answers(town)
    publish_the_second_version(town)
    read_what_changed(site)
    come_back_and_say_yes(site, code)


def import_a_course(site, town, folder):
    file = folder / "course.md"
    file.write_text(COURSE)
    page = town.window("author")
    page.goto("/authoring/import")
    page.locator("input[type=file]").set_input_files(file)
    press(page, "Bring it in")
    jobs.run_due(site.database)
    page.goto(page.url)
    expect(page.get_by_role("heading", name="The sections")).to_be_visible()
    fill(page, title="Crisis calls", slug="crisis-calls", summary="How to meet a crisis.")
    fill(page, minutes="60")
    for number, field in enumerate(page.locator("input[name$='minutes'][name*='-']").all()):
        field.fill(str(20 + 20 * number))
    press(page, "Make this a course")
    expect(page).to_have_url(f"{site.url}/authoring/crisis-calls")
    assert "Families" in said(page)


def publish_the_first_version(site, town):
    page = town.window("moderator")
    page.goto("/authoring/crisis-calls/publish")
    press(page, "Publish version 1", asked=True)
    expect(page).not_to_have_url(f"{site.url}/authoring/crisis-calls/publish")
    reader = site.window()
    reader.goto("/curricula/crisis-calls/revisions/1")
    assert OLD in said(reader)


def plan_a_round(town, time):
    page = town.window("host")
    page.goto("/host/rounds/new")
    opens, closes = time.now + timedelta(days=3), time.now + timedelta(days=38)
    due = time.now + timedelta(days=90)
    fill(
        page, slug="ask-the-family", title_en="Ask the family", title_es="Pregunte a la familia"
    )
    fill(page, why_en="The course is five years old.", why_es="El curso tiene cinco años.")
    press(page, "Save and go on")
    fill(page, can_change_en="All of it.", can_change_es="Todo.")
    press(page, "Save and go on")
    fill(page, opens_on=f"{opens:%Y-%m-%d}", opens_time="08:00")
    fill(page, closes_on=f"{closes:%Y-%m-%d}", closes_time="17:00")
    fill(page, answers_due_on=f"{due:%Y-%m-%d}")
    press(page, "Save and go on")
    fill(page, help_name="Ana Ruiz", help_phone="555-0134", help_email="help@example.org")
    press(page, "Save and go on")
    for number in (1, 2, 3):
        section = page.locator(
            "section", has=page.get_by_role("heading", name=f"Question {number}", exact=True)
        )
        for field, words in zip(
            section.locator("textarea:not([name^=options])").all(),
            (f"What of {number}?", "It says so.", f"¿Y {number}?", "Lo dice."),
            strict=True,
        ):
            field.fill(words)
    press(page, "Save the questions")
    page.goto("/host/rounds/ask-the-family")
    follow(page, page.get_by_role("button", name="Sign for"))

    page = town.window("moderator")
    page.goto("/rounds/ask-the-family/agreement")
    follow(page, page.get_by_role("button", name="Sign for"))
    assert "has not signed" not in said(page)


def comment_on_a_phone(site):
    """By keyboard: to the section's words, one sentence on, and into the form."""
    page = site.window(width=360, height=740, touch=True)
    page.goto("/rounds/ask-the-family")
    scripts_have_started(page)
    section = page.locator("section", has=page.get_by_role("heading", name="Families")).last
    opener = section.get_by_role("link", name="Choose a sentence")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pickbar")).to_be_visible()
    assert overflow(page) == 0
    page.locator(".pickbar a").focus()
    page.keyboard.press("Enter")
    form = page.locator(".prose .pickform")
    expect(form.locator(".quote")).to_have_text(OLD)
    form.get_by_label("Your comment").fill(SAID)
    form.get_by_role("button", name="See it before it is sent").click()
    expect(form.get_by_text("What will be public")).to_be_visible()
    assert "“Unnamed”" in said(page)
    assert overflow(page) == 0
    press(page, "Send comment")
    code = page.locator("#code").inner_text().strip()
    assert len(code.split("-")) == 8
    return code


def answer_with_a_promise(town):
    page = town.window("moderator")
    page.goto("/triage/ask-the-family")
    follow(page, page.get_by_role("link").filter(has_text="ask us first").first)
    choose(page, "outcome", "adopted")
    fill(page, rationale=WHY, office="Training division", authority="Training order 4")
    due = page.locator("[name='due_on']")
    if due.is_visible():
        due.fill("2027-06-01")
    press(page, "Save answer")
    assert "Not public yet" in said(page)


def change_the_words(site, town):
    page = town.window("author")
    page.goto("/authoring/crisis-calls/start")
    follow(page, page.locator("main form button").first)
    page.goto(f"/authoring/crisis-calls/sections/{key_of(site, 'Families')}")
    assert SAID in said(page)
    source = page.locator("[name='source']")
    source.fill(source.input_value().replace(OLD, NEW))
    with page.expect_response(lambda answer: answer.url.endswith("/save") and answer.ok):
        page.get_by_role("button", name="Save", exact=True).first.click()
    page.goto("/authoring/crisis-calls/changes")
    assert "ask the family first" in said(page)


def tie_the_answer_to_the_new_words(town):
    page = town.window("moderator")
    page.goto("/triage/ask-the-family?state=promised")
    follow(page, page.get_by_role("link").filter(has_text="ask us first").first)
    follow(page, page.get_by_role("link", name="Tie it to the changed words"))
    page.locator("[name='hunk']").first.check()
    press(page, "Tie it to this change")
    page.go_back()


def publish_the_answers(town):
    page = town.window("moderator")
    page.goto("/triage/ask-the-family/publish")
    press(page, "Publish the answers", asked=True)
    page.goto("/rounds/ask-the-family/report?open=all")
    assert WHY in said(page)


def publish_the_second_version(town):
    page = town.window("moderator")
    page.goto("/authoring/crisis-calls/publish")
    assert "Nothing is left open." in said(page)
    fill(page, change_note="Families are asked first.")
    choose(page, "is_material", "yes")
    press(page, "Publish version 2", asked=True)
    assert "version 2" in said(page).lower()


def read_what_changed(site):
    page = site.window()
    page.goto("/curricula/crisis-calls/revisions/2/changes")
    shown = said(page)
    assert "ask the family first" in shown
    assert SAID in shown
    links = page.get_by_role("link").filter(has_text="ask us first")
    follow(page, links.or_(page.locator("a[href*='/comments/']")).first)
    trail = said(page)
    assert OLD in trail
    assert WHY in trail
    assert NEW in trail or "ask the family first" in trail


def come_back_and_say_yes(site, code):
    page = site.window(width=360, height=740)
    page.goto("/receipts")
    page.get_by_label("Your private code").fill(code.upper().replace("-", " "))
    press(page, "Show my comments")
    assert WHY in said(page)
    follow(page, page.get_by_role("link", name="Did this answer you?"))
    choose(page, "verdict", "yes")
    follow(page, page.locator("main form button").first)
    page.goto("/receipts/mine")
    assert "You said: this answered me." in said(page)
    assert overflow(page) == 0


def key_of(site, title):
    with site.database.session(writing=False) as session:
        return session.scalars(select(Section.key).where(Section.title == title)).first()
