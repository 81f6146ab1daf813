"""One act for many comments: what it leaves out, what it does, and how it is undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError

from feedback_app.comments.models import CommentKind
from feedback_app.core import clock, jobs
from feedback_app.housekeeping import tidy
from feedback_app.log.models import LogEntry
from feedback_app.organizations.models import Membership
from feedback_app.triage import bulk, bulk_doing
from feedback_app.triage.board_checks import problems
from feedback_app.triage.board_models import BoardRow
from feedback_app.triage.bulk import Answering, Assigning, Sorting
from feedback_app.triage.bulk_models import AnswerTakenBack, BulkAct, BulkPoint, LeftOut
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.theme_models import Theme, ThemePoint
from feedback_app.triage.themes import add_points
from feedback_app.triage.together import Answer
from feedback_app.triage.work import NotAModerator
from feedback_app.triage.work_models import Assignment

SAID = Answer(
    outcome=Outcome.NOTED, rationale="Thank you.", office="Training", authority="Director"
)


@pytest.fixture
def moderator(make):
    return make.moderator(name="R. Alder")


@pytest.fixture
def round_(make, moderator):
    return make.round(revision=make.revision(sections=[{}, {"changed_by_id": moderator.id}]))


@pytest.fixture
def points(make, round_):
    return [make.point(round=round_, body=f"Comment {n}.") for n in range(4)]


def previewed(session, make, round_, moderator, act, points):
    actor = make.actor(moderator)
    ids = [point.id for point in points]
    return bulk.preview(session, round_, actor=actor, act=act, points=ids), actor


def kinds_logged(session):
    return list(session.scalars(select(LogEntry.kind).order_by(LogEntry.position)))


def given(session, point, to):
    held = Assignment(point_id=point.id, assigned_to_id=to.id, assigned_by_id=to.id)
    session.add(held)
    session.flush()
    return held


def test_a_preview_says_who_is_left_out_and_why(session, make, round_, moderator, points):
    other = make.moderator()
    make.disposition(point=points[1])
    given(session, points[2], other)
    own = make.point(round=round_, section_key=round_.revision.sections[1].key)
    asks = make.point(round=round_, kind=CommentKind.QUESTION)
    foreign = make.point()
    chosen = [*points, own, asks, foreign]

    act, _ = previewed(session, make, round_, moderator, Answering(SAID), chosen)

    left = dict(
        session.execute(
            select(BulkPoint.point_id, BulkPoint.left_out).where(BulkPoint.act_id == act.id)
        ).all()
    )
    assert left == {
        points[0].id: None,
        points[1].id: LeftOut.ANSWERED,
        points[2].id: LeftOut.OTHERS,
        points[3].id: None,
        own.id: LeftOut.OWN_TEXT,
        asks.id: LeftOut.ASKS,
    }
    assert bulk.numbers_of(session, act).waiting == 2
    assert session.scalars(select(Disposition)).one().point_id == points[1].id
    assert kinds_logged(session) == []


def test_one_answer_is_given_to_all_and_taken_back_while_none_is_public(
    session, make, round_, moderator, points
):
    act, actor = previewed(session, make, round_, moderator, Answering(SAID), points)
    make.disposition(point=points[0], rationale="Somebody was faster.")
    points[1].comment.withdrawn_at = clock.now()
    session.flush()

    bulk_doing.confirm(session, act, actor=actor)

    numbers = bulk.numbers_of(session, act)
    assert (numbers.made, numbers.left_out) == (2, {LeftOut.CHANGED: 1, LeftOut.GONE: 1})
    assert kinds_logged(session) == ["points.answered"]
    assert list(problems(session)) == []
    mine = session.scalars(select(Disposition).where(Disposition.rationale == "Thank you."))
    kept = {one.point_id: one.public_id for one in mine}
    assert kept.keys() == {points[2].id, points[3].id}
    make.disposition(point=points[3], rationale="A later one.")

    bulk_doing.ask_to_undo(session, act, actor=actor)

    numbers = bulk.numbers_of(session, act)
    assert (numbers.undone, numbers.stays) == (1, {LeftOut.CHANGED: 1})
    assert kinds_logged(session) == ["points.answered", "points.taken_back"]
    back = session.scalars(select(AnswerTakenBack)).one()
    assert (back.public_id, back.said["rationale"]) == (kept[points[2].id], "Thank you.")
    stage = select(BoardRow.stage).where(BoardRow.point_id == points[2].id)
    assert session.scalar(stage) == "open"
    assert list(problems(session)) == []


def test_nothing_is_taken_back_once_one_of_the_answers_is_public(
    session, make, round_, moderator, points
):
    act, actor = previewed(session, make, round_, moderator, Answering(SAID), points)
    bulk_doing.confirm(session, act, actor=actor)
    session.scalars(select(Disposition)).first().published_at = clock.now()
    session.flush()

    with pytest.raises(bulk_doing.CannotBeUndone):
        bulk_doing.ask_to_undo(session, act, actor=actor)


def test_the_database_lets_no_answer_go_that_is_not_on_record(session, make):
    given_ = make.disposition()

    with pytest.raises(DatabaseError, match="frozen"):
        session.execute(delete(Disposition).where(Disposition.id == given_.id))


def test_comments_go_to_a_colleague_and_back_to_whoever_had_them(
    session, make, round_, moderator, points
):
    first, second = make.moderator(), make.moderator()
    given(session, points[0], first)
    given(session, points[1], second)
    day = clock.now().date() + timedelta(days=3)
    act, actor = previewed(
        session, make, round_, moderator, Assigning(second.id, day, takes_others=True), points
    )

    bulk_doing.confirm(session, act, actor=actor)

    def held():
        rows = session.execute(
            select(Assignment.point_id, Assignment.assigned_to_id, Assignment.due_on)
        )
        return {row.point_id: (row.assigned_to_id, row.due_on) for row in rows}

    assert held() == {point.id: (second.id, day) for point in points}
    later = session.scalars(select(Assignment).where(Assignment.point_id == points[3].id)).one()
    later.assigned_to_id, later.version = first.id, later.version + 1
    session.flush()

    bulk_doing.ask_to_undo(session, act, actor=actor)

    assert held() == {
        points[0].id: (first.id, None),
        points[1].id: (second.id, None),
        points[3].id: (first.id, day),
    }
    assert bulk.numbers_of(session, act).stays == {LeftOut.CHANGED: 1}
    assert kinds_logged(session) == []
    assert list(problems(session)) == []


def test_many_portions_are_worked_by_a_job_each_with_its_own_entry(
    session, make, round_, moderator, points, database, monkeypatch
):
    monkeypatch.setattr(bulk_doing, "PORTION", 2)
    act, actor = previewed(
        session, make, round_, moderator, Sorting(None, "Waiting"), points[:3]
    )

    assert bulk_doing.confirm(session, act, actor=actor) is False
    session.commit()
    jobs.run_due(database)

    session.expire_all()
    assert kinds_logged(session) == ["theme.created", "theme.points_added"]
    assert len(session.scalars(select(ThemePoint)).all()) == 3
    assert act.done_at is not None
    assert bulk_doing.ask_to_undo(session, act, actor=actor) is False
    session.commit()
    jobs.run_due(database)
    session.expire_all()
    assert session.scalars(select(ThemePoint)).all() == []
    assert session.scalars(select(Theme)).one().title == "Waiting"
    assert act.undone_at is not None


def test_a_subject_that_is_gone_meanwhile_is_said_and_nothing_is_done(
    session, make, round_, moderator, points, database, monkeypatch
):
    monkeypatch.setattr(bulk_doing, "PORTION", 1)
    theme = make.theme(round_)
    act, actor = previewed(session, make, round_, moderator, Sorting(theme.id), points)
    bulk_doing.confirm(session, act, actor=actor)
    theme.ended_at = clock.now()
    session.commit()

    jobs.run_due(database)

    session.expire_all()
    assert act.refusal == "This subject has become part of another one."
    assert bulk.numbers_of(session, act).made == 0


def test_a_moderator_checks_some_looks_confirms_and_undoes(
    browser, session, make, round_, moderator, points
):
    make.disposition(point=points[0])
    browser.sign_in(moderator)
    board = browser.get(f"/triage/{round_.slug}?state=all&words=comment")
    form = board.soup.select_one(".pane form")
    assert len(form.select("input[name=chosen]")) == 4
    assert form["action"] == f"/triage/{round_.slug}/many"
    chosen = "&".join(f"chosen={point.public_id}" for point in points[:3])
    address = f"/triage/{round_.slug}/many?words=comment&{chosen}"

    preview = browser.post(address, person=moderator.public_id, due_on="", follow=True)

    assert "2 comments or asks would be changed." in preview.text
    assert "have their answer already" in preview.text
    assert len(preview.soup.select(".plainlist li")) == 3  # two of them, and the one left out
    act = preview.form()["action"]
    done = browser.send(act, preview.hidden(), follow=True)
    assert "2 comments or asks were changed." in done.text
    assert len(session.scalars(select(Assignment)).all()) == 2
    undone = browser.send(act, done.hidden(), follow=True)
    assert "2 are as they were before." in undone.text
    assert session.scalars(select(Assignment)).all() == []
    again = browser.send(act, done.hidden())
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("act", "fields", "field"),
    [
        ("assign", {"due_on": "2020-01-01"}, "due_on"),
        ("sort", {"into": "", "title": " "}, "title"),
        ("answer", {"outcome": "not_adopted", "rationale": "No."}, "reason"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_kept(
    browser, round_, moderator, points, act, fields, field
):
    browser.sign_in(moderator)

    page = browser.post(f"/triage/{round_.slug}/many?all=1&act={act}", **fields)

    assert page.status_code == 422
    assert page.error_of(field)


@pytest.mark.one_engine
def test_what_nobody_confirmed_is_forgotten_after_two_days(
    session, make, round_, moderator, points, database
):
    act, actor = previewed(session, make, round_, moderator, Sorting(None, "Old"), points)
    kept, _ = previewed(session, make, round_, moderator, Sorting(None, "New"), points)
    bulk_doing.confirm(session, kept, actor=actor)
    act.asked_at = kept.asked_at = clock.now() - timedelta(days=3)
    session.commit()

    tidy(database)

    session.expire_all()
    assert session.scalars(select(BulkAct)).all() == [kept]


@pytest.mark.one_engine
def test_the_answer_is_shown_as_each_will_see_it_before_it_is_given(
    browser, session, round_, moderator, points
):
    browser.sign_in(moderator)

    page = browser.post(
        f"/triage/{round_.slug}/many?act=answer",
        outcome="not_adopted",
        reason="course_hours",
        reason_detail="40 minutes",
        rationale="The course is full.",
        office="Training division",
        authority="Director",
        language="en",
        follow=True,
    )

    shown = page.soup.select_one(".panel").get_text(" ")
    assert all(w in shown for w in ("The course is full.", "40 minutes", "Training division"))
    assert "4 comments or asks would be changed." in page.text
    assert session.scalars(select(Disposition)).all() == []


@pytest.mark.one_engine
def test_what_changed_since_the_preview_is_judged_anew(
    session, make, round_, moderator, points
):
    left, theme = make.moderator(), make.theme(round_)
    assigning, actor = previewed(session, make, round_, moderator, Assigning(left.id), points)
    answering, _ = previewed(session, make, round_, moderator, Answering(SAID), points)
    sorting, _ = previewed(session, make, round_, moderator, Sorting(theme.id), points)
    member = select(Membership).where(Membership.account_id == left.id)
    session.scalars(member).one().ended_at = clock.now()
    points[0].comment.kind = CommentKind.QUESTION  # said after sending; its words are the same
    add_points(session, theme, actor=actor, points=[points[1].public_id])

    with pytest.raises(NotAModerator):
        bulk_doing.confirm(session, assigning, actor=actor)
    bulk_doing.confirm(session, sorting, actor=actor)
    session.flush()
    bulk_doing.ask_to_undo(session, sorting, actor=actor)
    bulk_doing.confirm(session, answering, actor=actor)

    assert session.scalars(select(Assignment)).all() == []
    assert bulk.numbers_of(session, answering).left_out == {LeftOut.ASKS: 1}
    assert session.scalars(select(ThemePoint.point_id)).all() == [points[1].id]


def test_an_address_of_many_carries_what_a_list_asks_for_and_nothing_else(
    browser, round_, moderator, points
):
    browser.sign_in(moderator)
    here = f"/triage/{round_.slug}/many"

    assert browser.get(f"{here}?slug=x&_scheme=ftp&_anchor=y").status_code == 200
    assert "Nothing is chosen." in browser.get(f"{here}?chosen=%00").text
