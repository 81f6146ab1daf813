"""While somebody types on a phone: who said it before, and what a shared computer keeps."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Town, scripts_have_started
from tests.parts.chromium import axe_findings, overflow

PORCH = "Sixty seconds is right for a porch. With a knife on the table I cannot count to sixty."
PAPER = "Write the phone number on paper, our phones die."
SHEET = "¿Y la hoja para la familia, en español? Dijeron que sí. Todavía no la veo."
NIGHT = "Que el número funcione en español también de noche."


@pytest.fixture
def round_(site):
    town = Town(site)
    with site.database.session(writing=True) as session:
        make = town.more(session)
        base = make.revision(sections=[{"title": "Distance"}, {"title": "The sheet"}])
        one = make.round(open=True, revision=base)
        here, there = base.sections
        for section, language, body in (
            (here, "en", PORCH),
            (here, "en", PAPER),
            (there, "es", SHEET),
            (there, "es", NIGHT),
        ):
            make.comment(round=one, section_key=section.key, language=language, body=body)
        session.commit()
        return one.slug, here.key


TYPED = {
    "": ("With a knife nobody can count to sixty on a porch.", PORCH),
    "/es": ("Las familias necesitan hojas en español, no las he visto.", SHEET),
}
KEPT = """[localStorage, sessionStorage].map(
    (store) => Object.keys(store).filter((key) => key.startsWith("draft:comment")).length
)"""


@pytest.mark.timeout(240)
def test_who_said_something_like_it_is_shown_while_typing(site, round_):
    slug, key = round_
    for prefix, (typed, expected) in TYPED.items():
        page = site.window(width=360)
        page.goto(f"{prefix}/rounds/{slug}/sections/{key}/comment")
        scripts_have_started(page)
        box, field = page.locator("[data-module='alike']"), page.locator("#f-body")
        field.fill("This would be about the same, y esto también para todos.")
        page.wait_for_timeout(900)
        expect(box).to_be_hidden()

        field.press_sequentially(f" {typed}")

        expect(box.locator("li")).to_have_count(1)
        expect(box).to_contain_text(expected)
        assert overflow(page) == 0
        assert axe_findings(page) == []
        page.reload()
        expect(box).to_contain_text(expected)
        box.get_by_role("link").click()
        expect(page.locator("main")).to_contain_text(expected)


@pytest.mark.timeout(240)
def test_what_is_typed_on_a_shared_computer_goes_with_the_tab(site, round_):
    slug, key = round_
    address = f"/rounds/{slug}/sections/{key}/comment"
    page = site.window(width=360)
    page.goto(address)
    scripts_have_started(page)
    page.locator("#f-body").fill("My brother")
    page.locator("[data-module='shared-computer'] input").check()
    page.locator("#f-body").press_sequentially(" was there")
    page.wait_for_timeout(900)
    assert page.evaluate(KEPT) == [0, 1]

    page.reload()
    expect(page.locator("#f-body")).to_have_value("My brother was there")
    next_person = page.context.new_page()
    page.close()
    next_person.goto(address)
    scripts_have_started(next_person)

    expect(next_person.locator("#f-body")).to_have_value("")
    assert next_person.evaluate(KEPT) == [0, 0]
