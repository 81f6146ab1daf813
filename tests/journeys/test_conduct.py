"""Hide, appeal, restore: by keyboard alone, on a phone, in two languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from feedback_app.accounts import services as accounts
from feedback_app.comments.conduct import State
from feedback_app.comments.models import Comment
from tests.journeys.people import Town, follow, said, tab_to
from tests.parts.chromium import axe_findings, overflow

WORDS = "They will see at the ballot box what comes of it."


@pytest.fixture
def town(site):
    return Town(site)


@pytest.fixture
def written(site, town):
    """A comment of somebody with an account, and how they are signed in."""
    with site.database.session(writing=True) as session:
        make = town.more(session)
        host, board = town.homes(session)
        make._host, make._board = host, board
        round_ = make.round(open=True)
        writer = make.account()
        part = make.participation(round_, account_id=writer.id)
        comment = make.comment(round=round_, body=WORDS, participation=part)
        session.flush()
        token = accounts.sign_in(session, writer)
        session.commit()
        return comment.public_id, round_.slug, token


def send_by_keyboard(page):
    """Press Enter on the button that is focused, and wait for the next page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def looked_at(page):
    assert overflow(page) == 0
    assert axe_findings(page) == []


def open_by_keyboard(page, words):
    tab_to(page, words)
    send_by_keyboard(page)


def pick(page, value):
    """Tab comes to a group of choices; arrows and space choose in it."""
    radio = page.locator(f"[value='{value}']")
    radio.focus()  # where Tab comes to rest in a group depends on what is chosen already
    page.keyboard.press("Space")
    expect(radio).to_be_checked()


@pytest.mark.timeout(240)
def test_hide_appeal_restore_by_keyboard(site, town, written):
    comment, slug, token = written
    host = town.window("host", width=360)
    host.goto(f"/comments/{comment}")
    open_by_keyboard(host, "Conduct: hide, cover, erase")
    pick(host, "hide")
    pick(host, "threat")
    looked_at(host)
    open_by_keyboard(host, "Do it")
    assert "Somebody else decides now" in said(host)
    looked_at(host)

    board = town.window("reviewer", width=360)
    board.goto(f"/host/rounds/{slug}/conduct")
    looked_at(board)
    open_by_keyboard(board, "Read and decide")
    assert WORDS in said(board)
    pick(board, "yes")
    looked_at(board)
    open_by_keyboard(board, "Decide")

    public = site.window(width=360)
    public.goto(f"/comments/{comment}")
    assert "by the rules of conduct: it threatens somebody" in said(public)
    assert WORDS not in said(public)
    looked_at(public)

    writer = site.window(token, width=360)
    writer.goto(f"/es/comments/{comment}")
    assert WORDS in said(writer)
    looked_at(writer)
    open_by_keyboard(writer, "junta de supervisión")
    tab_to(writer, "words")
    writer.keyboard.type("Hablaba del voto.")
    looked_at(writer)
    open_by_keyboard(writer, "Pedírselo a la junta")
    assert "una sola vez" in said(writer)

    board.goto(f"/host/rounds/{slug}/conduct")
    assert "Their writers ask the board" in said(board)
    follow(board, board.locator("section[aria-labelledby='appeals'] a").first)
    assert "Hablaba del voto." in said(board)
    pick(board, "yes")
    tab_to(board, "words")
    board.keyboard.type("It speaks of voting.")
    looked_at(board)
    open_by_keyboard(board, "Decide")

    public.reload()
    assert WORDS in said(public)
    public.goto(f"/rounds/{slug}/moderation")
    assert "the board decided for the writer" in said(public)
    looked_at(public)
    with site.database.session(writing=False) as session:
        found = session.query(Comment).filter_by(public_id=comment).one()
        assert found.state is State.SHOWN
