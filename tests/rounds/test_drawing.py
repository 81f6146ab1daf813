"""The reading page is put together by hand; whatever people typed stays text on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feedback_app.comments.models import Channel, Voice
from feedback_app.curricula.models import Openness
from tests.rounds.planning import open_round

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)><a title='",
    "' onmouseover='alert(1)",
    "&lt;b&gt; %(name)s %s {{ 7 * 7 }}",
    "</div></section><h1>Closed</h1>",
]


@pytest.mark.one_engine
@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_people_typed_stays_text(browser, make, typed):
    revision = make.revision(
        sections=[
            {"title": typed, "summary": typed, "openness": Openness.PARTLY, "authority": typed},
            {"title": typed, "openness": Openness.FIXED, "authority": typed},
        ]
    )
    round_ = make.round(open=True, revision=revision, help_name=typed)
    round_.text("en").title = round_.text("en").why = typed
    first, fixed = revision.sections
    comment = make.comment(
        round=round_,
        section_key=first.key,
        display_name=typed,
        body=typed,
        suggested_wording=typed,
        replies_count=1,
        channel=Channel.PAPER,
    )
    make.comment(
        round=round_,
        parent_id=comment.id,
        section_key=first.key,
        kind=None,
        voice=Voice.HOST,
        display_name=typed,
        body=typed,
    )
    browser.sign_in(make.account(name=typed))

    for _ in range(2):  # drawn, then kept
        soup = browser.get(f"/rounds/{round_.slug}").soup

        assert [script["src"].split("?")[0] for script in soup("script")] == [
            "/static/js/main.js"
        ]
        assert not soup("img")
        assert not [tag for tag in soup(True) if any(name[:2] == "on" for name in tag.attrs)]
        assert [heading.get_text() for heading in soup("h1")] == [typed]
        assert soup.find(class_="who-in").get_text() == typed
        block = soup.find(id=first.key)
        assert block.find("h2").find_all("span")[1].get_text() == typed
        assert block.find(class_="plain").get_text() == f"In short: {typed}"
        assert typed in block.find(class_="sec__note").get_text()
        assert [b.get_text() for b in block.select(".who b")] == [typed, typed]
        assert {b.get_text() for b in block.find_all(class_="body")} == {typed}
        assert block.find(class_="said").get_text() == typed
        assert typed in soup.find(id=fixed.key).find(class_="fixed").get_text()


def test_what_hardly_any_comment_has_is_told_in_the_margin_as_in_the_list(browser, make):
    round_ = make.round(open=True, languages=["en", "es"])
    section = round_.revision.sections[0]
    sent = round_.opens_at + timedelta(days=1)
    seldom = make.comment(
        round=round_,
        submitted_at=sent,
        edited_at=sent + timedelta(days=3),
        suggested_wording='“Wait” — \\ "as long\nas it takes" ▮ 😀',
        channel=Channel.MEETING,
        said_by=5,
        said_of=9,
    )
    plain = make.comment(round=round_, submitted_at=sent, kind=None)

    margin = browser.get(f"/rounds/{round_.slug}").soup
    listed = browser.get(f"/rounds/{round_.slug}/sections/{section.key}").soup

    for comment in (seldom, plain):
        cards = [page.find(id=f"c-{comment.public_id}") for page in (margin, listed)]
        for part in ("who", "wording", "body"):
            first, second = (card.find(class_=part) for card in cards)
            assert (first is None) == (part == "wording" and comment is plain)
            assert first is None or first.get_text(" ") == second.get_text(" "), part
    told = margin.find(id=f"c-{seldom.public_id}").get_text(" ")
    assert [word in told for word in ("5 of 9", "changed", "▮ 😀")] == [True] * 3


@pytest.mark.one_engine
def test_a_frame_is_shared_by_all_but_their_names(browser, new_browser, make):
    round_ = open_round(make)
    path = f"/rounds/{round_.slug}"
    browser.sign_in(make.account(name="Zenobia Quint"))
    other, nobody = new_browser(), new_browser()
    other.sign_in(make.account(name="Aurelio Paz"))

    shown = [person.get(path) for person in (browser, other, nobody, browser)]

    names = [page.soup.find(class_="who-in").get_text() for page in shown]
    assert names == ["Zenobia Quint", "Aurelio Paz", "Sign in", "Zenobia Quint"]
    assert shown[0].html.replace("Zenobia Quint", "Aurelio Paz") == shown[1].html


@pytest.mark.one_engine
def test_a_frame_follows_the_address_and_the_roles_of_its_reader(browser, make):
    round_ = open_round(make)
    path = f"/rounds/{round_.slug}"

    def other_language(page):
        return page.soup.find("header").find("a", hreflang=True)["href"]

    assert other_language(browser.get(path)) == f"/es{path}"
    assert other_language(browser.get(f"{path}?part=x")) == f"/es{path}?part=x"
    assert other_language(browser.get(f"/es{path}")) == path
    browser.sign_in(make.host())
    assert "My comment periods" in browser.get(path).text
    browser.sign_out()
    assert "My comment periods" not in browser.get(path).text


@pytest.mark.one_engine
def test_a_message_that_waits_is_shown_once_and_to_its_reader_alone(browser, new_browser, make):
    round_ = open_round(make)
    path = f"/rounds/{round_.slug}"
    browser.get(path)
    with browser.client.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Your comment is in.")]

    shown = [person.get(path) for person in (browser, new_browser(), browser)]

    assert ["Your comment is in." in page.text for page in shown] == [True, False, False]
