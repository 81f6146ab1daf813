"""Answers of a round are published together; until then nobody outside sees one."""

import pytest
from sqlalchemy import select

from feedback_app.core import clock
from feedback_app.core.errors import NotAllowed
from feedback_app.log.models import LogEntry
from feedback_app.notifications.models import OutboxMessage
from feedback_app.rounds.models import Answering, RoundState
from feedback_app.triage import rules
from feedback_app.triage.models import Outcome
from feedback_app.triage.queries import published_answers
from feedback_app.triage.services import publish_disposition, publish_report


def answered(make, round_, **values):
    point = make.point(round=round_)
    return make.disposition(point=point, **values)


def test_all_answers_become_public_at_one_instant(session, make):
    round_ = make.round()
    given = [answered(make, round_), answered(make, round_, outcome=Outcome.ADOPTED)]
    comments = [d.point.comment_id for d in given]
    assert published_answers(session, comments) == {}

    released = publish_report(session, round_, actor=make.actor(make.manager()))

    assert released.answers == 2
    assert released.promises == 1
    assert {d.published_at for d in given} == {round_.report_published_at}
    assert round_.state(clock.now()) is RoundState.ANSWERED
    assert set(published_answers(session, comments)) == set(comments)


def test_only_the_newest_answer_to_a_point_is_published(session, make):
    round_ = make.round()
    old = answered(make, round_)
    new = make.disposition(point=old.point, rationale="On second thought.")

    publish_report(session, round_, actor=make.actor(make.moderator()))

    assert old.published_at is None
    assert new.published_at is not None


def test_comments_without_an_answer_need_a_public_reason(session, make):
    round_ = make.round()
    answered(make, round_)
    make.comment(round=round_)
    make.comment(round=round_, is_late=True)
    make.comment(round=round_, withdrawn_at=clock.now())
    actor = make.actor(make.moderator())

    with pytest.raises(rules.UndecidedWithoutReason) as refused:
        publish_report(session, round_, actor=actor)
    publish_report(session, round_, actor=actor, note="The state’s study comes in May.")

    assert refused.value.values == {"count": 1}
    entry = session.scalars(select(LogEntry)).one()
    assert entry.facts["undecided"] == 1
    assert entry.facts["reason"] == "The state’s study comes in May."
    assert round_.report_note == "The state’s study comes in May."


def test_a_report_comes_after_closing_and_once(session, make):
    actor = make.actor(make.moderator())
    with pytest.raises(rules.RoundNotClosed):
        publish_report(session, make.round(open=True), actor=actor)

    round_ = make.round()
    publish_report(session, round_, actor=actor)
    with pytest.raises(rules.ReportAlreadyPublished):
        publish_report(session, round_, actor=actor)


@pytest.mark.parametrize("who", ["author", "host", "host_manager", "reviewer", "administrator"])
def test_only_the_department_publishes(session, make, who):
    with pytest.raises(NotAllowed):
        publish_report(session, make.round(), actor=make.actor(getattr(make, who)()))


def test_the_answer_to_a_withdrawn_comment_stays_unpublished(session, make):
    round_ = make.round()
    given = answered(make, round_)
    given.point.comment.withdrawn_at = clock.now()
    session.flush()

    publish_report(session, round_, actor=make.actor(make.moderator()))

    assert given.published_at is None


def test_a_report_waits_for_second_signatures(session, make):
    round_ = make.round()
    decider = make.moderator()
    answered(make, round_, needs_second=True, decided_by_id=decider.id)
    second = make.actor(make.moderator())

    with pytest.raises(rules.AnswerWaitsForSignature):
        publish_report(session, round_, actor=second)


def test_a_single_signature_is_counted_in_the_log(session, make):
    round_ = make.round()
    decider = make.moderator()
    answered(make, round_, needs_second=True, decided_by_id=decider.id)

    publish_report(session, round_, actor=make.actor(decider))

    assert session.scalars(select(LogEntry)).one().facts["alone"] == 1


def test_each_commenter_who_left_an_address_gets_one_mail(session, make):
    round_ = make.round()
    reachable = make.participation(round_, notice_address="ana@example.org", locale="es")
    for _ in range(2):
        make.disposition(point=make.point(round=round_, participation=reachable))
    answered(make, round_)

    publish_report(session, round_, actor=make.actor(make.moderator()))

    (mail,) = session.scalars(select(OutboxMessage)).all()
    assert (mail.template, mail.recipient, mail.locale) == (
        "comment_answered",
        "ana@example.org",
        "es",
    )
    assert mail.values == {
        "title": round_.text("es").title,
        "path": "/receipts/mine",
        "by_account": 0,
        "is_quiet": 0,
    }


def test_an_account_is_written_to_by_its_own_wish_alone(session, make, browser):
    """Off by default; the department's pages never show that somebody asked for it."""
    round_ = make.round()
    quiet, unconfirmed = make.account(), make.account(confirmed_at=None, hears_of_answers=True)
    wishing = make.account(locale="es")
    browser.sign_in(wishing)
    page = browser.get("/account")
    assert "checked" not in page.soup.find(id="f-hears_of_answers").attrs
    browser.post("/account", **page.hidden(), name="Ana", locale="es", hears_of_answers="y")
    for account in (quiet, unconfirmed, wishing):
        part = make.participation(round_, account_id=account.id)
        make.disposition(point=make.point(round=round_, participation=part))
    answered(make, round_)

    publish_report(session, round_, actor=make.actor(make.moderator()))

    (mail,) = session.scalars(select(OutboxMessage)).all()
    assert (mail.recipient, mail.locale) == (wishing.email, "es")
    assert mail.values["by_account"] == 1


def test_one_by_one_needs_a_round_that_says_so_or_a_report(session, make):
    actor = make.actor(make.moderator())
    together = make.round()
    given = answered(make, together)
    with pytest.raises(rules.PublishedTogether):
        publish_disposition(session, given, actor=actor)

    single = answered(make, make.round(answering=Answering.ONE_BY_ONE))
    publish_disposition(session, single, actor=actor)
    assert single.published_at is not None

    publish_report(session, together, actor=actor)
    later = make.disposition(point=given.point, outcome=Outcome.ADOPTED)
    publish_disposition(session, later, actor=actor)

    entry = session.scalars(select(LogEntry).where(LogEntry.subject == later.public_id)).one()
    assert entry.facts["corrected"] is True
    assert entry.facts["outcome"] == "adopted"


def test_an_answer_is_published_once(session, make):
    actor = make.actor(make.moderator())
    given = answered(make, make.round(answering=Answering.ONE_BY_ONE))
    publish_disposition(session, given, actor=actor)

    with pytest.raises(rules.AnswerAlreadyPublished):
        publish_disposition(session, given, actor=actor)


@pytest.mark.one_engine
def test_many_answers_become_public_in_as_few_statements_as_one(session, make, statements):
    def sent(many):
        round_ = make.round()
        for _ in range(many):
            answered(make, round_)
        session.flush()
        statements.clear()
        publish_report(session, round_, actor=make.actor(make.manager()))
        return sum(one.startswith("UPDATE dispositions") for one in statements)

    assert sent(1) == sent(7) == 1
