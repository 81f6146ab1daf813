"""Comments that wait are chosen, looked at once more, and shown together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback_app.comments import requests
from feedback_app.comments.behalf import enter_on_behalf
from feedback_app.comments.conduct import ConductReason, Measure
from feedback_app.comments.models import Channel
from feedback_app.comments.waiting import release_several
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.rounds.models import Holding
from tests.comments.acts import said
from tests.comments.conducting import Conduct


def logged(session, kind):
    return session.scalars(select(LogEntry).where(LogEntry.kind == kind)).all()


def test_a_host_chooses_some_looks_at_them_and_shows_them_together(browser, session, make):
    conduct = Conduct(session, make)
    held = [conduct.held(f"Wait {n} minutes at the door.") for n in (1, 2, 3)]
    other = conduct.held("Ask 100% of the families.")
    proposed = conduct.held("He lives at 12 Elm Street.")
    conduct.taken(proposed, Measure.HIDE, reason=ConductReason.SPAM)
    host = make.host()
    browser.sign_in(host)
    path = f"/host/rounds/{conduct.round.slug}/conduct/waiting"

    assert path in browser.get(path.removesuffix("/waiting")).html
    page = browser.get(path + "?words=at+the+door")
    assert "3 comments wait" in page.text
    assert other.public_id not in page.html
    assert browser.get(path + "?words=100%25+of").html.count('name="chosen"') == 1
    assert "Elm Street" not in browser.get(path).text
    nothing = browser.send(path, page.hidden())
    assert nothing.status_code == 422
    assert "Choose at least one comment." in nothing.text

    chosen = [comment.public_id for comment in held[:2]]
    preview = browser.send(path, page.hidden() | {"chosen": chosen})
    assert "Nothing is shown yet" in preview.text
    assert "Wait 3 minutes" not in preview.text
    assert logged(session, "comment.released") == []
    requests.release(session, held[0], actor=make.actor(host))
    browser.send(path, preview.hidden() | {"chosen": chosen}, follow=True)

    assert [comment.held_at for comment in held[:2]] == [None, None]
    assert held[2].held_at
    assert [entry.subject for entry in logged(session, "comment.released")] == chosen
    session.refresh(conduct.round)
    assert conduct.round.comments_count == 2

    preview = browser.send(path, browser.get(path).hidden() | {"all": "1", "words": "door"})
    assert preview.html.count('name="chosen"') == 1
    browser.send(path, preview.hidden())
    assert (held[2].held_at, other.held_at is None) == (None, False)


@pytest.mark.one_engine
def test_only_who_sees_to_conduct_shows_several_and_only_of_this_round(session, make):
    conduct, elsewhere = Conduct(session, make), Conduct(session, make)
    mine, foreign = conduct.held("Wait."), elsewhere.held("Ask.")
    both = [mine.public_id, foreign.public_id]
    for other in (conduct.reviewer, make.actor(make.moderator())):
        with pytest.raises(NotFound):
            release_several(session, conduct.round, both, actor=other)

    assert release_several(session, conduct.round, both, actor=conduct.host) == 1
    assert foreign.held_at is not None


@pytest.mark.one_engine
def test_what_a_host_types_for_people_does_not_wait_for_that_host(browser, session, make):
    round_ = make.round(open=True, holding=Holding.ALL)
    host = make.host()
    comment = enter_on_behalf(
        session,
        round_,
        actor=make.actor(host),
        said=said("They come too late."),
        channel=Channel.PAPER,
        received_at=clock.now(),
    )

    assert comment.held_at is None
    browser.sign_in(host)
    planned = make.round(host_signed_at=None, closes_at=clock.now() + timedelta(days=60))
    assert (
        "shown at once: you have read it"
        in browser.get(f"/host/rounds/{planned.slug}/who").text
    )


@pytest.mark.one_engine
def test_words_too_long_to_look_for_are_refused_beside_their_field(browser, session, make):
    conduct = Conduct(session, make)
    conduct.held("Wait at the door.")
    browser.sign_in(make.host())
    path = f"/host/rounds/{conduct.round.slug}/conduct/waiting"

    for refused in (
        browser.send(path, browser.get(path).hidden() | {"words": "x" * 60_000}),
        browser.get(f"{path}?words={'x' * 60_000}"),
    ):
        assert refused.status_code == 422
        field = refused.soup.find(id="find-words")
        assert "200" in field.find_parent("div").get_text()
        assert len(field["value"]) == 60_000
