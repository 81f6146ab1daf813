"""Tying a promise to the words that keep it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback_app.core.errors import NotFound
from feedback_app.log import queries as log
from feedback_app.log.services import commitment
from feedback_app.triage.adoption import (
    AdoptionFrozen,
    AnswerReplaced,
    ElsewhereUnexplained,
    NoPromise,
    NotLater,
    NotTheseWords,
    OtherCourse,
    Unchanged,
    adopt,
    release,
)
from feedback_app.triage.causes import causes_of
from feedback_app.triage.models import Adoption, Cause, Outcome
from feedback_app.triage.releasing import publish_report
from tests.triage.redrafting import Redraft


@pytest.fixture
def redraft(session, make):
    redraft = Redraft(session, make)
    redraft.reword()
    return redraft


def kinds(session):
    return [entry.kind for entry in reversed(log.newest(session))]


def tie(redraft, answer, **values):
    values = {"section_key": redraft.first, "start": 0, "end": 11} | values
    values = {"actor": redraft.moderator, "revision": redraft.draft} | values
    return adopt(redraft.session, answer, **values)


def test_an_adopted_point_becomes_a_cause_of_the_change(redraft, session):
    answer = redraft.answer()

    adoption = redraft.tie(answer)

    assert (adoption.exact, adoption.hunk) == ("speaks", 1)
    (cause,) = causes_of(session, redraft.draft.id)
    assert (cause.point_id, cause.hunk) == (answer.point_id, 1)
    assert kinds(session)[-1] == "adoption.recorded"


def test_the_log_does_not_name_an_answer_that_is_not_public(redraft, session, time):
    answer = redraft.answer()

    release(session, redraft.tie(answer), actor=redraft.moderator)

    for entry in log.newest(session, limit=2):
        assert entry.kind in ("adoption.recorded", "adoption.removed")
        assert entry.parents == [redraft.draft.public_id]
        assert entry.commitments == {"answer": commitment(answer.salt, answer.public_id)}

    answer.published_at = time.now
    redraft.tie(answer)
    assert log.newest(session)[0].parents == [answer.public_id, redraft.draft.public_id]


def test_tying_twice_ties_once(redraft, session):
    answer = redraft.answer()

    assert redraft.tie(answer) is redraft.tie(answer)
    assert len(causes_of(session, redraft.draft.id)) == 1


def test_words_that_were_taken_out_can_keep_a_promise_too(redraft, session):
    redraft.write(redraft.second, "Officers repeat the command louder.\n\n", "")
    answer = redraft.answer(redraft.point(section_key=redraft.second))

    adoption = tie(
        redraft,
        answer,
        section_key=redraft.second,
        start=0,
        end=0,
        hunk=1,
        excerpt="Officers repeat the command louder.",
    )
    redraft.explain(hunk=1, excerpt="speaks")
    redraft.publish()

    assert (adoption.exact, adoption.start, adoption.hunk) == ("", 0, 1)
    assert answer.published_at is not None


@pytest.mark.parametrize("outcome", [o for o in Outcome if not o.promises_a_change])
def test_an_answer_that_promises_nothing_is_tied_to_nothing(redraft, outcome, make):
    values = {
        Outcome.NOT_ADOPTED: {"reason": "evidence", "reason_detail": "Smith 2020"},
        Outcome.DEFERRED: {"due_on": redraft.round.closes_at.date()},
        Outcome.OUT_OF_SCOPE: {"referred_to": "The city"},
        Outcome.ALREADY_COVERED: {"covered_section_key": redraft.first},
    }.get(outcome, {})

    with pytest.raises(NoPromise):
        redraft.tie(redraft.answer(outcome=outcome, **values))


def test_only_the_answer_that_counts_is_tied(redraft):
    first = redraft.answer()
    redraft.answer(first.point)

    with pytest.raises(AnswerReplaced):
        redraft.tie(first)


def test_the_words_are_of_a_later_version_of_the_same_course(redraft, make):
    answer = redraft.answer()

    with pytest.raises(NotLater):
        tie(redraft, answer, revision=redraft.base)
    other = make.revision(published=False, number=2)
    with pytest.raises(OtherCourse):
        tie(redraft, answer, revision=other, section_key=other.sections[0].key)


@pytest.mark.parametrize(("start", "end"), [(5, 4), (-1, 3), (0, 10_000), (3, 3)])
def test_the_words_must_be_there(redraft, start, end):
    with pytest.raises(NotTheseWords):
        tie(redraft, redraft.answer(), start=start, end=end)


def test_a_change_in_another_section_says_why(redraft):
    answer = redraft.answer(redraft.point(section_key=redraft.second))

    with pytest.raises(ElsewhereUnexplained):
        tie(redraft, answer)

    assert tie(redraft, answer, elsewhere_reason="It is taught there.").elsewhere_reason


def test_a_comment_on_the_whole_course_is_answered_anywhere(redraft):
    assert redraft.tie(redraft.answer(redraft.point(section_key=None)))


def test_untying_makes_it_an_open_promise_without_cause(redraft, session):
    adoption = redraft.tie(redraft.answer())

    release(session, adoption, actor=redraft.moderator)

    assert session.scalars(select(Adoption)).all() == []
    assert session.scalars(select(Cause)).all() == []
    assert kinds(session)[-1] == "adoption.removed"


def test_a_published_tie_stays(redraft, session):
    adoption = redraft.tie(redraft.answer())
    redraft.publish()

    with pytest.raises(AdoptionFrozen):
        release(session, adoption, actor=redraft.moderator)


def test_a_promise_can_be_tied_later_to_words_that_did_change(redraft, session, time):
    answer = redraft.answer(published_at=time.now)
    redraft.explain()
    redraft.publish(because={"promises": "It is in there; we tie it tomorrow."})
    text = redraft.draft.sections[0].text
    unchanged, changed = text.index("One officer"), text.index("speaks")

    with pytest.raises(Unchanged):
        tie(redraft, answer, start=unchanged, end=unchanged + 11)
    adoption = tie(redraft, answer, start=changed, end=changed + 6)

    assert adoption.hunk == 1
    assert kinds(session)[-2:] == ["adoption.recorded", "adoption.published"]


def test_words_tied_late_are_named_once_their_answer_is_public(redraft, session, browser):
    """The version is public already, so no entry of a publishing lists them."""
    answer = redraft.answer()
    redraft.explain()
    redraft.publish(because={"promises": "Next week."})
    changed = redraft.draft.sections[0].text.index("speaks")
    adoption = tie(redraft, answer, start=changed, end=changed + 6)
    assert "adoption.published" not in kinds(session)

    publish_report(session, redraft.round, actor=redraft.moderator)

    (entry,) = [e for e in log.newest(session) if e.kind == "adoption.published"]
    assert entry.subject == adoption.public_id
    assert entry.parents == [answer.public_id, redraft.draft.public_id]
    assert kinds(session)[-1] == "report.published"
    comment = answer.point.comment.public_id
    assert browser.get("/log").soup.find("a", href=f"/comments/{comment}")
    assert "speaks" in browser.get(f"/comments/{comment}").soup.find("ins").text


def test_an_author_cannot_tie(redraft):
    answer = redraft.answer()

    with pytest.raises(NotFound):
        tie(redraft, answer, actor=redraft.author)


def test_two_changes_of_one_paragraph_are_told_apart_by_their_own_words(redraft, browser, make):
    redraft.write(redraft.first, "cover and remain ready", "watch")
    browser.sign_in(make.moderator())

    page = browser.get(f"/triage/dispositions/{redraft.answer().public_id}/adopt")

    offered = [
        (choice.find("del").get_text(), choice.find("ins").get_text())
        for choice in page.soup.select("label.choice")
    ]
    assert offered == [
        ("removed: should speak where practical", "added: speaks"),
        ("removed: cover and remain ready", "added: watch"),
    ]
