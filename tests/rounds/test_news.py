"""What is told of a comment period, when: by the clock of its zone, once, never when stale."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from feedback_app.notifications.following_models import Notice, NoticeKind
from feedback_app.notifications.telling import next_morning
from feedback_app.rounds.closings import extend_round
from feedback_app.rounds.news import news_due, stage_at, tell_due
from feedback_app.rounds.zones import instant

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ZONES = ["Pacific/Kiritimati", "America/Chicago", "Etc/GMT+12", "Asia/Kathmandu"]
"""+14, over a change of clocks, -12, and a quarter of an hour off."""


def stage(at, *, opens_at, closes_at, zone="UTC", published=None, due_on=None):
    return stage_at(
        at,
        opens_at=opens_at,
        closes_at=closes_at,
        report_published_at=published,
        due_on=due_on,
        time_zone=zone,
    )


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "closes", [datetime(2026, 11, 1, 23, 59, 59), datetime(2027, 3, 14, 0, 0, 0)]
)
def test_stages_follow_one_another_at_their_instants_in_every_zone(zone, closes):
    """Both closings stand on a day on which clocks change in the United States."""
    closes_at = instant(closes, zone)
    due_on = date(2027, 5, 3)
    overdue_at = instant(datetime(2027, 5, 4), zone)
    days = {"opens_at": closes_at - 40 * DAY, "closes_at": closes_at, "due_on": due_on}
    changes = {
        closes_at - 40 * DAY: NoticeKind.ROUND_OPENED,
        closes_at - 3 * DAY: NoticeKind.CLOSES_SOON,
        closes_at - DAY: NoticeKind.LAST_DAY,
        closes_at + SECOND: NoticeKind.ROUND_CLOSED,
        overdue_at: NoticeKind.ANSWERS_OVERDUE,
    }
    before = None
    for at, kind in changes.items():
        assert getattr(stage(at - SECOND, zone=zone, **days), "kind", None) == before
        assert stage(at, zone=zone, **days).kind is kind
        before = kind
    answered = stage(overdue_at + DAY, zone=zone, published=overdue_at, **days)
    assert answered.kind is NoticeKind.ROUND_ANSWERED


def test_a_short_round_does_not_say_on_opening_that_it_closes_soon():
    opens_at = datetime(2026, 11, 23, tzinfo=UTC)
    days = {"opens_at": opens_at, "closes_at": opens_at + 2 * DAY}

    assert stage(opens_at, **days).kind is NoticeKind.ROUND_OPENED
    assert stage(opens_at + DAY, **days).kind is NoticeKind.LAST_DAY


@pytest.mark.parametrize("zone", ZONES)
def test_seven_in_the_morning_is_seven_on_the_days_when_clocks_change(zone):
    for day in (date(2026, 10, 31), date(2026, 11, 1), date(2027, 3, 13), date(2027, 3, 14)):
        seven = instant(datetime(day.year, day.month, day.day, 7), zone)
        after = instant(datetime(day.year, day.month, day.day, 7) + timedelta(days=1), zone)

        assert next_morning(seven - SECOND, zone) == seven
        assert next_morning(seven, zone) == after


@pytest.fixture
def told(database, session, time):
    """Runs what `jobs run` runs; gives the kinds that were told of comment periods."""

    def run() -> list[str]:
        session.commit()
        before = set(session.scalars(select(Notice.id)))
        session.commit()
        tell_due(database, at=time.now)
        found = session.scalars(select(Notice).order_by(Notice.id))
        return [
            n.kind.value for n in found if n.id not in before and n.kind.value[:8] != "revision"
        ]

    return run


def planned(make, time, **values):
    opens_at = time.now + DAY
    values = {"opens_at": opens_at, "closes_at": opens_at + 30 * DAY} | values
    return make.round(**values)


@pytest.mark.one_engine
def test_every_stage_is_told_once(told, make, time):
    round_ = planned(make, time, answers_due_on=(time.now + 100 * DAY).date())

    seen = []
    for _ in range(110 * 4):
        seen += told()
        time.move(hours=6)
    assert told() == []
    round_.report_published_at = time.now
    seen += told() + told()

    assert seen == [
        "round_opened",
        "closes_soon",
        "last_day",
        "round_closed",
        "answers_overdue",
        "round_answered",
    ]


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("away", "expected"),
    [(29.5, ["closes_soon"]), (30.9, ["last_day"]), (31.1, ["round_closed"])],
)
def test_after_a_time_away_only_what_is_still_true_is_told(told, make, time, away, expected):
    planned(make, time)
    assert told() == []

    time.move(days=away)

    assert told() == expected
    assert told() == []


def test_two_workers_at_once_tell_it_once(told, make, time, database, session):
    """The news that one has found due, another has told meanwhile."""
    planned(make, time)
    time.move(days=2)
    session.commit()
    with database.unit_of_work(writing=False) as reading:
        due = news_due(reading, at=time.now)
    assert told() == ["round_opened"]
    session.commit()

    from feedback_app.notifications import telling

    with database.unit_of_work(writing=True) as writing:
        assert [telling.write_down(writing, news) for news in due] == [None, None]


@pytest.mark.one_engine
def test_a_moved_closing_is_told_and_its_last_days_are_told_anew(told, make, time):
    round_ = planned(make, time)
    time.move(days=29)
    assert told() == ["closes_soon"]

    extend_round(
        make.session,
        round_,
        actor=make.actor(make.host()),
        closes_at=round_.closes_at + 7 * DAY,
        reason="Snow closed the library.",
    )

    assert told() == ["round_opened", "round_moved"]
    time.move(days=7)
    assert told() == ["closes_soon"]


@pytest.mark.one_engine
def test_a_plan_that_nobody_signed_and_an_unsigned_promise_are_not_told(told, make, time):
    planned(make, time, host_signed_at=None)
    planned(make, time, department_signed_at=None, answers_due_on=time.now.date())
    time.move(days=40)

    assert told() == ["round_closed"]


@pytest.mark.one_engine
def test_nothing_of_a_comment_is_in_any_notice(told, make, time, session):
    round_ = planned(make, time)
    make.comment(round=round_, body="Zelda Quorn sells watches", submitted_at=time.now)
    for _ in range(35):
        told()
        time.move(days=1)

    rows = str(session.execute(text("SELECT * FROM notices")).all())
    assert "Zelda" not in rows


@pytest.mark.one_engine
def test_a_dry_run_says_what_is_due_and_tells_nothing(run, make, time, session):
    round_ = planned(make, time)
    time.move(days=2)

    dry = run("rounds", "remind", "--dry-run")
    again = run("rounds", "remind", "--dry-run")
    real = run("rounds", "remind")
    after = run("rounds", "remind")

    assert f"/rounds/{round_.slug}\tround_opened\t0 followers" in dry.output
    assert dry.output == again.output == real.output
    assert after.output == ""
