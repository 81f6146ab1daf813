"""The day that a department signed: what waits, how late it is, why, and who is reminded."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.log import queries as log
from feedback_app.notifications.following_models import Notice, NoticeKind, Telling
from feedback_app.notifications.models import OutboxMessage
from feedback_app.policy import VISITOR
from feedback_app.rounds.queries import get_round_row
from feedback_app.triage import delaying
from feedback_app.triage.delaying import delays_of, explain_delay
from feedback_app.triage.reminding import remind_who_answers, reminder_on
from feedback_app.triage.waiting import clock_of, waiting_in

pytestmark = pytest.mark.usefixtures("time")

DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)
"""The day of the clock that stands still: a run across midnight counts no day more."""


def late_round(make, days=10, **values):
    return make.round(
        closes_at=clock.now() - 100 * DAY, answers_due_on=TODAY - days * DAY, **values
    )


def test_what_waits_is_counted_by_age_and_late_comments_are_not(session, make):
    round_, other = late_round(make), late_round(make)
    for days in (1, 20, 40, 95, 200):
        make.comment(round=round_, submitted_at=clock.now() - days * DAY)
    make.comment(round=round_, is_late=True)
    make.disposition(point=make.point(round=round_))
    make.disposition(point=make.point(round=round_), published_at=clock.now())
    session.flush()

    found = waiting_in(session, [round_.id, other.id])

    assert found[round_.id].by_age == (1, 1, 1, 2)
    assert found[round_.id].written == 1
    assert (clock.now() - found[round_.id].oldest_at).days == 200
    assert other.id not in found


@pytest.mark.one_engine
def test_a_later_day_is_public_with_its_reason_and_sets_nothing_back(session, make, browser):
    round_ = late_round(make)
    make.comment(round=round_)
    moderator = make.moderator()
    browser.sign_in(moderator)
    page = browser.get(f"/triage/{round_.slug}/delay")
    refused = browser.post(
        f"/triage/{round_.slug}/delay", **page.hidden(), later_on=str(TODAY), reason="Illness."
    )
    assert refused.status_code == 422
    assert refused.error_of("later_on") == delaying.NotALaterDay.message
    assert "Illness." in refused.text

    later = TODAY + 30 * DAY
    browser.post(
        f"/triage/{round_.slug}/delay",
        **refused.hidden(),
        later_on=str(later),
        reason="The lawyer is ill.",
    )

    session.expire_all()
    row = get_round_row(session, round_.slug, viewer=VISITOR, locale="en")
    on_clock = clock_of(row, clock.now())
    assert (on_clock.later_on, on_clock.days_overdue) == (later, 10)
    (entry,) = log.exceptions(session)
    assert (entry.kind, entry.by_role) == ("round.delayed", "moderator")
    assert entry.facts["reason"] == "The lawyer is ill."
    assert entry.facts["undecided"] == 1
    browser.sign_out()
    for path in (f"/rounds/{round_.slug}/report", "/exceptions"):
        assert "The lawyer is ill." in browser.get(path).text
    report = browser.get(f"/rounds/{round_.slug}/report").text
    assert "The answers are 10 days overdue." in report
    department = browser.get(f"/departments/{round_.department.slug}").text
    assert "overdue for 10 days" in department
    assert "1 of these overdue" in " ".join(department.split())


@pytest.mark.one_engine
def test_a_second_delay_goes_later_than_the_first_and_answers_end_it(session, make):
    round_, actor = late_round(make), make.actor(make.manager())
    explain_delay(session, round_, actor=actor, later_on=TODAY + 9 * DAY, reason="Illness.")

    with pytest.raises(delaying.NotALaterDay):
        explain_delay(session, round_, actor=actor, later_on=TODAY + 9 * DAY, reason="Again.")
    explain_delay(session, round_, actor=actor, later_on=TODAY + 19 * DAY, reason="Again.")

    assert [d.reason for d in delays_of(session, round_.id)] == ["Illness.", "Again."]
    round_.report_published_at = clock.now()
    with pytest.raises(delaying.ReportAlreadyPublished):
        explain_delay(session, round_, actor=actor, later_on=TODAY + 99 * DAY, reason="No.")
    independent = late_round(make, department_signed_at=None)
    with pytest.raises(delaying.NoDayPromised):
        explain_delay(
            session, independent, actor=actor, later_on=TODAY + 99 * DAY, reason="No."
        )
    with pytest.raises(NotFound):
        explain_delay(
            session,
            late_round(make),
            actor=make.actor(make.host()),
            later_on=TODAY + 99 * DAY,
            reason="No.",
        )


def test_moderators_are_reminded_once_for_each_day_and_again_when_it_has_passed(
    session, make, database
):
    round_ = late_round(make, days=-5)
    late_round(make, days=-40)
    late_round(make, department_signed_at=None)
    moderator, spanish = make.moderator(), make.moderator(locale="es")
    make.moderator(confirmed_at=None)
    make.author()
    session.commit()

    def made():
        return remind_who_answers(database, at=clock.now())

    assert [made(), made()] == [1, 0]
    with database.unit_of_work(writing=True) as later:
        later.get(type(round_), round_.id).answers_due_on = TODAY - 2 * DAY
    assert [made(), made()] == [1, 0]

    session.rollback()
    mails = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [(m.recipient, m.values["kind"]) for m in mails] == [
        (moderator.email, "answers_due"),
        (spanish.email, "answers_due"),
        (moderator.email, "answers_late"),
        (spanish.email, "answers_late"),
    ]
    assert mails[2].values["path"] == f"/triage/{round_.slug}/delay"
    assert mails[1].values["title"] == round_.text("es").title
    told = session.scalars(select(Notice.kind).join(Telling).order_by(Telling.id)).all()
    assert told == [NoticeKind.ANSWERS_DUE] * 2 + [NoticeKind.ANSWERS_LATE] * 2


def test_a_reminder_comes_in_the_last_week_and_after_the_day():
    day = date(2026, 12, 11)
    found = [reminder_on(day + days * DAY, day) for days in (-8, -7, 0, 1)]

    assert found == [
        None,
        NoticeKind.ANSWERS_DUE,
        NoticeKind.ANSWERS_DUE,
        NoticeKind.ANSWERS_LATE,
    ]
