"""A second person reads what is to be judged, and no more of it than that needs."""

from __future__ import annotations

import pytest

from feedback_app.comments import measures
from feedback_app.comments.conduct import ConductReason, Measure, State
from feedback_app.comments.judging import judged
from feedback_app.comments.masking import Shape, shape_of
from feedback_app.comments.projection import standing
from feedback_app.rounds.models import ConductPartner
from tests.comments.conducting import NAME, Conduct

pytestmark = pytest.mark.one_engine


def with_partner(conduct, make):
    """The partner's member, who has agreed, and the board's reviewer."""
    from feedback_app.core import clock

    partner = make.partner()
    conduct.round.partner = ConductPartner(
        organization=make.partner_organization(), agreed_at=clock.now()
    )
    conduct.session.flush()
    return partner


def test_what_is_held_is_shown_to_whoever_judges_it_with_its_details_covered(
    new_browser, session, make
):
    conduct = Conduct(session, make)
    partner, reviewer = with_partner(conduct, make), make.reviewer()
    comment = conduct.held(f"Buy watches. {NAME} sells them. Call 555-555-0134.")
    other = conduct.held("Nothing about me, please.")
    measure = conduct.taken(comment, Measure.HIDE, reason=ConductReason.SPAM, phrases=[NAME])
    queue = f"/host/rounds/{conduct.round.slug}/conduct"

    for account in (partner, reviewer):
        judge = new_browser()
        judge.sign_in(account)
        page = judge.get(f"/measures/{measure.public_id}")
        assert "Buy watches. ▮▮▮ sells them. Call ▮▮▮." in page.text
        assert "2 words with capital letters, such as a name" in page.text
        listed = judge.get(queue)
        assert "Buy watches. ▮▮▮ sells them." in listed.text
        assert "has 1 more to look at; nothing of that waits for you." in listed.text
        alone = judge.get(f"/comments/{other.public_id}/conduct")
        for each in (page, listed, alone):
            assert NAME not in each.html
            assert "555-0134" not in each.html
            assert "Nothing about me" not in each.html
        assert "1 waits" in judge.get("/host/conduct").text

    session.refresh(comment)
    measures.confirm(session, measure, actor=make.actor(partner))
    assert (comment.state, comment.held_at) == (State.HIDDEN, None)
    after = new_browser()
    after.sign_in(partner)
    assert "Buy watches" not in after.get(f"/measures/{measure.public_id}").html


def test_covered_words_are_judged_by_their_kind(session, make):
    conduct = Conduct(session, make)
    comment = conduct.comment(f"{NAME} of 12 Elm Street said the chief lied to all of us.")
    covered = conduct.taken(
        comment, Measure.MASK, phrases=[NAME, "12 Elm Street", "the chief lied to all of us"]
    )
    shown = judged(covered, standing(session, covered.comment))

    assert shown.body == "▮▮▮ of ▮▮▮ said ▮▮▮."
    assert list(shown.shapes) == [(Shape.NAME_LIKE, 2), (Shape.MIXED, 3), (Shape.WORDS, 7)]
    assert shape_of("555-0134") == (Shape.NUMBER, 1)
    assert shape_of("a@b.example") == (Shape.ADDRESS, 1)


def test_words_that_everybody_reads_are_judged_as_they_stand(session, make):
    conduct = Conduct(session, make)
    comment = conduct.comment(f"{NAME} was in court on May 3.")
    proposed = conduct.taken(
        comment, Measure.MASK, reason=ConductReason.COURT_ORDER, phrases=[NAME]
    )

    shown = judged(proposed, standing(session, proposed.comment))

    assert shown.body == f"{NAME} was in court on May 3."
    assert list(shown.phrases) == [NAME]
    assert list(shown.shapes) == []


def test_whoever_belongs_to_the_department_judges_nothing(new_browser, session, make):
    conduct = Conduct(session, make)
    measure = conduct.taken(
        conduct.held("Buy watches."), Measure.HIDE, reason=ConductReason.SPAM
    )

    for account in (make.moderator(), make.manager(), make.author()):
        browser = new_browser()
        browser.sign_in(account)
        assert browser.get(f"/measures/{measure.public_id}").status_code == 404
