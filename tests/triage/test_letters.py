"""A letter of many: one answer, a row for each sender, and every sender free to stand alone."""

import pytest
from sqlalchemy import func, select

from feedback_app.comments import measures
from feedback_app.comments.conduct import ConductReason, Measure
from feedback_app.comments.holders import Holder
from feedback_app.comments.letter_models import GroupPoint, TextPrint
from feedback_app.comments.letters import take_in_anew
from feedback_app.comments.services import withdraw
from feedback_app.core import clock
from feedback_app.log.queries import exceptions
from feedback_app.triage import letters, lots, rules
from feedback_app.triage.letter_models import GroupAnswer
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.queries import undecided_count
from feedback_app.triage.together import Answer
from tests.comments.conducting import Conduct
from tests.comments.test_letters import LETTER, send, take_in

SAID = Answer(
    outcome=Outcome.ADOPTED,
    rationale="The minute is in the course.",
    office="Training",
    authority="Director",
)


@pytest.fixture
def round_(make):
    return make.round(open=True)


@pytest.fixture
def actor(make):
    return make.actor(make.moderator())


def test_one_answer_writes_a_row_for_each_sender_but_those_left_out(
    session, make, round_, actor
):
    sent = send(session, make, round_, *[LETTER] * 3, f"{LETTER} And tell the dispatchers.")
    group = sent[-1][1]
    own = sent[-1][0].points[0]

    given = letters.answer_letter(
        session, group, actor=actor, answer=SAID, left_out=[own.public_id]
    )

    rows = session.scalars(select(Disposition)).all()
    assert {row.point_id for row in rows} == {c.points[0].id for c, _ in sent[:-1]}
    assert session.scalars(select(GroupAnswer.group_id)).all() == [group.id] * 3
    assert given.left_out == 1
    assert undecided_count(session, round_) == 1
    assert list(exceptions(session)) == []


def test_whose_words_stood_for_all_may_leave_and_nobodys_own_story_takes_their_place(
    session, make, round_, actor, browser
):
    story = f"{LETTER} My son died of this in May."
    longer = f"{LETTER} And tell the dispatchers."
    sent = send(session, make, round_, LETTER, story, LETTER, longer, longer)
    group = sent[-1][1]
    stood = [lots.lead_text(session, group)[0]]

    for leaving in (sent[:1], sent[3:]):
        ids = [comment.points[0].public_id for comment, _ in leaving]
        letters.take_out(session, group, actor=actor, points=ids)
        stood.append(lots.lead_text(session, group)[0])

    assert stood == [LETTER, longer, LETTER]
    assert [row.text for row in lots.letters_of(session, round_)] == [LETTER]
    browser.sign_in(make.moderator())
    assert "above is one of them" in browser.get(f"/triage/letters/{group.public_id}").text


def test_who_is_taken_out_stays_out_and_the_letter_is_still_known(session, make, round_, actor):
    (first, _), (second, group) = send(session, make, round_, LETTER, LETTER)
    letters.take_out(session, group, actor=actor, points=[first.points[0].public_id])

    take_in_anew(session, first, at=clock.now())
    ((third, found),) = send(session, make, round_, LETTER)

    assert session.get_one(GroupPoint, first.points[0].id).left_at is not None
    assert found is not None
    assert found.id == group.id
    assert {p.public_id for p in letters.lot_of(session, group)} == {
        second.points[0].public_id,
        third.points[0].public_id,
    }


@pytest.mark.one_engine
def test_a_letter_that_was_taken_apart_does_not_come_back(session, make, round_, actor):
    (_, _), (_, group) = send(session, make, round_, LETTER, LETTER)

    letters.take_apart(session, group, actor=actor)
    (_, found), (_, again) = send(session, make, round_, LETTER, LETTER)

    assert found is again is None
    assert letters.lot_of(session, group) == []
    with pytest.raises(rules.LetterTakenApart):
        letters.answer_letter(session, group, actor=actor, answer=SAID)


@pytest.mark.one_engine
def test_a_sender_who_withdraws_leaves_and_the_others_are_still_known(
    session, make, round_, actor
):
    account = make.account()
    part = make.participation(round_, account_id=account.id)
    first = make.comment(round=round_, body=LETTER, participation=part)
    session.refresh(first, ["points", "versions"])
    take_in(session, first)
    ((_, group),) = send(session, make, round_, LETTER)

    withdraw(session, first, actor=make.actor(account), holder=Holder(account_id=account.id))
    ((_, found),) = send(session, make, round_, LETTER)

    assert found is not None
    assert found.id == group.id
    assert len(letters.lot_of(session, group)) == 2
    assert session.scalar(select(func.count()).where(TextPrint.comment_id == first.id)) == 0


@pytest.mark.one_engine
def test_who_did_not_write_a_letter_says_so_and_it_is_told_apart_from_those_that_stand(
    session, make, browser
):
    conduct = Conduct(session, make)
    named = make.account()
    part = make.participation(conduct.round, account_id=named.id)
    sent = [conduct.comment(LETTER) for _ in range(2)]
    forged = conduct.comment(LETTER, part=part, display_name="Ana Ruiz")
    for comment in (*sent, forged):
        session.refresh(comment, ["points", "versions"])
        group = take_in(session, comment)
    moderator, here = make.moderator(), f"/triage/letters/{group.public_id}"
    browser.sign_in(named)
    link = browser.get("/receipts/mine").soup.find("a", string="I did not write this letter")
    asked = browser.get(link["href"])
    assert asked.soup.find("input", checked=True)["value"] == "not_written_by"
    assert asked.soup.h1.get_text() == "I did not write this letter"
    told = browser.post(link["href"], reason="not_written_by", follow=True)
    assert "Thank you. It will be looked at." in told.text
    browser.sign_in(make.account())
    browser.post(f"/comments/{sent[0].public_id}/report", reason="not_written_by")
    browser.sign_in(make.host())
    queue = browser.get(f"/host/rounds/{conduct.round.slug}/conduct").text
    assert queue.count("Whoever has its private code says: I did not write this.") == 1
    assert queue.count("A reader says: it was not written by") == 1

    measure = conduct.confirmed(forged, Measure.HIDE, reason=ConductReason.NOT_WRITTEN_BY)
    browser.sign_in(moderator)

    assert "3 comments · 3 without an answer · 1 of them hidden" in browser.get(here).text
    assert "1 of them hidden" in browser.get(f"/triage/{conduct.round.slug}/letters").text
    session.refresh(conduct.round)
    assert conduct.round.comments_count == 2, "the public counts what anybody can read"
    browser.sign_in(named)
    assert "not written by the person whose name it bears" in browser.get("/receipts/mine").text
    measures.lift(session, session.merge(measure), actor=conduct.host)
    browser.sign_in(moderator)
    assert "of them hidden" not in browser.get(here).text
    session.refresh(conduct.round)
    assert conduct.round.comments_count == 3
