"""Views of the board under a name: one's own, shared, shown first, and no longer fitting."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.core import clock
from feedback_app.triage.saved_view_models import FirstView, SavedView


@pytest.fixture
def moderator(make):
    return make.moderator(name="R. Alder")


@pytest.fixture
def round_(make):
    return make.point(body="Ask the family.").comment.round


def keep(browser, round_, asks, name, **fields):
    return browser.post(f"/triage/{round_.slug}/views/new?{asks}", name=name, **fields)


def views_shown(browser, round_, asks=""):
    page = browser.get(f"/triage/{round_.slug}{asks}")
    return [
        " ".join(chip.get_text(" ").split())
        for chip in page.soup.select('nav[aria-label="Kept views"] .chip')
    ]


def test_a_view_stands_at_the_head_of_every_round_and_is_seen_first_on_the_way_in(
    browser, session, make, moderator, round_
):
    other = make.round()
    browser.sign_in(moderator)

    kept = keep(browser, round_, "kind=concern&order=newest", "Concerns", is_first="y")

    assert kept.location.endswith("kind=concern&order=newest")
    assert views_shown(browser, other) == ["Concerns first"]
    way_in = browser.get("/triage/").soup.select_one(f'a[href*="/triage/{other.slug}?"]')
    page = browser.get(way_in["href"], follow=True)
    current = page.soup.select_one('nav[aria-label="Kept views"] [aria-current]')
    assert "Concerns" in current.get_text()
    assert page.soup.select_one("#q-order option[selected]")["value"] == "newest"
    view = session.scalars(select(SavedView)).one()
    address = f"/triage/{round_.slug}/views/{view.public_id}"
    browser.post(address, name="Worries", is_first=None)
    assert views_shown(browser, other) == ["Worries"]
    assert session.scalars(select(FirstView)).all() == []
    browser.post(address, name="Worries", is_first="y")
    browser.post(address, name="Worries", delete="1")
    assert views_shown(browser, other) == []


@pytest.mark.one_engine
def test_a_shared_view_is_everybodys_to_see_and_its_owners_to_change(
    browser, new_browser, session, make, moderator, round_
):
    browser.sign_in(moderator)
    keep(browser, round_, "assigned=me", "Mine", is_shared="y")
    keep(browser, round_, "assigned=nobody", "Free")
    view = session.scalars(select(SavedView).where(SavedView.name == "Mine")).one()
    hidden = session.scalars(select(SavedView).where(SavedView.name == "Free")).one()
    address = f"/triage/{round_.slug}/views/{view.public_id}"
    author = new_browser()
    author.sign_in(make.author())

    assert views_shown(author, round_) == ["Mine shared"]
    author.post(address, name="Theirs", is_first="y", delete=None)
    assert views_shown(author, round_) == ["Mine first shared"]
    assert author.post(address, delete="1").status_code == 404
    other = f"/triage/{round_.slug}/views/{hidden.public_id}"
    assert author.get(other).status_code == 404
    board = new_browser()
    board.sign_in(make.reviewer())
    assert views_shown(board, round_) == []
    assert board.get(address).status_code == 404
    second = new_browser()
    second.sign_in(make.moderator())
    assert second.post(address, delete="1").status_code == 303
    assert views_shown(author, round_) == []


@pytest.mark.one_engine
def test_a_view_whose_subject_is_gone_says_which_and_belongs_to_its_round_alone(
    browser, make, moderator, round_
):
    theme = make.theme(round_, title="Waiting")
    browser.sign_in(moderator)
    keep(browser, round_, f"theme={theme.public_id}", "Waits")
    assert views_shown(browser, make.round()) == []

    theme.ended_at = clock.now()

    assert views_shown(browser, round_) == ["Waits no longer fits"]
    page = browser.get(f"/triage/{round_.slug}?theme={theme.public_id}")
    assert "This view no longer fits" in page.text
    assert "Subject “Waiting”" in page.text


@pytest.mark.one_engine
def test_a_view_kept_from_a_link_whose_subject_was_gone_already_opens(
    browser, make, moderator, round_
):
    """Between the link and the keeping a colleague may have joined the subject with another."""
    theme = make.theme(round_, title="Waiting")
    theme.ended_at = clock.now()
    browser.sign_in(moderator)
    kept = keep(browser, round_, f"theme={theme.public_id}", "Waits", is_first="y")

    page = browser.get(kept.location)

    assert page.status_code == 200
    assert "This view no longer fits" in page.text


@pytest.mark.one_engine
def test_two_views_of_one_name_are_refused_beside_the_field(browser, moderator, round_):
    browser.sign_in(moderator)
    keep(browser, round_, "kind=concern", "Concerns")

    again = keep(browser, round_, "kind=question", "  Concerns ")
    nameless = keep(browser, round_, "kind=question", " ")

    assert again.status_code == 422
    assert again.error_of("name") == "You have a view of this name already."
    assert nameless.error_of("name") == "Give the view a name."
