"""Planning a round and signing it, for the host and for the department."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from feedback_app.core.errors import NotAllowed, NotFound
from feedback_app.log.models import LogEntry
from feedback_app.organizations.services import SlugTaken, SlugUnfit
from feedback_app.rounds import queries, rules, services
from feedback_app.rounds.models import Question, Round, RoundState
from feedback_app.rounds.plans import Missing, Part, PlannedText, missing_parts
from tests.rounds.planning import plan, planned, questions, texts

DAY = timedelta(days=1)


def logged(session):
    return list(session.scalars(select(LogEntry.kind).order_by(LogEntry.position)))


def test_a_plan_is_seen_by_its_host_and_the_department_and_by_nobody_else(session, make):
    round_ = planned(make)

    for account in (make.host(), make.host_manager(), make.moderator(), make.manager()):
        seen = queries.get_round(session, round_.slug, viewer=make.actor(account))
        assert seen is round_
    for account in (make.author(), make.reviewer(), make.account(), make.administrator()):
        with pytest.raises(NotFound):
            queries.get_round(session, round_.slug, viewer=make.actor(account))


@pytest.mark.parametrize("who", ["moderator", "manager", "author", "reviewer", "account"])
def test_only_the_host_plans(session, make, who):
    with pytest.raises(NotFound):
        planned(make, host=getattr(make, who)())

    assert session.scalar(select(func.count(Round.id))) == 0


def test_a_round_needs_a_published_version(make):
    with pytest.raises(rules.VersionNotPublished):
        planned(make, revision=make.revision(published=False))


def test_a_short_name_is_given_once(make):
    host, revision = make.host(), make.revision()
    planned(make, host=host, revision=revision)

    with pytest.raises(SlugTaken):
        planned(make, host=host, revision=revision)
    with pytest.raises(SlugUnfit):
        planned(make, host=host, revision=revision, slug="New Round")


def test_thirty_days_need_no_reason_and_fewer_do(make, time):
    host, revision = make.host(), make.revision()
    opens_at = time() + DAY
    given = {"host": host, "revision": revision, "opens_at": opens_at}

    planned(make, slug="long-enough", closes_at=opens_at + 30 * DAY, **given)
    with pytest.raises(rules.TooShortWithoutReason) as refused:
        planned(make, slug="short", closes_at=opens_at + 29 * DAY, **given)
    short = planned(
        make, slug="short", closes_at=opens_at + 5 * DAY, short_reason="A court day.", **given
    )

    assert refused.value.values == {"days": 30}
    assert short.short_reason == "A court day."


def test_a_redraft_needs_fourteen_days(make, time):
    revision = make.revision(number=2)
    opens_at = time() + DAY

    round_ = planned(make, revision=revision, opens_at=opens_at, closes_at=opens_at + 14 * DAY)

    assert round_.closes_at - round_.opens_at == 14 * DAY


def test_a_closing_before_the_opening_or_in_the_past_is_refused(make, time):
    host, revision = make.host(), make.revision()

    with pytest.raises(rules.ClosesBeforeOpening):
        planned(
            make, host=host, revision=revision, closes_at=time() + DAY, opens_at=time() + DAY
        )
    with pytest.raises(rules.ClosingPassed):
        planned(
            make,
            host=host,
            revision=revision,
            opens_at=time() - 40 * DAY,
            closes_at=time() - DAY,
        )


def test_answers_are_due_after_the_closing(make, time):
    with pytest.raises(rules.AnswersBeforeClosing):
        planned(make, answers_due_on=time().date() + DAY)


def test_a_page_that_is_not_whole_in_each_language_cannot_be_signed(session, make):
    host = make.host()
    round_ = planned(
        make,
        host=host,
        texts=texts() | {"es": PlannedText(title="Diga", why="")},
        questions=questions(2),
        help_phone="",
    )

    assert list(missing_parts(round_)) == [
        Missing(Part.WHY, "es"),
        Missing(Part.CAN_CHANGE, "es"),
        Missing(Part.QUESTIONS),
        Missing(Part.HELP),
    ]
    with pytest.raises(rules.PageNotWhole):
        services.sign_for_host(session, round_, actor=make.actor(host))
    assert not round_.is_public


def test_a_signed_round_is_planned_open_closed_and_answered_by_the_clock_alone(
    session, make, time
):
    host = make.host()
    round_ = planned(make, host=host)

    services.sign_for_host(session, round_, actor=make.actor(host))

    assert round_.state(round_.opens_at - DAY) is RoundState.PLANNED
    assert round_.state(round_.opens_at) is RoundState.OPEN
    assert round_.state(round_.closes_at) is RoundState.OPEN
    assert round_.state(round_.closes_at + timedelta(microseconds=1)) is RoundState.CLOSED
    round_.report_published_at = round_.closes_at + DAY
    assert round_.state(round_.closes_at + DAY) is RoundState.ANSWERED
    assert logged(session) == ["round.planned", "round.signed"]


def test_a_round_signed_after_its_opening_opens_then_and_must_still_be_long_enough(
    session, make, time
):
    host = make.host()
    round_ = planned(make, host=host)
    time.move(days=3)

    with pytest.raises(rules.TooShortWithoutReason):
        services.sign_for_host(session, round_, actor=make.actor(host))
    round_.short_reason = "The hall is ours only this month."
    services.sign_for_host(session, round_, actor=make.actor(host))

    assert round_.opens_at == time()
    assert round_.is_open(time())


def test_without_the_departments_signature_it_is_independent(session, make):
    host, moderator = make.host(), make.moderator()
    round_ = planned(make, host=host)
    services.sign_for_host(session, round_, actor=make.actor(host))

    assert round_.is_independent
    services.sign_for_department(session, round_, actor=make.actor(moderator))

    assert not round_.is_independent
    assert logged(session)[-1] == "round.signed"
    with pytest.raises(rules.AlreadySigned):
        services.sign_for_department(session, round_, actor=make.actor(moderator))


def test_the_department_cannot_sign_without_a_day_for_the_answers(session, make):
    moderator = make.moderator()
    round_ = planned(make, answers_due_on=None)

    with pytest.raises(rules.NoAnswerDate):
        services.sign_for_department(session, round_, actor=make.actor(moderator))
    with pytest.raises(rules.AnswersBeforeClosing):
        services.sign_for_department(
            session,
            round_,
            actor=make.actor(moderator),
            answers_due_on=round_.opens_at.date(),
        )


@pytest.mark.parametrize("who", ["host", "author", "reviewer", "account", "administrator"])
def test_nobody_else_signs_for_the_department(session, make, who):
    round_ = planned(make)

    with pytest.raises(NotAllowed):
        services.sign_for_department(session, round_, actor=make.actor(getattr(make, who)()))

    assert round_.department_signed_at is None


def test_a_changed_plan_takes_both_signatures_back(session, make, time):
    host, moderator = make.host(), make.moderator()
    round_ = planned(make, host=host)
    services.sign_for_department(session, round_, actor=make.actor(moderator))
    services.sign_for_host(session, round_, actor=make.actor(host))

    services.replan_round(
        session,
        round_,
        actor=make.actor(host),
        version=round_.version,
        plan=plan(closes_at=round_.closes_at + DAY, texts={"en": texts()["en"]}),
    )

    assert not round_.is_public
    assert round_.is_independent
    assert [text.language for text in round_.texts] == ["en"]


def test_two_people_cannot_change_one_plan_unseen(session, make):
    host = make.host()
    round_ = planned(make, host=host)
    services.write_questions(
        session, round_, actor=make.actor(host), version=1, questions=questions(4)
    )

    with pytest.raises(rules.PlanChanged):
        services.replan_round(session, round_, actor=make.actor(host), version=1, plan=plan())


def test_an_open_round_is_not_planned_anew(session, make, time):
    host = make.host()
    round_ = planned(make, host=host)
    services.sign_for_host(session, round_, actor=make.actor(host))
    time.move(days=2)

    with pytest.raises(rules.RoundHasOpened):
        services.replan_round(
            session, round_, actor=make.actor(host), version=round_.version, plan=plan()
        )


def test_questions_are_replaced_as_a_whole_and_stand_on_sections_of_the_version(session, make):
    host = make.host()
    round_ = planned(make, host=host)
    key = round_.revision.sections[0].key
    asked = [replace(q, section_key=key) for q in questions(5)]

    services.write_questions(
        session, round_, actor=make.actor(host), version=1, questions=asked
    )
    with pytest.raises(rules.QuestionOnNoSection):
        services.write_questions(
            session,
            round_,
            actor=make.actor(host),
            version=2,
            questions=[replace(asked[0], section_key="aaaaaaaa")],
        )
    with pytest.raises(rules.WrongNumberOfQuestions):
        services.write_questions(
            session, round_, actor=make.actor(host), version=2, questions=questions(8)
        )

    rows = queries.questions_of(session, round_.id, locale="es")
    assert [row.prompt for row in rows] == [f"¿Qué sirvió? {n}" for n in range(5)]
    assert session.scalar(select(func.count(Question.id))) == 5
