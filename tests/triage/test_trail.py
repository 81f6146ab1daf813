"""What became of a comment and of a promise, as everybody reads it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from feedback_app.curricula.models import RevisionState
from feedback_app.curricula.sealing import set_in_force
from feedback_app.curricula.services import drop_revision
from feedback_app.policy import VISITOR
from feedback_app.triage.models import Outcome
from feedback_app.triage.promises import PromiseState, Tie, promises_of, standing_of
from feedback_app.triage.trail import trail
from tests.triage.redrafting import Redraft

NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)
ZONE = "America/Chicago"


def a_tie(**values):
    plain = {
        "public_id": "a" * 26, "revision_id": 1, "number": 2, "state": "draft",
        "started_at": NOON, "section_key": "aaaaaaaa", "start": 0, "end": 3,
        "exact": "Ask", "hunk": 1, "elsewhere_reason": "",
    }  # fmt: skip
    values = plain | values
    return Tie(**values | {"state": RevisionState(values["state"])})


def standing(*ties, **values):
    plain = {
        "promised_at": NOON - timedelta(days=10),
        "due_on": None,
        "renewed_at": None,
        "at": NOON,
        "zone": ZONE,
    }
    return standing_of(ties, **plain | values)


@pytest.fixture
def redraft(session, make):
    return Redraft(session, make)


@pytest.mark.one_engine
class TestStanding:
    def test_a_promise_without_words_is_due_in_half_a_year_or_on_its_day(self):
        assert standing().state is PromiseState.DUE
        assert standing().day == date(2027, 5, 12)
        assert standing().age == 10
        assert standing(due_on=date(2026, 12, 1)).day == date(2026, 12, 1)
        assert standing(due_on=date(2026, 11, 22)).state is PromiseState.OVERDUE

    def test_publishing_over_it_renews_its_age_and_never_ends_it(self):
        found = standing(
            promised_at=NOON - timedelta(days=300), renewed_at=NOON - timedelta(days=5)
        )

        assert (found.state, found.age) == (PromiseState.DUE, 5)

    def test_a_draft_keeps_it_for_half_a_year(self):
        fresh = a_tie(started_at=NOON - timedelta(days=179))
        old = a_tie(started_at=NOON - timedelta(days=181))

        assert standing(fresh).state is PromiseState.IN_THE_REDRAFT
        assert standing(old).state.is_open

    def test_only_a_version_in_force_makes_it_taught(self):
        published = a_tie(state="published")
        coming = a_tie(state="published", taught_on=date(2026, 12, 1))
        taught = a_tie(state="published", taught_on=date(2026, 11, 23))

        assert standing(published).state is PromiseState.PUBLISHED
        assert standing(coming).state is PromiseState.PUBLISHED
        assert standing(taught).state is PromiseState.TAUGHT_SINCE


def promise(redraft, session):
    (found,) = promises_of(session, redraft.base.curriculum_id, zone=ZONE, public_only=False)
    return found.standing.state


def test_a_promise_goes_from_due_to_taught(time, redraft, session):
    redraft.reword()
    answer = redraft.answer()
    assert promise(redraft, session) is PromiseState.DUE
    redraft.tie(answer)
    assert promise(redraft, session) is PromiseState.IN_THE_REDRAFT
    redraft.publish()
    assert promise(redraft, session) is PromiseState.PUBLISHED
    set_in_force(
        session,
        redraft.draft,
        actor=redraft.moderator,
        on=time.now.date(),
        authority="Chief, order 27-1",
        material_reason="The law begins today.",
    )
    assert promise(redraft, session) is PromiseState.TAUGHT_SINCE


def test_a_public_promise_stands_until_a_later_answer_is_public_too(redraft, session, time):
    point = redraft.point()
    promised = redraft.answer(point, published_at=time.now)
    course = redraft.base.curriculum_id
    later = redraft.answer(point, outcome=Outcome.NOTED)

    (shown,) = promises_of(session, course, zone=ZONE, public_only=True)
    assert shown.public_id == promised.public_id
    assert promises_of(session, course, zone=ZONE, public_only=False) == []

    later.published_at = time.now
    assert promises_of(session, course, zone=ZONE, public_only=True) == []


@pytest.mark.one_engine
def test_an_open_promise_says_its_day_and_its_age(redraft, session, browser, time):
    day = time.now.date() + timedelta(days=20)
    answer = redraft.answer(published_at=time.now, due_on=day)
    session.commit()
    here = f"/comments/{answer.point.comment.public_id}"

    time.move(days=6)
    due = browser.get(here).text
    time.move(days=20)
    overdue = browser.get(here).text

    assert "Promised, not yet done" in due
    assert f"due {day:%B} {day.day}, {day.year} · 6 days old" in due
    assert "Promised, overdue" in overdue
    assert f"was due {day:%B} {day.day}, {day.year} · 26 days old" in overdue


def test_a_promise_that_is_not_public_is_told_to_nobody_outside(redraft, session):
    redraft.answer()

    assert promises_of(session, redraft.base.curriculum_id, zone=ZONE, public_only=True) == []


def test_a_dropped_draft_turns_it_back(redraft, session):
    redraft.reword()
    redraft.tie(redraft.answer())

    drop_revision(session, redraft.draft, actor=redraft.author, reason="A new start.")

    assert promise(redraft, session) is PromiseState.DUE


def test_nobody_reads_an_answer_or_new_words_before_they_are_public(redraft, session, browser):
    redraft.reword()
    comment = redraft.comment()
    answer = redraft.answer(comment.points[0])
    redraft.tie(answer)

    assert trail(session, comment, VISITOR).points == []

    answer.published_at = answer.decided_at
    (point,) = trail(session, comment, VISITOR).points
    assert point.standing.state is PromiseState.IN_THE_REDRAFT
    assert point.words == []
    session.flush()
    page = browser.get(f"/comments/{comment.public_id}")
    assert "Promised, in the next draft" in page.text
    assert "We changed it" not in page.text


def test_the_trail_leads_from_the_old_place_to_the_exact_new_words(redraft, session, browser):
    redraft.reword()
    comment = redraft.comment(quote="One officer should speak where practical")
    redraft.tie(redraft.answer(comment.points[0]))
    redraft.publish()

    found = trail(session, comment, VISITOR)
    page = browser.get(f"/comments/{comment.public_id}")

    (words,) = found.points[0].words
    assert "should speak where practical" in words.before
    assert (words.exact, words.section_number) == ("speaks", "1")
    assert found.place.number == 2
    assert page.status_code == 200
    assert "We changed it" in page.text
    assert page.soup.select_one(".beforeafter ins").get_text() == " added: speaks"
    assert "The words it speaks of, in version 2:" in page.text
    assert page.soup.find(
        "a",
        href=f"/curricula/{redraft.base.curriculum.slug}/revisions/2/changes#{redraft.first}-1",
    )


def test_a_replaced_public_answer_leaves_its_day(redraft, session, time):
    comment = redraft.comment()
    redraft.answer(comment.points[0], outcome=Outcome.NOTED, published_at=time.now)
    redraft.answer(comment.points[0], outcome=Outcome.NOTED, published_at=time.now)

    (before,) = trail(session, comment, VISITOR).points[0].replaced
    assert (before.answer.published_at, before.sign) == (time.now, "noted")


def test_a_replaced_answer_says_changed_only_where_words_were(redraft, session, browser, time):
    comment = redraft.comment()
    point = comment.points[0]
    redraft.answer(point, outcome=Outcome.ADOPTED, published_at=time.now)
    redraft.answer(point, outcome=Outcome.NOTED, published_at=time.now)

    page = browser.get(f"/comments/{comment.public_id}")

    assert [one.sign for one in trail(session, comment, VISITOR).points[0].replaced] == [
        "promise"
    ]
    assert "Promised, not yet done" in page.text
    assert "We changed it" not in page.text


def test_a_withdrawn_comment_and_a_reply_have_no_trail(redraft, session, time):
    comment = redraft.comment()
    reply = redraft.comment(parent=comment, kind=None)
    comment.withdrawn_at = time.now

    assert trail(session, comment, VISITOR) is None
    assert trail(session, reply, VISITOR) is None


def test_without_an_answer_the_page_says_when_one_is_due(redraft, browser):
    comment = redraft.comment()
    redraft.round.answers_due_on = date(2027, 2, 1)

    page = browser.get(f"/comments/{comment.public_id}")

    assert "No answer yet. It is due by February 1, 2027." in page.text
