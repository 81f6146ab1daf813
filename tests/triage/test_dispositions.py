"""Answering a comment: what each answer must bring, and what happens to earlier ones."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback_app.comments.models import CommentKind, Point
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.log.services import commitment
from feedback_app.triage import rules
from feedback_app.triage.models import Disposition, Outcome, Reason
from feedback_app.triage.queries import answers_to, get_point
from feedback_app.triage.services import answer_commitment, record_disposition
from feedback_app.triage.tokens import standing_token


def answer(session, make, point, outcome=Outcome.ADOPTED, **values):
    if "actor" not in values:
        values["actor"] = make.actor(make.moderator())
    values.setdefault("rationale", "Officers will ask the family first.")
    values.setdefault("office", "Training division")
    values.setdefault("authority", "Training director")
    return record_disposition(session, point, outcome=outcome, **values)


def tomorrow():
    return clock.now().date() + timedelta(days=2)


def test_an_answer_stands_with_its_reason_office_and_authority(session, make):
    point = make.point()

    answer(session, make, point, rationale="Yes.\nWe *will*.", due_on=tomorrow())

    stored = session.scalars(select(Disposition)).one()
    assert (stored.outcome, stored.office, stored.authority, stored.due_on) == (
        Outcome.ADOPTED,
        "Training division",
        "Training director",
        tomorrow(),
    )
    assert stored.rationale_html == "<p>Yes.<br>\nWe *will*.</p>"
    assert stored.published_at is None


@pytest.mark.parametrize(
    ("outcome", "values", "error"),
    [
        (Outcome.ADOPTED, {"rationale": " "}, rules.RationaleMissing),
        (Outcome.ADOPTED, {"office": ""}, rules.OfficeMissing),
        (Outcome.ADOPTED, {"authority": " "}, rules.AuthorityMissing),
        (Outcome.NOT_ADOPTED, {}, rules.RefusalWithoutReason),
        (Outcome.NOT_ADOPTED, {"reason": Reason.SET_BY_LAW}, rules.RefusalWithoutEvidence),
        (
            Outcome.NOT_ADOPTED,
            {"reason": Reason.COURSE_HOURS, "reason_detail": "too long"},
            rules.MinutesMissing,
        ),
        (Outcome.DEFERRED, {}, rules.DeferralWithoutDate),
        (Outcome.DEFERRED, {"due_on": clock.now().date() - timedelta(days=1)}, rules.DayPassed),
        (Outcome.OUT_OF_SCOPE, {}, rules.ReferralWithoutOffice),
        (Outcome.ALREADY_COVERED, {}, rules.CoveredNowhere),
        (Outcome.ALREADY_COVERED, {"covered_section_key": "aaaaaaaa"}, rules.CoveredNowhere),
    ],
)
def test_an_answer_without_what_its_outcome_asks_for_is_refused(
    session, make, outcome, values, error
):
    point = make.point(kind=CommentKind.CONCERN)

    with pytest.raises(error):
        answer(session, make, point, outcome, **values)

    assert session.scalars(select(Disposition)).all() == []


def test_already_covered_points_at_words_that_stand_there_once(session, make):
    point = make.point()
    section = point.comment.revision.sections[1]
    key = section.key

    def say(words):
        return answer(
            session,
            make,
            point,
            Outcome.ALREADY_COVERED,
            covered_section_key=key,
            covered_words=words,
        )

    with pytest.raises(rules.CoveredWordsMissing):
        say(" ")
    with pytest.raises(rules.CoveredWordsNotFound):
        say("They never speak")
    with pytest.raises(rules.CoveredWordsRepeated):
        say("They")
    covered = say("They ask the family.")

    assert section.text[covered.covered_start : covered.covered_end] == "They ask the family."
    assert covered.covered_revision_id == point.comment.revision_id


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": CommentKind.QUESTION},
        {"kind": CommentKind.SUGGESTION},
        {"kind": None, "suggested_wording": "Officers ask first."},
    ],
)
def test_a_comment_that_asks_is_not_just_noted(session, make, asked):
    with pytest.raises(rules.SomethingWasAsked):
        answer(session, make, make.point(**asked), Outcome.NOTED)


def test_a_comment_that_asks_nothing_may_be_noted(session, make):
    point = make.point(kind=CommentKind.LIVED_EXPERIENCE)

    answer(session, make, point, Outcome.NOTED)

    assert [row.outcome for row in answers_to(session, [point])[point.id]] == [Outcome.NOTED]


def test_what_another_outcome_asks_for_is_dropped(session, make):
    given = answer(
        session,
        make,
        make.point(),
        Outcome.OUT_OF_SCOPE,
        referred_to="County dispatch",
        reason=Reason.EVIDENCE,
        reason_detail="A study",
        due_on=tomorrow(),
    )

    assert (given.reason, given.reason_detail, given.due_on) == (None, "", None)


def test_a_later_answer_counts_and_the_earlier_one_stays_on_record(session, make):
    point = make.point()
    answer(session, make, point, Outcome.NOTED, rationale="Thank you.")
    answer(session, make, point, Outcome.ADOPTED, rationale="We will.")

    rows = answers_to(session, [point])[point.id]

    assert [row.rationale for row in rows] == ["We will.", "Thank you."]


def test_an_answer_written_upon_an_older_state_is_overtaken(session, make):
    point = make.point()
    token = standing_token(session, point)
    answer(session, make, point, Outcome.NOTED, based_on=token)

    with pytest.raises(rules.AnswerOvertaken):
        answer(session, make, point, Outcome.ADOPTED, based_on=token)


def test_of_two_answers_at_the_same_moment_one_is_overtaken(session, database, make):
    point = make.point()
    actor = make.actor(make.moderator())
    token = standing_token(session, point)
    point_id = point.public_id
    session.commit()
    ends = []

    def work() -> None:
        try:
            with database.unit_of_work(writing=True) as unit:
                answer(unit, make, get_point(unit, point_id), actor=actor, based_on=token)
            ends.append("saved")
        except rules.AnswerOvertaken:
            ends.append("overtaken")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["overtaken", "overtaken", "overtaken", "saved"]
    assert len(answers_to(session, [point])[point.id]) == 1


def test_a_withdrawn_comment_a_reply_and_a_retired_point_need_no_answer(session, make):
    withdrawn = make.point(withdrawn_at=clock.now())
    retired = make.point()
    retired.retired_at = clock.now()
    parent = make.comment()
    reply = make.comment(round=parent.round, parent_id=parent.id, kind=None)
    forged = Point(comment=reply)
    session.add(forged)
    session.flush()

    for point, error in (
        (withdrawn, rules.CommentWithdrawn),
        (retired, rules.PointReplaced),
        (forged, rules.RepliesNeedNoAnswer),
    ):
        with pytest.raises(error):
            answer(session, make, point)


@pytest.mark.parametrize("role", ["author", "manager", "host", "reviewer", "administrator"])
def test_only_moderators_answer(session, make, role):
    point = make.point()

    with pytest.raises(NotFound):
        answer(session, make, point, actor=make.actor(getattr(make, role)()))


def test_the_log_holds_the_answer_as_a_commitment_alone(session, make):
    given = answer(session, make, make.point(), rationale="Nobody may read this yet.")

    entry = session.scalars(select(LogEntry)).one()
    assert entry.kind == "disposition.recorded"
    assert entry.facts == {}
    assert entry.commitments == {"answer": answer_commitment(given)}
    assert commitment(given.salt, "adopted") not in entry.leaf
    assert "adopted" not in entry.leaf
    assert "Nobody" not in entry.leaf
