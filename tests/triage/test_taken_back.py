"""A comment that its author took back is nowhere to be read on the department's pages."""

from __future__ import annotations

import pytest

from feedback_app.triage.causes import causes_of
from feedback_app.triage.points import split_comment
from feedback_app.triage.queries import latest_answer
from tests.triage.redrafting import Redraft

BODY = "My brother was frightened. Say who speaks first."


@pytest.fixture
def redraft(session, make):
    redraft = Redraft(session, make)
    redraft.reword()
    return redraft


@pytest.fixture
def taken_back(redraft, session, time):
    """A comment with two asks, one of them answered and tied to a draft, then withdrawn."""
    comment = redraft.comment(body=BODY, quote="One officer should speak", display_name=None)
    first, _second = split_comment(
        session, comment, actor=redraft.moderator, spans=[(0, 26), (27, 48)], version_number=1
    )
    redraft.tie(redraft.answer(first, needs_second=True))
    comment.withdrawn_at = time.now
    session.flush()
    return first


def test_no_page_of_the_desk_shows_its_words(redraft, session, make, browser, taken_back):
    answer = latest_answer(session, taken_back)
    slug, first = redraft.base.curriculum.slug, redraft.first
    browser.sign_in(make.moderator())

    for path in (
        f"/triage/{redraft.round.slug}?state=all",
        f"/triage/points/{taken_back.public_id}",
        f"/triage/points/{taken_back.public_id}/split",
        f"/triage/dispositions/{answer.public_id}/adopt",
        f"/triage/dispositions/{answer.public_id}/sign",
        f"/triage/dispositions/{answer.public_id}/publish",
        f"/authoring/{slug}/publish",
        f"/authoring/{slug}/changes",
        f"/authoring/{slug}/changes/{first}/cause?hunk=1",
        f"/authoring/{slug}/causes/{causes_of(session, redraft.draft.id)[0].public_id}/remove",
        f"/authoring/{slug}/sections/{first}",
    ):
        page = browser.get(path)

        assert page.status_code in (200, 409), path
        assert "brother" not in page.html, path
        assert "speaks first" not in page.html, path
        assert page.soup.find("mark") is None, path


def test_it_cannot_be_split_any_more(make, browser, taken_back):
    browser.sign_in(make.moderator())

    page = browser.get(f"/triage/points/{taken_back.public_id}/split")

    assert page.status_code == 409
    assert "This comment was taken back or erased" in page.text
