"""A comment that asks several things is split into its points, and may be made one again."""

import pytest

from feedback_app.comments.models import CommentVersion
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.core.html import render_comment
from feedback_app.triage import rules
from feedback_app.triage.models import Outcome
from feedback_app.triage.points import sentences_of, spans_from, split_comment
from feedback_app.triage.queries import undecided_count
from feedback_app.triage.services import record_disposition

LETTER = "Dear all. Ask the family first. They know. Pay the actors. Thank you."


@pytest.fixture
def letter(make):
    return make.comment(body=LETTER)


def split(session, make, letter, *starts, **values):
    values.setdefault("version_number", letter.version_number)
    if "actor" not in values:
        values["actor"] = make.actor(make.moderator())
    return split_comment(session, letter, spans=spans_from(LETTER, starts), **values)


def test_a_passage_reaches_to_where_the_next_one_begins():
    assert [LETTER[a:b] for a, b in spans_from(LETTER, {4, 2})] == [
        "Ask the family first. They know.",
        "Pay the actors. Thank you.",
    ]


def test_only_sentences_of_the_comment_begin_a_passage():
    for starts in ({0, 2}, {2, 9}):
        with pytest.raises(rules.NotAStart):
            spans_from(LETTER, starts)


def test_each_ask_becomes_a_point_with_its_own_words(session, make, letter):
    whole = letter.points[0]

    points = split(session, make, letter, 2, 4)

    assert [point.passage for point in points] == [
        "Ask the family first. They know.",
        "Pay the actors. Thank you.",
    ]
    assert whole.retired_at is not None
    assert undecided_count(session, letter.round) == 2
    assert [s.starts for s in sentences_of(LETTER, [(p.start, p.end) for p in points])] == [
        False,
        True,
        False,
        True,
        False,
    ]


def test_one_mark_splits_nothing(session, make, letter):
    with pytest.raises(rules.TooFewStarts):
        split(session, make, letter, 2)


def test_splitting_again_keeps_the_passages_that_stay_and_their_answers(session, make, letter):
    first, second = split(session, make, letter, 2, 4)
    record_disposition(
        session,
        second,
        actor=make.actor(make.moderator()),
        outcome=Outcome.NOTED,
        rationale="They are paid.",
        office="Training",
        authority="Director",
    )

    points = split(session, make, letter, 2, 3, 4)

    assert points[2] is second
    assert first.retired_at is not None
    assert undecided_count(session, letter.round) == 2


def test_a_split_comment_can_become_one_ask_again(session, make, letter):
    split(session, make, letter, 2, 4)

    (whole,) = split(session, make, letter)

    assert whole.passage == LETTER
    assert undecided_count(session, letter.round) == 1


def test_a_public_answer_keeps_its_passage(session, make, letter):
    first, _second = split(session, make, letter, 2, 4)
    make.disposition(point=first, published_at=clock.now())

    with pytest.raises(rules.AnswerIsTied):
        split(session, make, letter)


def test_words_that_changed_meanwhile_are_not_split(session, make, letter):
    session.add(
        CommentVersion(comment=letter, number=2, body="New.", html=render_comment("New.").html)
    )
    letter.version_number = 2
    session.flush()

    with pytest.raises(rules.WordingChanged):
        split(session, make, letter, 2, 4, version_number=1)


def test_a_withdrawn_comment_stays_as_it_is(session, make, letter):
    letter.withdrawn_at = clock.now()
    session.flush()

    with pytest.raises(rules.CommentWithdrawn):
        split(session, make, letter, 2, 4)


def test_only_moderators_split(session, make, letter):
    with pytest.raises(NotFound):
        split(session, make, letter, 2, 4, actor=make.actor(make.author()))


@pytest.mark.one_engine
def test_who_answered_all_asks_of_a_letter_is_told_once(session, make, browser):
    comment = make.point(body="Ask the family first. Pay the actors.").comment
    asks = split_comment(
        session,
        comment,
        actor=make.actor(make.moderator()),
        spans=[(0, 22), (22, 37)],
        version_number=1,
    )
    first, _ = (make.disposition(point=ask, published_at=clock.now()) for ask in asks)

    together = browser.get(f"/comments/{comment.public_id}").text
    make.disposition(point=asks[1], office="Dispatch", published_at=clock.now())
    session.commit()
    apart = browser.get(f"/comments/{comment.public_id}").text

    assert together.count(first.office) == 1
    assert "All of these answers: Training division" in together
    assert "All of these answers" not in apart
    assert "Dispatch" in apart


@pytest.mark.one_engine
def test_whoever_answers_one_ask_sees_all_of_them_with_what_was_said_to_each(
    session, make, browser
):
    comment = make.point(body="Ask the family first. Pay the actors. Count it.").comment
    actor = make.actor(make.moderator())
    first, second, third = split_comment(
        session, comment, actor=actor, spans=[(0, 22), (22, 38), (38, 47)], version_number=1
    )
    make.disposition(point=third)
    browser.sign_in(make.moderator())

    page = browser.get(f"/triage/points/{second.public_id}")

    asks = [
        " ".join(li.get_text().split())
        for li in page.soup.select("section[aria-labelledby=part] li")
    ]
    assert asks == [
        "1. Ask the family first. · no answer yet",
        "2. Pay the actors. · no answer yet",
        "3. Count it. · Read and kept",
    ]
    assert page.soup.select_one(f'section li a[href="/triage/points/{first.public_id}"]')
