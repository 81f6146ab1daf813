"""An organization responds as one: members offer, a lead edits copies, one response is sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from feedback_app.accounts import services as accounts
from feedback_app.comments.models import Comment, Voice
from tests.journeys.people import Town, fill, follow, press, said
from tests.parts.chromium import axe_findings, overflow

ORIGINALS = ("Pregunten primero a la familia.", "Esperen a la enfermera.")
EDITED = "Officers ask the family first, and wait for the nurse."


@pytest.fixture
def period(site):
    """An open period of somebody else, and a lead of an organization that is signed in."""
    town = Town(site)
    with site.database.session(writing=True) as session:
        make = town.more(session)
        make._host, make._board = town.homes(session)
        round_ = make.round(open=True)
        lead = make.partner()
        token = accounts.sign_in(session, lead)
        key = round_.revision.sections[0].key
        name = make.partner_organization().name
        session.commit()
        return round_.slug, key, token, name


def looked_at(page):
    assert overflow(page) == 0
    assert axe_findings(page) == []


def comment_on_a_phone(site, slug, key, words):
    """Without an account, without a script, in Spanish; where the comment stands."""
    phone = site.window(width=320, javascript=False)
    phone.goto(f"/es/rounds/{slug}/sections/{key}/comment")
    fill(phone, body=words)
    follow(phone, phone.locator("form .form__acts button").first)
    follow(phone, phone.locator("form .form__acts button").first)
    phone.goto(phone.url.removesuffix("/sent"))
    return phone, phone.url


@pytest.mark.timeout(240)
def test_members_offer_a_lead_sends_once_and_the_originals_stay(site, period):
    slug, key, token, name = period
    lead = site.window(token)
    lead.goto("/host/")
    looked_at(lead)
    follow(lead, lead.get_by_role("link", name="Begin to collect"))
    looked_at(lead)
    press(lead, "Begin to collect")
    words = lead.locator("section[aria-labelledby='words'] code").inner_text()
    desk = lead.url

    phones = []
    for body in ORIGINALS:
        phone, address = comment_on_a_phone(site, slug, key, body)
        follow(phone, phone.get_by_role("link", name="Ofrecerlo a mi organización"))
        fill(phone, words="palabras que nadie dio")
        press(phone, "Ofrecerlo")
        expect(phone.locator("#f-words-error")).to_contain_text("Revise cada palabra")
        fill(phone, words=words)
        press(phone, "Ofrecerlo")
        assert "todavía no se ha enviado" in said(phone)
        assert overflow(phone) == 0
        phones.append((phone, address))

    lead.goto(desk)
    for _each in ORIGINALS:
        follow(lead, lead.get_by_role("button", name="Copy into the response").first)
    looked_at(lead)
    follow(lead, lead.get_by_role("button", name="Join with the one above").first)
    follow(lead, lead.get_by_role("link", name="Edit point 1"))
    looked_at(lead)
    assert lead.locator("[name=body]").input_value() == "\n\n".join(ORIGINALS)
    fill(lead, body=EDITED)
    press(lead, "Save the point")
    follow(lead, lead.get_by_role("link", name="Add a point of your own"))
    fill(lead, body="Tell us what it costs.")
    press(lead, "Save the point")
    follow(lead, lead.get_by_role("button", name="Up point 2"))
    fill(lead, members="40")
    press(lead, "Save")
    follow(lead, lead.get_by_role("link", name="Check and send"))
    looked_at(lead)
    assert EDITED in said(lead)
    other_tab = lead.context.new_page()
    other_tab.goto(lead.url)
    press(lead, "Send the response")
    press(other_tab, "Send the response")
    assert other_tab.url == lead.url

    visitor = site.window(width=360)
    visitor.goto(f"/rounds/{slug}/whole")
    expect(visitor.locator("article.comment")).to_have_count(1)
    expect(visitor.locator("article.comment .who")).to_contain_text(name)
    visitor.goto(lead.url)
    assert "speaks for 40 members" in said(visitor)
    assert "behind" not in said(visitor)
    looked_at(visitor)
    visitor.goto(f"/rounds/{slug}/sections/{key}")
    for body in ORIGINALS:
        assert body in said(visitor)
    phone, address = phones[0]
    phone.goto("/es/receipts/mine")
    assert "Se hizo también con sus palabras" in said(phone)
    assert overflow(phone) == 0
    phone.goto(f"{address}/offer")
    press(phone, f"Mostrar el enlace a todos {name}")
    visitor.goto(lead.url)
    assert ORIGINALS[0] in said(visitor)
    assert ORIGINALS[1] not in said(visitor)
    with site.database.session(writing=False) as session:
        sent = session.scalars(select(Comment).where(Comment.voice == Voice.ORGANIZATION)).one()
        assert [point.passage for point in sent.points] == [
            "Tell us what it costs.",
            f"{heading(sent, key)}\n{EDITED}",
        ]
        kept = session.scalars(select(Comment).where(Comment.voice == Voice.RESIDENT))
        assert [(each.current.body, each.version_number) for each in kept] == [
            (body, 1) for body in ORIGINALS
        ]


def heading(sent, key):
    section = next(each for each in sent.revision.sections if each.key == key)
    return f"Section 1, {section.title}"
