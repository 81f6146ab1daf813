"""Two authors at one section: saved while typing, both texts kept, with a script or none."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from feedback_app.curricula.models import Section
from feedback_app.curricula.services import start_revision
from tests.journeys.people import Town, follow, press, said, scripts_have_started
from tests.parts.chromium import axe_findings, overflow

OLD = "Officers wait a minute.\n\nThey speak slowly."


@pytest.fixture
def town(site):
    return Town(site)


@pytest.fixture
def address(site, town):
    """The page of a section that stands in a draft."""
    with site.database.session(writing=True) as session:
        make = town.more(session)
        base = make.revision(sections=[{"title": "Arrival", "source": OLD}])
        draft = start_revision(session, base.curriculum, actor=make.actor(make.author()))
        session.commit()
        return f"/authoring/{draft.curriculum.slug}/sections/{draft.sections[0].key}"


def saved(site):
    with site.database.session(writing=False) as session:
        return session.scalars(select(Section.source).order_by(Section.id.desc())).first()


@pytest.mark.timeout(240)
def test_two_authors_write_at_once_and_no_word_is_lost(site, town, address):
    one, other = town.window("author"), town.window("author", width=360)
    for page in (one, other):
        page.goto(address)
        scripts_have_started(page)
    text = other.locator("textarea[name='source']")

    one.locator("textarea[name='source']").fill(OLD.replace("a minute", "**two** minutes"))
    expect(one.locator("#prose strong")).to_have_text("two")
    expect(one.locator("#saved")).to_contain_text("Saved ")
    expect(one.locator("#look h3").first).to_have_text("As residents will read it")
    assert saved(site) == OLD.replace("a minute", "**two** minutes")
    one.locator("input[name='title']").fill("Arriving")
    expect(one.locator("#words")).to_contain_text("Arriving")
    expect(one.locator(".outline--side [aria-current]")).to_contain_text("Arriving")

    text.fill(OLD.replace("slowly", "softly"))
    expect(other.locator("#saved")).to_contain_text("somebody else saved this section")
    follow(other, other.get_by_role("button", name="Look at both texts"))
    assert overflow(other) == 0
    assert axe_findings(other) == []
    press(other, "Save as one text")

    expect(other.locator("textarea[name='source']")).to_have_value(
        "Officers wait **two** minutes.\n\nThey speak softly."
    )
    assert saved(site) == "Officers wait **two** minutes.\n\nThey speak softly."
    scripts_have_started(other)
    expect(other.get_by_role("button", name="Bring them back")).to_have_count(0)


@pytest.mark.timeout(240)
def test_words_are_kept_when_the_page_is_left_before_the_pause(site, town, address):
    page = town.window("author")
    page.goto(address)
    scripts_have_started(page)

    page.locator("textarea[name='source']").fill("Left in a hurry.")
    page.goto("/authoring/")

    expect(page.locator("h1")).to_have_text("My courses")
    for _ in range(900):
        if saved(site) == "Left in a hurry.":
            break
        page.wait_for_timeout(100)
    page.goto(address)
    expect(page.locator("textarea[name='source']")).to_have_value("Left in a hurry.")


@pytest.mark.timeout(240)
def test_writing_looking_and_merging_work_without_a_script(site, town, address):
    one = town.window("author", javascript=False)
    other = town.window("author", width=360, javascript=False)
    for page in (one, other):
        page.goto(address)
    one.locator("textarea[name='source']").fill(OLD.replace("a minute", "an hour"))
    press(one, "Show preview")
    assert "As residents would read it; not saved yet" in said(one)
    assert saved(site) == OLD
    press(one, "Save")

    other.locator("textarea[name='source']").fill(OLD.replace("slowly", "softly"))
    press(other, "Save")
    assert "Nothing is lost: both texts are here" in said(other)
    assert overflow(other) == 0
    other.get_by_label("Mine").first.check()
    press(other, "Save as one text")

    assert saved(site) == OLD.replace("slowly", "softly")
