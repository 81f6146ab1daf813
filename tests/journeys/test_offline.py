"""A host types ten sheets by keyboard, and holds a session from its pack to what came of it."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from sqlalchemy import select

from feedback_app.comments.sheet_models import Sheet
from feedback_app.core import clock
from tests.journeys.people import fill, follow, press, said, tab_to

SPOKEN = "Number {}: let people sit down before anybody asks them for a name at the desk."


def test_ten_paper_sheets_are_typed_by_keyboard_alone_in_under_three_minutes(demo_site):
    site, world = demo_site
    page = site.window(world.tokens["host"])
    page.goto(f"/host/rounds/{world.ids['open']}/sheets/new")
    begun = time.monotonic()

    tab_to(page, "number")
    for number in range(101, 111):
        if number == 101:
            page.keyboard.type(str(number))
            tab_to(page, "about")
        expect(page.locator("[name=about]")).to_be_focused()
        page.keyboard.type(str(1 + number % 5))
        page.keyboard.press("Tab")
        page.keyboard.type("C")
        page.keyboard.press("Tab")
        page.keyboard.type(SPOKEN.format(number))
        tab_to(page, "Save, next sheet")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_text(f"Sheet {number} is saved.")).to_be_visible()

    taken = time.monotonic() - begun
    print(f"ten sheets by keyboard: {taken:.0f} s")
    with site.database.session(writing=False) as session:
        typed = session.scalars(select(Sheet).where(Sheet.number.between(101, 110))).all()
        assert len(typed) == 10
        assert {sheet.comment.kind.value for sheet in typed} == {"concern"}
        assert {sheet.comment.current.body for sheet in typed} == {
            SPOKEN.format(number) for number in range(101, 111)
        }
    follow(page, page.get_by_role("link", name="10 slips to print"))
    expect(page.locator(".slip .code")).to_have_count(10)
    assert taken < 180


def test_a_session_goes_from_its_pack_to_a_page_that_is_read_aloud(demo_site):
    site, world = demo_site
    host = site.window(world.tokens["host"])
    host.goto(f"/host/rounds/{world.ids['open']}/sessions/new")
    fill(host, held_on="2026-01-10", place="Ferry Street Library", heads="9")
    press(host, "Save the session")
    session_page = host.url
    follow(host, host.get_by_role("link", name="Print the pack"))
    expect(host.locator(".strip")).to_have_count(20)
    code = host.locator(".strip .code").first.inner_text()

    host.goto(session_page)
    press(host, "Make a code for a helper")
    link = host.locator("#helper-link").inner_text()
    helper = site.window(width=360)
    helper.goto(link)
    helper.wait_for_url("**/helper/sheets")
    assert "#" not in helper.url
    helper.locator("summary").first.click()
    today = f"{clock.now().astimezone(ZoneInfo('America/Chicago')):%Y-%m-%d}"  # the host's
    fill(helper, received_on=today, body="The nurse should come along at night, too.")
    press(helper, "Save, next sheet")
    assert "The nurse should come along at night, too." in said(helper)

    person = site.window(width=360, javascript=False)
    person.goto("/receipts")
    fill(person, code=code)
    press(person, "Show my comments")
    assert "The nurse should come along at night, too." in said(person)

    host.goto(session_page)
    follow(host, host.get_by_role("link", name="What came of our session"))
    aloud = said(host)
    assert "9 people came." in aloud
    assert "The nurse should come along at night, too." in aloud
    assert code not in aloud
