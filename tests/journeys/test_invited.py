"""A host plans for invited people; one joins on a phone, in Spanish, without any script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback_app.comments.invitation_models import MeetingCode
from feedback_app.comments.models import Comment
from tests.journeys.people import Town, choose, fill, follow, press, said
from tests.parts.chromium import axe_findings, overflow


@pytest.mark.timeout(300)
def test_words_on_a_screen_let_a_resident_in_and_speak(site, time):
    town = Town(site)
    with site.database.session(writing=True) as session:
        town.more(session).revision(sections=[{"title": "Arrival"}, {"title": "Families"}])
        session.commit()
    plan_for_invited_people(town, time)
    time.move(days=5)
    words = show_words(town)
    join_and_comment(site, words)

    with site.database.session(writing=False) as session:
        comment = session.scalars(select(Comment)).one()
        code = session.scalars(select(MeetingCode)).one()
        assert comment.current.body == "Sí\n\nPorque conocen a la persona."
        assert (comment.choice, code.joined_count, comment.language) == (1, 1, "es")
    visitor = site.window()
    visitor.goto("/rounds/invited")
    assert "conocen" not in visitor.content()


def plan_for_invited_people(town, time):
    page = town.window("host", width=360, height=740)
    page.goto("/host/rounds/new")
    fill(page, slug="invited", title_en="Ask the family", title_es="Pregunte a la familia")
    fill(page, why_en="The course is old.", why_es="El curso es viejo.")
    press(page, "Save and go on")
    assert overflow(page) == 0
    fill(page, can_change_en="All of it.", can_change_es="Todo.")
    press(page, "Save and go on")
    opens, closes = time.now + timedelta(days=3), time.now + timedelta(days=38)
    fill(page, opens_on=f"{opens:%Y-%m-%d}", closes_on=f"{closes:%Y-%m-%d}")
    fill(page, answers_due_on="")
    press(page, "Save and go on")
    choose(page, "participation", "invited")
    fill(page, help_name="Ana Ruiz", help_phone="555-0134", help_email="help@example.org")
    press(page, "Save and go on")
    for n in (1, 2, 3):
        fill(page, **{f"prompt_en_{n}": f"Ask them first? {n}", f"summary_en_{n}": "So."})
        fill(page, **{f"prompt_es_{n}": f"¿Preguntar primero? {n}", f"summary_es_{n}": "Así."})
        page.locator(f"[name='kind_{n}']").select_option("yes_no")
    assert overflow(page) == 0
    press(page, "Save the questions")
    follow(page, page.get_by_role("button", name="Sign for"))
    assert axe_findings(page) == []


def show_words(town):
    page = town.window("host")
    page.goto("/host/rounds/invited/invitations")
    fill(page, label="Friday")
    page.locator("#meeting-language").select_option("es")
    press(page, "Make words for a meeting")
    assert page.locator("img").count() == 1
    return page.locator(".code--wall").inner_text()


def join_and_comment(site, words):
    page = site.window(width=360, height=740, javascript=False, locale="es-MX")
    page.goto("/es/rounds/invited/join#" + words.replace(" ", "-"))
    assert overflow(page) == 0
    fill(page, words=words)
    follow(page, page.locator("main form button").first)
    assert len(page.locator("#code").inner_text().split("-")) == 8
    assert overflow(page) == 0
    follow(page, page.get_by_role("link", name="Tengo 2 minutos"))
    page.locator("input[name='choice'][value='1']").first.check()
    box = page.locator("textarea[name='body']").first
    box.fill("Porque conocen a la persona.")
    follow(page, box.locator("xpath=ancestor::form").locator("button").first)
    assert "Porque conocen a la persona." in said(page)
    assert overflow(page) == 0
    follow(page, page.locator("main form button").first)
    assert "Su comentario" in said(page)
