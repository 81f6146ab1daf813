"""Rule 8: nobody decides alone on comments about their own text."""

import pytest

from feedback_app.core.errors import NotFound
from feedback_app.rounds.models import Answering
from feedback_app.triage import rules
from feedback_app.triage.models import Outcome, Signature
from feedback_app.triage.services import (
    confirm_disposition,
    publish_disposition,
    record_disposition,
)


@pytest.fixture
def writer(make):
    return make.moderator()


@pytest.fixture
def point(make, writer):
    """A comment on words that the moderator wrote, in a round that answers one by one."""
    revision = make.revision(sections=[{"changed_by_id": writer.id}, {}])
    return make.point(round=make.round(revision=revision, answering=Answering.ONE_BY_ONE))


def decide(session, make, point, account):
    return record_disposition(
        session,
        point,
        actor=make.actor(account),
        outcome=Outcome.NOTED,
        rationale="Thank you.",
        office="Training",
        authority="Director",
    )


def test_an_answer_about_ones_own_text_waits_for_a_second_moderator(
    session, make, point, writer
):
    second = make.moderator()
    given = decide(session, make, point, writer)

    with pytest.raises(rules.AnswerWaitsForSignature):
        publish_disposition(session, given, actor=make.actor(writer))
    confirm_disposition(session, given, actor=make.actor(second))
    publish_disposition(session, given, actor=make.actor(writer))

    assert given.confirmed_as is Signature.MODERATOR
    assert given.published_at is not None
    assert not given.decided_alone


def test_an_answer_about_somebody_elses_text_needs_no_signature(session, make, point):
    given = decide(session, make, point, make.moderator())

    assert not given.needs_second
    with pytest.raises(rules.SignatureNotNeeded):
        confirm_disposition(session, given, actor=make.actor(make.moderator()))


def test_a_comment_on_the_whole_course_speaks_of_every_section(session, make, writer):
    revision = make.revision(sections=[{"changed_by_id": writer.id}, {}])
    whole = make.point(round=make.round(revision=revision), section_key=None)
    other = make.point(
        round=make.round(revision=revision), section_key=revision.sections[1].key
    )

    assert decide(session, make, whole, writer).needs_second
    assert not decide(session, make, other, writer).needs_second


def test_nobody_signs_their_own_answer(session, make, point, writer):
    make.moderator()
    given = decide(session, make, point, writer)

    with pytest.raises(rules.OwnAnswer):
        confirm_disposition(session, given, actor=make.actor(writer))


@pytest.mark.parametrize(
    ("who", "signature"), [("host", Signature.HOST), ("reviewer", Signature.BOARD)]
)
def test_host_or_board_sign_only_where_the_department_has_no_second(
    session, make, point, writer, who, signature
):
    signer = make.actor(getattr(make, who)())
    given = decide(session, make, point, writer)
    confirm_disposition(session, given, actor=signer)
    assert given.confirmed_as is signature

    make.moderator()
    again = decide(session, make, point, writer)
    with pytest.raises(rules.SecondModeratorFirst):
        confirm_disposition(session, again, actor=signer)


@pytest.mark.parametrize("who", ["author", "manager", "host_manager", "administrator"])
def test_nobody_else_signs(session, make, point, writer, who):
    given = decide(session, make, point, writer)

    with pytest.raises(NotFound):
        confirm_disposition(session, given, actor=make.actor(getattr(make, who)()))


def test_without_anybody_to_sign_the_answer_says_that_one_person_decided(
    session, make, point, writer
):
    given = decide(session, make, point, writer)

    publish_disposition(session, given, actor=make.actor(writer))

    assert given.decided_alone


def test_a_signature_is_given_once_and_to_the_newest_answer(session, make, point, writer):
    second = make.actor(make.moderator())
    old = decide(session, make, point, writer)
    new = decide(session, make, point, writer)
    confirm_disposition(session, new, actor=second)

    for given in (old, new):
        with pytest.raises(rules.SignatureNotNeeded):
            confirm_disposition(session, given, actor=second)
