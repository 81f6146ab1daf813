"""When and by whom the comments of a round are read, on every way on which they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feedback_app.comments import queries
from feedback_app.comments.codes import code_hash, make_code, receipt_key
from feedback_app.policy import VISITOR, Actor
from feedback_app.rounds.models import Showing, WhoMayComment
from tests.conftest import SECRET

WORDS = "Zelda Quorn asked for a calmer voice."
QUOTE = "They speak slowly."


def held_code(make, round_, **values):
    code = make_code(receipt_key(SECRET), round_.slug)
    part = make.participation(
        round_, account_id=None, code_hash=code_hash(receipt_key(SECRET), code), **values
    )
    return code, part


def with_code(browser, code):
    assert browser.post("/receipts", code=code).status_code == 303
    return browser


def ways(round_, comment):
    """Every address under which a comment's words or a section's count may stand."""
    here = f"/rounds/{round_.slug}"
    section = f"{here}/sections/{comment.section_key}"
    files = [f"{here}/comments.{ending}" for ending in ("csv", "json", "jsonld")]
    return [here, section, *files, f"/comments/{comment.public_id}"]


def reads(browser, round_, comment):
    """On how many of these ways somebody meets the words, the name or a mark of a comment."""
    pages = [browser.get(way) for way in ways(round_, comment)]
    assert {page.status_code for page in pages} <= {200, 404}
    told = [(WORDS, comment.public_id) if p.status_code == 200 else (WORDS,) for p in pages]
    read = [any(w in p.html for w in words) for p, words in zip(pages, told, strict=True)]
    assert not any(
        "on these words" in p.html for p, r in zip(pages, read, strict=True) if not r
    )
    return sum(read)


def said(make, **values):
    round_ = make.round(open=True, **values)
    comment = make.comment(round=round_, body=WORDS, quote=QUOTE, display_name="Zelda")
    return round_, comment


@pytest.mark.one_engine
@pytest.mark.parametrize("keeps", [False, True])
@pytest.mark.parametrize("showing", [Showing.AFTER_OWN, Showing.AFTER_CLOSING])
def test_others_comments_wait_for_ones_own_or_for_the_closing_on_every_way(
    app, new_browser, make, session, time, showing, keeps
):
    app.config["KEEP_PAGES"] = keeps
    round_, comment = said(make, showing=showing)
    code, part = held_code(make, round_)
    silent, _ = make.account(), session.flush()
    make.participation(round_, account_id=silent.id)
    host, moderator, board = make.host(), make.moderator(), make.reviewer()
    visitor, writer, quiet = new_browser(), with_code(new_browser(), code), new_browser()
    quiet.sign_in(silent)
    inside = []
    for account in (host, moderator, board):
        inside.append(new_browser())
        inside[-1].sign_in(account)

    assert [reads(b, round_, comment) for b in (visitor, writer, quiet)] == [0, 0, 0]
    assert all(reads(browser, round_, comment) >= 6 for browser in inside)
    own = make.comment(round=round_, body="Mine.", participation=part)
    assert reads(writer, round_, comment) == (6 if showing is Showing.AFTER_OWN else 0)
    assert [reads(b, round_, comment) for b in (visitor, quiet)] == [0, 0]
    assert writer.get(f"/comments/{own.public_id}").status_code == 200
    own.withdrawn_at = time()
    assert reads(writer, round_, comment) == 0
    time.move(days=1, seconds=1)
    for browser in (visitor, writer, quiet):
        assert reads(browser, round_, comment) == 6


@pytest.mark.one_engine
def test_texts_of_an_invited_round_are_read_by_those_invited_until_its_report(
    app, new_browser, make, session, time
):
    round_, comment = said(make, participation=WhoMayComment.INVITED)
    code, _ = held_code(make, round_)
    invited, visitor, admin = with_code(new_browser(), code), new_browser(), new_browser()
    admin.sign_in(make.administrator())

    for _state in ("open", "closed"):
        assert reads(invited, round_, comment) == 6
        assert [reads(b, round_, comment) for b in (visitor, admin)] == [0, 0]
        time.move(days=2)
        with_code(invited, code)
    assert "1 comment" in visitor.get("/rounds").text
    round_.report_published_at = time() - timedelta(minutes=1)
    assert reads(visitor, round_, comment) == 6
    round_.texts_stay_inside = True
    assert reads(visitor, round_, comment) == 0
    assert reads(invited, round_, comment) == 6


@pytest.mark.one_engine
def test_nobody_comments_in_an_invited_round_without_an_invitation(browser, make, session):
    round_ = make.round(open=True, participation=WhoMayComment.INVITED)
    path = f"/rounds/{round_.slug}/comment"

    refused = browser.post(path, body=WORDS, step="send")

    assert refused.status_code in {403, 422}
    assert WORDS in refused.html
    assert round_.comments_count == 0


def test_one_condition_holds_in_lists_and_counts(session, make, time):
    round_, comment = said(make, showing=Showing.AFTER_OWN)
    writer = make.account()
    make.comment(round=round_, participation=make.participation(round_, account_id=writer.id))
    outside, inside = Actor(account_id=make.account().id), make.actor(make.moderator())
    key = comment.section_key

    def counts(viewer):
        newest = queries.newest_by_section(session, round_, viewer)
        counted = queries.counts_by_section(session, round_, viewer)
        assert {k: n for k, n in newest.counts.items() if n} == counted
        assert len(queries.comments_of(session, round_, viewer)) == counted.get(key, 0)
        return counted.get(key, 0)

    assert [counts(v) for v in (VISITOR, outside)] == [0, 0]
    assert [counts(v) for v in (Actor(account_id=writer.id), inside)] == [2, 2]
    time.move(days=2)
    assert counts(VISITOR) == 2
