"""A moderator answers comment after comment without touching a mouse."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from feedback_app.triage.models import Disposition
from tests.factories import Make
from tests.journeys.conftest import Site
from tests.journeys.people import Town, scripts_have_started

SOAK = os.environ.get("FEEDBACK_SOAK") == "1"
MANY = 500 if SOAK else 8


def answers(site: Site) -> int:
    with site.database.session(writing=False) as session:
        return session.scalar(select(func.count()).select_from(Disposition)) or 0


@pytest.mark.one_engine
@pytest.mark.timeout(60 + 4 * MANY)
def test_a_moderator_decides_one_after_the_other_by_keyboard(site: Site) -> None:
    town = Town(site)
    with site.database.session(writing=True) as session:
        make: Make = town.more(session)
        round_ = make.round()
        for number in range(MANY):
            make.comment(round=round_, body=f"Comment number {number}.")
        session.commit()
        slug = round_.slug
    page = town.window("moderator")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site.url}/triage/{slug}")
    scripts_have_started(page)
    page.keyboard.press("d")
    assert page.evaluate("document.activeElement.type") != "radio"  # off until switched on

    page.get_by_label("Single keys on this page").check()
    expect(page.get_by_text("Which keys there are")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_text("save the answer and go on")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    third = page.locator(".queue a").nth(2)
    expect(third).to_be_focused()
    page.keyboard.press("a")  # what has the mark, not what stands open beside the list
    expect(page.get_by_label("Who takes it?")).to_be_focused()
    expect(page.locator("main")).to_contain_text("Comment number 2.")
    page.goto(f"{site.url}/triage/{slug}")
    scripts_have_started(page)
    page.keyboard.press("t")  # there is no subject to choose yet: its name is typed
    expect(page.locator("#f-title")).to_be_focused()
    page.goto(f"{site.url}/triage/{slug}")
    for number in range(MANY):
        scripts_have_started(page)
        expect(page.locator(".decide").first).to_contain_text(f"Comment number {number}.")
        page.keyboard.press("d")
        page.keyboard.press("ArrowUp")  # from the first answer round to the last
        page.keyboard.press("Tab")
        page.keyboard.type(f"We read it, d and j and all. {number}")
        if number == 0:
            page.locator("[name=authority]").fill("Training director")
            page.locator("[name=rationale]").focus()
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")

    assert answers(site) == MANY
    expect(page.get_by_text("Nothing here.")).to_be_visible()
