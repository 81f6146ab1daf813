"""Feeds are valid Atom, the same for everybody, and cost nothing where nothing is new."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from lxml import etree

pytestmark = pytest.mark.one_engine
ATOM = "{http://www.w3.org/2005/Atom}"
DAY = timedelta(days=1)


@pytest.fixture
def world(make, session):
    """One round with its answers, one that is open, one that nobody signed, a hostile title."""
    answered = make.round()
    answered.report_published_at = answered.closes_at + DAY / 2
    make.comment(round=answered, body="Zelda Quorn sells watches")
    open_ = make.round(open=True, revision=answered.revision)
    open_.texts[0].title = "A & B <i>\u0008</i>"
    hidden = make.round(open=True, host_signed_at=None)
    session.flush()
    return answered, open_, hidden


def feeds_of(answered):
    course = answered.revision.curriculum
    return [
        "/feeds/rounds.atom",
        f"/feeds/curricula/{course.slug}.atom",
        f"/feeds/departments/{answered.department.slug}.atom",
        "/feeds/exceptions.atom",
        "/feeds/log.atom",
    ]


def check(page, language):
    """What RFC 4287 demands of a feed (4.1.1) and of an entry (4.1.2)."""
    root = etree.fromstring(page.data)
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    ids = []
    for each in [root, *root.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            (found,) = each.findall(f"{ATOM}{name}")
            assert found.text.strip(), name
        ids.append(each.findtext(f"{ATOM}id"))
        assert datetime.fromisoformat(each.findtext(f"{ATOM}updated")).tzinfo is not None
        (link,) = [a for a in each.findall(f"{ATOM}link") if a.get("rel") == "alternate"]
        assert link.get("href").startswith("http://localhost/")
    (own,) = [a for a in root.findall(f"{ATOM}link") if a.get("rel") == "self"]
    assert own.get("href") == root.findtext(f"{ATOM}id")
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    assert len(ids) == len(set(ids))
    times = [e.findtext(f"{ATOM}updated") for e in root.findall(f"{ATOM}entry")]
    assert times == sorted(times, reverse=True)
    return root


def test_every_feed_is_valid_in_both_languages_and_holds_no_comment(browser, world):
    for path in feeds_of(world[0]):
        for prefix, language in (("", "en"), ("/es", "es")):
            page = browser.get(prefix + path)
            assert page.headers["Content-Type"].startswith("application/atom+xml"), path
            check(page, language)
            assert "Zelda" not in page.html
            assert world[2].slug not in page.html
            assert "Set-Cookie" not in page.headers


def test_a_feed_tells_what_happened_newest_first(browser, world):
    course = world[0].revision.curriculum
    root = check(browser.get(f"/feeds/curricula/{course.slug}.atom"), "en")

    titles = [e.findtext(f"{ATOM}title") for e in root.findall(f"{ATOM}entry")]
    assert [" ".join(title.split("”")[-1].split()[:3]) for title in titles] == [
        "are out.",
        "has closed.",
        "is open for",
        "is open for",
        "is published.",
    ]


def test_an_empty_feed_is_valid_too(browser):
    check(browser.get("/feeds/rounds.atom"), "en")
    check(browser.get("/feeds/log.atom"), "en")


def test_a_feed_that_is_known_is_not_sent_again(browser, world):
    for path in feeds_of(world[0]):
        first = browser.get(path)
        by_tag = browser.get(path, headers={"If-None-Match": first.headers["ETag"]})
        since = {"If-Modified-Since": first.headers["Last-Modified"]}

        assert (by_tag.status_code, by_tag.data) == (304, b""), path
        assert browser.get(path, headers=since).status_code == 304


def test_pages_name_their_feeds(browser, world):
    course = f"/curricula/{world[0].revision.curriculum.slug}"
    for page, feed in (
        ("/rounds", "/feeds/rounds.atom"),
        ("/log", "/feeds/log.atom"),
        ("/exceptions", "/feeds/exceptions.atom"),
        (course, f"/feeds{course}.atom"),
    ):
        link = browser.get(page).soup.find("link", type="application/atom+xml")
        assert link["href"] == feed


def test_what_is_not_there_has_no_feed(browser, make):
    draft = make.revision(published=False)

    assert browser.get(f"/feeds/curricula/{draft.curriculum.slug}.atom").status_code == 404
    assert browser.get("/feeds/departments/nobody.atom").status_code == 404
    assert browser.get(f"/feeds/departments/{make.board().slug}.atom").status_code == 404
