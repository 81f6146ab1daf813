"""A department asks for two signatures while a colleague answers, or makes answers public."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from feedback_app.core.errors import DomainError
from feedback_app.log.models import LogEntry
from feedback_app.organizations.models import Organization
from feedback_app.rounds.models import Round
from feedback_app.triage.models import Disposition, Outcome
from feedback_app.triage.queries import answers_to_publish, get_point
from feedback_app.triage.rules import AnswerWaitsForSignature
from feedback_app.triage.services import publish_report, record_disposition
from feedback_app.triage.signing import ask_for_two

ANSWERING = 12
ASKED = "organization.signing_changed"


class Desk:
    """A round that is closed, with two moderators and the manager of its department."""

    def __init__(self, session, make):
        self.manager = make.actor(make.manager())
        self.moderator, _ = make.actor(make.moderator()), make.moderator()
        self.round_id, self.department_id = make.round().id, make.department().id
        round_ = session.get(Round, self.round_id)
        self.points = [make.point(round=round_).public_id for _ in range(ANSWERING)]
        session.commit()

    def ask(self, unit):
        department = unit.get_one(Organization, self.department_id)
        ask_for_two(unit, department, actor=self.manager, asks=True)

    def answer(self, unit, number=0):
        record_disposition(
            unit,
            get_point(unit, self.points[number]),
            actor=self.moderator,
            outcome=Outcome.NOTED,
            rationale="Thank you.",
            office="Training",
            authority="Director",
        )

    def publish(self, unit):
        round_ = unit.get_one(Round, self.round_id)
        publish_report(unit, round_, actor=self.moderator, note="The others follow.")


@pytest.fixture
def desk(session, make):
    return Desk(session, make)


def alone(database, act):
    with database.session(writing=True) as unit:
        act(unit)
        unit.commit()


def meeting(database, now, then, *, between=None):
    """`then` comes while `now` is not stored yet, or after what it does `between`; the error
    of `now`, if it is refused.
    """
    begun = threading.Event()

    def second():
        begun.wait(10)
        alone(database, then)

    other = threading.Thread(target=second)
    other.start()

    def meet():
        begun.set()
        other.join(0.5)

    try:
        with database.session(writing=True) as unit:
            if between is not None:
                kept = between(unit)
                meet()
                assert kept
            now(unit)
            unit.flush()
            if between is None:
                meet()
            unit.commit()
    except DomainError as error:
        return error
    finally:
        other.join(20)
    return None


def entries(session):
    """What the log tells in its order, and how many answers the asking found."""
    rows = session.execute(select(LogEntry.kind, LogEntry.facts).order_by(LogEntry.position))
    found = [tuple(row) for row in rows]
    return [kind for kind, _ in found], dict(found)[ASKED]["given_before"]


@pytest.mark.parametrize("comes", ["first", "second"])
def test_an_answer_given_as_two_signatures_are_asked_for_waits_for_the_second(
    database, session, desk, comes
):
    meeting(
        database, *((desk.answer, desk.ask) if comes == "first" else (desk.ask, desk.answer))
    )

    assert session.scalars(select(Disposition.needs_second)).all() == [True]
    assert entries(session)[1] == (comes == "first")


def test_of_many_who_answer_at_once_nobody_slips_through(database, session, desk):
    start = threading.Barrier(ANSWERING + 1)

    def take_part(number):
        start.wait()
        if number < ANSWERING:
            alone(database, lambda unit: desk.answer(unit, number))
        else:
            alone(database, desk.ask)

    with ThreadPoolExecutor(ANSWERING + 1) as pool:
        list(pool.map(take_part, [*range(6), ANSWERING, *range(6, ANSWERING)]))

    assert session.scalars(select(Disposition.needs_second)).all() == [True] * ANSWERING
    kinds, given_before = entries(session)
    assert given_before == kinds[: kinds.index(ASKED)].count("disposition.recorded")


def test_answers_made_public_at_this_moment_are_not_counted_among_those_that_wait(
    database, session, desk
):
    alone(database, desk.answer)

    meeting(database, desk.publish, desk.ask)

    answer = session.scalars(select(Disposition)).one()
    assert answer.published_at is not None
    assert not answer.needs_second
    assert entries(session)[1] == 0


def test_nothing_is_made_public_by_what_was_read_before_two_were_asked_for(
    database, session, desk
):
    """On SQLite whoever asks waits for the publishing; in PostgreSQL it is the other way."""
    alone(database, desk.answer)

    def read(unit):
        return answers_to_publish(unit, unit.get_one(Round, desk.round_id))

    refused = meeting(database, desk.publish, desk.ask, between=read)

    answer = session.scalars(select(Disposition)).one()
    assert answer.needs_second == (answer.published_at is None)
    assert isinstance(refused, AnswerWaitsForSignature) == answer.needs_second
    assert database.is_sqlite != answer.needs_second
