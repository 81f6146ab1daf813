"""One further answer after "no, this did not answer me", told as such, and no other."""

import pytest
from sqlalchemy import select

from feedback_app.comments.holders import Holder
from feedback_app.log.models import LogEntry
from feedback_app.notifications.models import OutboxMessage
from feedback_app.policy import VISITOR
from feedback_app.rounds.queries import get_round_row
from feedback_app.triage.board import Scope, board
from feedback_app.triage.board_checks import problems
from feedback_app.triage.board_counts import counts
from feedback_app.triage.filters import Filters, State
from feedback_app.triage.models import Outcome
from feedback_app.triage.once_more import AnsweredOnceMore
from feedback_app.triage.queries import latest_answer
from feedback_app.triage.releasing import publish_disposition, publish_report
from feedback_app.triage.reports import response_report
from feedback_app.triage.services import give_verdict, record_disposition

HOLDER = Holder(code_hash="c" * 64)
FIELDS = {"office": "Desk", "authority": "Director", "outcome": Outcome.QUESTION_ANSWERED}


@pytest.fixture
def moderator(make):
    return make.actor(make.moderator())


@pytest.fixture
def point(session, make, moderator):
    """Answered in a report, and held by a code."""
    round_ = make.round()
    part = make.participation(
        round_, code_hash="c" * 64, account_id=None, notice_address="somebody@example.org"
    )
    point = make.point(round=round_, participation=part, body="How many hours?")
    make.disposition(point=point, rationale="We thank you.")
    publish_report(session, round_, actor=moderator)
    return point


def say(session, point, *, satisfied=False, because="That is no number."):
    return give_verdict(
        session, point.comment, holder=HOLDER, is_satisfied=satisfied, because=because
    )


def answer(session, point, moderator, rationale="Sixteen hours.", **values):
    return record_disposition(
        session, point, actor=moderator, rationale=rationale, **FIELDS | values
    )


def waits(session, point):
    """Whether the board lists it among those who said no; both ways of telling agree."""
    session.flush()
    assert list(problems(session)) == []
    numbers = counts(session, point.comment.round_id)
    scope = Scope(point.comment.round_id, {})
    page = board(session, scope, Filters(state=State.AGAIN), numbers)
    assert len(page.items) == numbers.states[State.AGAIN]
    return [row.public_id for row in page.items] == [point.public_id]


def report_of(session, point):
    session.flush()
    round_ = point.comment.round
    row = get_round_row(session, round_.slug, viewer=VISITOR, locale="en")
    return response_report(session, row)


def test_after_a_no_one_further_answer_is_given_and_told(session, point, moderator, time):
    time.move(days=1)
    assert not waits(session, point)
    say(session, point)
    time.move(days=1)

    assert waits(session, point)
    assert report_of(session, point).verdicts.unanswered_no == 1
    given = answer(session, point, moderator)
    assert waits(session, point)
    time.move(days=1)
    publish_disposition(session, given, actor=moderator)

    assert not waits(session, point)
    report = report_of(session, point)
    assert (
        report.verdicts.once_more,
        report.verdicts.helped_since,
        report.verdicts.unanswered_no,
    ) == (1, 0, 0)
    mails = session.scalars(select(OutboxMessage.template).order_by(OutboxMessage.id)).all()
    assert mails[-1] == "answered_once_more"
    entry = session.scalars(select(LogEntry).order_by(LogEntry.position.desc())).first()
    assert (entry.kind, entry.facts["once_more"]) == ("disposition.published", True)
    time.move(days=1)
    say(session, point, satisfied=True)
    assert report_of(session, point).verdicts.helped_since == 1


def test_it_is_given_once_and_then_only_corrected(session, point, moderator, time):
    time.move(days=1)
    say(session, point)
    time.move(days=1)
    answer(session, point, moderator, "Some hours.")
    publish_disposition(session, answer(session, point, moderator), actor=moderator)
    time.move(days=1)
    say(session, point, because="Still no.")
    time.move(days=1)

    with pytest.raises(AnsweredOnceMore):
        answer(session, point, moderator, "Again.")

    assert not waits(session, point)
    corrected = answer(session, point, moderator, "Eighteen hours.", corrects=True)
    publish_disposition(session, corrected, actor=moderator)
    assert report_of(session, point).verdicts.once_more == 1


@pytest.mark.one_engine
def test_a_no_that_became_a_yes_waits_for_nothing(session, point, moderator, time):
    time.move(days=1)
    say(session, point)
    say(session, point, satisfied=True)
    time.move(days=1)
    assert not waits(session, point)

    publish_disposition(session, answer(session, point, moderator), actor=moderator)

    assert report_of(session, point).verdicts.once_more == 0


@pytest.mark.one_engine
def test_the_pages_tell_the_answers_and_the_no_between_them(
    session, browser, make, point, moderator, time
):
    time.move(days=1)
    say(session, point)
    time.move(days=1)
    slug, desk = point.comment.round.slug, f"/triage/points/{point.public_id}"
    fields = {"outcome": "question_answered", "office": "Desk", "authority": "Director"}
    browser.sign_in(make.moderator())
    listed = browser.get(f"/triage/{slug}/once-more", follow=True)
    assert listed.soup.select_one(f'a[href^="{desk}?state=again"]')
    assert "How many hours?" in listed.text
    assert "You may answer once more." in browser.get(desk).text
    assert "That is no number." in browser.get(desk).text
    browser.post(desk, **fields, rationale="Sixteen hours.", language="en")
    written = latest_answer(session, point)
    ready = f"/triage/dispositions/{written.public_id}/publish"
    assert ready in {a["href"] for a in browser.get(desk).soup.select("a[href]")}
    assert browser.post(ready).status_code == 303

    again = browser.post(desk, **fields, rationale="Eighteen hours.", language="en")
    done = browser.post(desk, **fields, rationale="Eighteen.", language="en", corrects="y")

    assert again.status_code == 422
    assert again.error_of("corrects").startswith("This was answered once more already.")
    assert again.typed("rationale") == "Eighteen hours."
    assert done.status_code == 303
    browser.sign_out()
    trail = browser.get(f"/comments/{point.comment.public_id}").text
    assert trail.index("That is no number.") < trail.index("answered once more")
    assert trail.index("answered once more") < trail.index("Sixteen hours.")
    assert trail.count("That is no number.") == 1
    assert "We thank you." in trail  # the earlier answer, folded
    shown = browser.get(f"/rounds/{slug}/report?open=all").text
    assert "The commenter said of the answer before: this did not answer me." in shown
