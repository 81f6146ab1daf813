"""What somebody else does at the same moment is told as what it is, and never fails."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from markupsafe import Markup
from sqlalchemy import delete, func, select, update

from feedback_app.comments.changing import reword
from feedback_app.comments.models import Comment, CommentVersion
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.policy import VISITOR
from feedback_app.triage import bulk, bulk_doing, rules, themes
from feedback_app.triage.board_checks import problems
from feedback_app.triage.board_models import BoardLot, BoardRow
from feedback_app.triage.bulk import Answering, Sorting
from feedback_app.triage.bulk_models import AnswerTakenBack, LeftOut
from feedback_app.triage.filters import Filters
from feedback_app.triage.lots import get_theme
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.ready_models import ReadyText
from feedback_app.triage.ready_texts import NameTaken, write_ready_text
from feedback_app.triage.releasing import publish_disposition
from feedback_app.triage.saved_view_models import SavedView
from feedback_app.triage.services import confirm_disposition, record_disposition
from feedback_app.triage.theme_models import Theme
from feedback_app.triage.together import Answer
from feedback_app.triage.tokens import standing_token
from feedback_app.triage.view_keeping import change_view, keep_view, remove_view

SAID = {"outcome": Outcome.NOTED, "rationale": "Yes.", "office": "Desk", "authority": "Chief"}


@pytest.fixture
def round_(make):
    return make.round(open=True)


@pytest.fixture
def points(make, round_):
    return [make.point(round=round_, body=f"Comment {n}.") for n in range(3)]


@pytest.fixture
def actor(make):
    return make.actor(make.moderator())


def reworded(session, comment, words):
    return reword(
        session,
        comment,
        actor=VISITOR,
        at=clock.now(),
        body=words,
        html=Markup(f"<p>{words}</p>"),
        suggested_wording=None,
    )


def previewed(session, round_, act, points, actor):
    ids = [point.id for point in points]
    return bulk.preview(session, round_, actor=actor, act=act, points=ids)


@pytest.mark.one_engine
def test_words_that_replace_those_that_were_read_get_no_answer_meant_for_the_others(
    session, round_, points, actor
):
    """Within 15 minutes an edit leaves the number of the wording as it is."""
    act = previewed(session, round_, Answering(Answer(**SAID)), points, actor)
    token = standing_token(session, points[0])
    theme = themes.create_theme(
        session, round_, actor=actor, title="Time", points=[p.public_id for p in points]
    )
    seen = themes.lot_of(session, theme)
    reworded(session, points[0].comment, "Never do this.")
    assert session.scalar(select(func.max(CommentVersion.number))) == 1

    bulk_doing.confirm(session, act, actor=actor)

    assert bulk.numbers_of(session, act).left_out == {LeftOut.CHANGED: 1}
    assert themes.lot_of(session, theme)[0].wording != seen[0].wording
    with pytest.raises(rules.AnswerOvertaken):
        record_disposition(session, points[0], actor=actor, based_on=token, **SAID)


def test_a_subject_that_began_with_an_act_goes_with_its_undoing_unless_it_is_used(
    session, round_, points, actor
):
    act = previewed(session, round_, Sorting(None, "Pay"), points[:2], actor)
    bulk_doing.confirm(session, act, actor=actor)
    pay = session.scalars(select(Theme)).one()
    used = previewed(session, round_, Sorting(None, "Time"), points[:2], actor)
    bulk_doing.confirm(session, used, actor=actor)
    time_ = session.scalars(select(Theme).where(Theme.title == "Time")).one()
    themes.add_points(session, time_, actor=actor, points=[points[2].public_id])

    for each in (act, used):
        bulk_doing.ask_to_undo(session, each, actor=actor)

    assert pay.is_removed
    with pytest.raises(NotFound):
        get_theme(session, pay.public_id)
    with pytest.raises(rules.SubjectEnded):
        themes.add_points(session, pay, actor=actor, points=[points[2].public_id])
    assert time_.ended_at is None
    kinds = session.scalars(select(LogEntry.kind).order_by(LogEntry.position.desc())).all()
    assert kinds[:2] == ["theme.points_removed", "theme.removed"]
    assert themes.create_theme(session, round_, actor=actor, title="pay").id != pay.id


def test_an_answer_taken_back_at_this_moment_is_neither_signed_nor_made_public(
    session, make, points
):
    answer = make.disposition(point=points[0], needs_second=True)
    points[0].comment.round.report_published_at = clock.now()
    copied = ("public_id", "point_id", "language", "salt", "decided_by_id", "decided_at")
    copy = {name: getattr(answer, name) for name in copied}
    session.add(AnswerTakenBack(**copy, said={}, taken_back_by_id=answer.decided_by_id))
    session.flush()
    answer.point.comment, answer.decided_by  # noqa: B018 - a colleague's page has read them
    session.execute(
        delete(Disposition).where(Disposition.id == answer.id),
        execution_options={"synchronize_session": False},
    )

    with pytest.raises(rules.AnswerTakenBack):
        confirm_disposition(session, answer, actor=make.actor(make.moderator()))
    with pytest.raises(rules.AnswerTakenBack):
        publish_disposition(session, answer, actor=make.actor(make.moderator()))


@pytest.mark.one_engine
def test_a_view_that_its_owner_deletes_at_this_moment_is_not_there(session, round_, actor):
    view = keep_view(
        session, round_, actor=actor, name="All", filters=Filters(), names={}, is_shared=True
    )
    session.execute(
        delete(SavedView).where(SavedView.id == view.id),
        execution_options={"synchronize_session": False},
    )

    with pytest.raises(NotFound):
        change_view(session, view, actor=actor, name="All", is_shared=True, is_first=True)
    with pytest.raises(NotFound):
        remove_view(session, view, actor=actor)


def test_of_two_who_give_one_name_at_one_moment_the_second_is_told(
    database, session, round_, actor
):
    department, written, told = round_.department_id, threading.Event(), []
    session.commit()

    def write(name, after=None):
        with database.session(writing=True) as unit:
            words = {"en": "Thank you."}
            try:
                write_ready_text(
                    unit, department, actor=actor, name=name, outcome=None, words=words
                )
            except NameTaken as error:
                told.append(error.at)
                return
            if after is not None:
                written.set()
                after.join(0.3)
            unit.commit()

    def second():
        written.wait(10)
        write("THANKS")

    other = threading.Thread(target=second)
    other.start()
    write("Thanks", other)
    other.join(20)

    assert told == ["name"]
    session.execute(update(ReadyText).values(retired_at=clock.now(), name_key=None))
    session.commit()
    write("Thanks")
    assert session.scalar(select(func.count()).select_from(ReadyText)) == 2


@pytest.mark.parametrize("leaves", ["first", "second"])
def test_a_comment_taken_back_as_it_is_put_under_a_subject_leaves_nothing_on_the_board(
    database, session, round_, points, actor, leaves
):
    theme, comment = themes.create_theme(session, round_, actor=actor, title="Pay"), points[0]
    theme_id, comment_id, ids = theme.id, comment.comment_id, [comment.public_id]
    session.commit()
    begun = threading.Event()

    def put_under(unit):
        themes.add_points(unit, unit.get_one(Theme, theme_id), actor=actor, points=ids)

    def take_back(unit):
        unit.get_one(Comment, comment_id).withdrawn_at = clock.now()

    def act(does, after=None):
        with database.session(writing=True) as unit:
            does(unit)
            unit.flush()
            if after is not None:
                begun.set()
                after.join(0.3)
            unit.commit()

    def second():
        begun.wait(10)
        with suppress(NotFound):
            act(then)

    now, then = (take_back, put_under) if leaves == "first" else (put_under, take_back)
    other = threading.Thread(target=second)
    other.start()
    act(now, other)
    other.join(20)

    assert list(problems(session)) == []
    assert session.get(BoardRow, points[0].id) is None
    lots = select(func.count()).where(BoardLot.point_id == points[0].id)
    assert session.scalar(lots) == 0
