""" "Did this answer you?" is asked of whoever holds the comment, once it is answered."""

import pytest
from sqlalchemy import select

from feedback_app.comments.holders import Holder
from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.log.models import LogEntry
from feedback_app.triage import rules
from feedback_app.triage.queries import verdicts_on
from feedback_app.triage.services import give_verdict


@pytest.fixture
def comment(make):
    """Answered in public, and held by a code."""
    round_ = make.round()
    part = make.participation(round_, code_hash="c" * 64, account_id=None)
    comment = make.comment(round=round_, participation=part)
    make.disposition(point=comment.points[0], published_at=clock.now())
    return comment


HOLDER = Holder(code_hash="c" * 64)


def test_the_latest_word_counts(session, comment):
    give_verdict(session, comment, holder=HOLDER, is_satisfied=True)
    give_verdict(session, comment, holder=HOLDER, is_satisfied=False, because="No number.")

    verdict = verdicts_on(session, [comment.id])[comment.id]

    assert (verdict.is_satisfied, verdict.because) == (False, "No number.")
    entries = session.scalars(select(LogEntry).order_by(LogEntry.position)).all()
    assert [entry.facts for entry in entries] == [{"satisfied": True}, {"satisfied": False}]
    assert "No number." not in entries[1].leaf


def test_the_same_word_sent_twice_is_one_unless_an_answer_became_public_between(
    session, make, comment
):
    first, second = (
        give_verdict(session, comment, holder=HOLDER, is_satisfied=False, because="No number.")
        for _ in range(2)
    )
    make.disposition(point=comment.points[0], published_at=clock.now())
    third = give_verdict(
        session, comment, holder=HOLDER, is_satisfied=False, because="No number."
    )

    assert first is second
    assert third is not second
    assert len(session.scalars(select(LogEntry)).all()) == 2


def test_whoever_is_not_satisfied_says_what_is_missing(session, comment):
    with pytest.raises(rules.BecauseMissing):
        give_verdict(session, comment, holder=HOLDER, is_satisfied=False, because=" ")


@pytest.mark.parametrize("holder", [Holder(), Holder(code_hash="d" * 64), Holder(account_id=1)])
def test_nobody_else_judges(session, comment, holder):
    with pytest.raises(NotFound):
        give_verdict(session, comment, holder=holder, is_satisfied=True)


def test_without_a_public_answer_there_is_nothing_to_judge(session, make):
    comment = make.comment()
    holder = Holder(account_id=comment.participation.account_id)
    make.disposition(point=comment.points[0])

    with pytest.raises(rules.NothingToJudge):
        give_verdict(session, comment, holder=holder, is_satisfied=True)
