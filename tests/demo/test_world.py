"""The demo world: whole, believable, made by the services, and for this machine alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from feedback_app.audit.database import problems
from feedback_app.comments.conduct import State
from feedback_app.comments.measure_models import ConductRequest, Ending, TakenMeasure
from feedback_app.comments.models import Channel, Comment
from feedback_app.core import clock
from feedback_app.core.database import Database
from feedback_app.core.marks import mark_as_demo
from feedback_app.curricula.models import Revision, RevisionState, Section
from feedback_app.demo import world
from feedback_app.demo.guard import DemoBeyondLoopback, refuse_demo_beyond_loopback
from feedback_app.demo.loader import load
from feedback_app.rounds.models import Round, RoundState
from feedback_app.triage.models import Adoption, Disposition, Outcome
from tests.conftest import _upgrade
from tests.parts.demo import copy_of

pytestmark = pytest.mark.long

NEW_YEARS_EVE = datetime(2028, 12, 31, 23, 58, tzinfo=UTC)
"""A Sunday, years after the texts were written, two minutes before another year in UTC."""


@pytest.fixture(params=["sqlite", "postgresql"])
def loaded(request, tmp_path):
    """The demo world: on SQLite that of this run's day, on PostgreSQL made on another day."""
    if request.param == "sqlite":
        world = Database(copy_of(request.getfixturevalue("demo_file"), tmp_path))
        yield world
        world.dispose()
        return
    template = request.getfixturevalue("postgres_template")
    with template(_upgrade).copy() as url:
        world = Database(url)
        with clock.held_at(NEW_YEARS_EVE):
            load(world)
            yield world
        world.dispose()


def test_the_world_is_made_whole_on_either_database_and_any_day(loaded):
    with loaded.unit_of_work(writing=False) as session:
        assert problems(session) == []
        assert session.scalar(select(func.count()).select_from(Comment)) >= 145
        outcomes = set(session.scalars(select(Disposition.outcome)))
        assert outcomes == set(Outcome)
        channels = set(session.scalars(select(Comment.channel)))
        assert {Channel.WEB, Channel.MEETING, Channel.PAPER, Channel.PHONE} <= channels
        languages = session.scalars(select(Comment.language)).all()
        assert languages.count("es") >= 15
        states = {r.slug: r.state(clock.now()) for r in session.scalars(select(Round))}
        assert states == {
            "crisis-course-spring": RoundState.ANSWERED,
            "crisis-course-fall": RoundState.OPEN,
        }
        _check_conduct(session)
        _check_revisions(session)
        _check_adoptions(session)


def _check_conduct(session) -> None:
    """No page of conduct is empty: one comment or more in each state but erased ones."""
    comments = session.scalars(select(Comment)).all()
    states = {comment.state for comment in comments}
    wanted = {State.HELD, State.HIDDEN, State.MASKED, State.WITHDRAWN, State.LATE, State.SHOWN}
    assert wanted <= states
    taken = session.scalars(select(TakenMeasure)).all()
    assert {measure.ended_how for measure in taken} == {None, Ending.OVERTURNED}
    assert sum(measure.waits for measure in taken) == 1
    assert sum(measure.appeal_waits for measure in taken) == 1
    waiting = select(func.count()).where(ConductRequest.settled_at.is_(None))
    assert session.scalar(waiting) == 1


def _check_revisions(session) -> None:
    revisions = session.scalars(select(Revision).order_by(Revision.number)).all()
    published = [r for r in revisions if r.state is RevisionState.PUBLISHED]
    assert [r.number for r in published] == [1, 2, 3]
    assert published[1].in_force_on is not None
    for revision in published:
        assert sum(s.minutes or 0 for s in revision.sections) == 960
        assert sum(s.is_withheld for s in revision.sections) == 1
        assert sum(s.openness.value == "fixed" for s in revision.sections) == 2
    texts = [[s.text for s in r.sections] for r in published]
    assert texts[0] != texts[1] != texts[2]


def _check_adoptions(session) -> None:
    """Each promise that is said to be kept stands, word for word, in the text."""
    adoptions = session.scalars(select(Adoption)).all()
    assert len(adoptions) >= 50
    for adoption in adoptions:
        text = session.scalars(
            select(Section.text).where(
                Section.revision_id == adoption.revision_id,
                Section.key == adoption.section_key,
            )
        ).one()
        assert text[adoption.start : adoption.end] == adoption.exact


@pytest.mark.one_engine
def test_a_demo_is_served_on_this_machine_alone(database):
    refuse_demo_beyond_loopback(database, "0.0.0.0:8000")
    with database.unit_of_work(writing=True) as session:
        mark_as_demo(session, "1")

    refuse_demo_beyond_loopback(database, "127.0.0.1:8000")
    refuse_demo_beyond_loopback(database, "[::1]:8000")
    for address in ("0.0.0.0:8000", "192.0.2.7:8000", "example.org:80"):
        with pytest.raises(DemoBeyondLoopback):
            refuse_demo_beyond_loopback(database, address)


def test_the_texts_are_ours_and_name_no_real_number():
    for path in sorted(Path(world.__file__).with_name("data").iterdir()):
        text = path.read_text()
        assert "lorem" not in text.lower(), path
        for number in re.findall(r"\b\d{3}-\d{4}\b", text):
            assert number.startswith("555-01"), (path, number)
        for address in re.findall(r"[\w.]+@[\w.]+", text):
            assert address.endswith(".example"), (path, address)
