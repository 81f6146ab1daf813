"""The last second of a round, in zones from +14 to −12 and across changes of the clocks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from feedback_app.rounds.models import RoundState
from feedback_app.rounds.zones import NoSuchTime, TimeHappensTwice, Which, days_between, instant
from tests.comments.acts import send, sent

pytestmark = pytest.mark.one_engine
TICK = timedelta(microseconds=1)

CLOSINGS = [
    ("Pacific/Kiritimati", "2026-12-11 23:59:59", "2026-12-11T09:59:59+00:00"),
    ("Pacific/Kiritimati", "2026-12-12 00:00:00", "2026-12-11T10:00:00+00:00"),
    ("Etc/GMT+12", "2026-12-11 23:59:59", "2026-12-12T11:59:59+00:00"),
    ("Etc/GMT+12", "2026-12-12 00:00:00", "2026-12-12T12:00:00+00:00"),
    ("America/Chicago", "2027-03-13 23:59:59", "2027-03-14T05:59:59+00:00"),
    ("America/Chicago", "2027-03-14 00:00:00", "2027-03-14T06:00:00+00:00"),
    ("America/Chicago", "2027-03-14 23:59:59", "2027-03-15T04:59:59+00:00"),
    ("America/Chicago", "2027-11-07 00:00:00", "2027-11-07T05:00:00+00:00"),
    ("America/Chicago", "2027-11-07 23:59:59", "2027-11-08T05:59:59+00:00"),
    ("America/Phoenix", "2027-03-14 23:59:59", "2027-03-15T06:59:59+00:00"),
    ("Asia/Kathmandu", "2026-12-12 00:00:00", "2026-12-11T18:15:00+00:00"),
]


@pytest.mark.parametrize(("zone", "local", "utc"), CLOSINGS)
def test_a_comment_is_on_time_until_the_closing_instant_and_late_after_it(
    session, make, time, zone, local, utc
):
    closes_at = instant(datetime.fromisoformat(local), zone)
    assert closes_at.isoformat() == utc
    round_ = make.round(closes_at=closes_at, time_zone=zone)

    time.now = closes_at
    last = send(session, round_, "In the last second.").comment
    time.now = closes_at + TICK
    late = send(session, round_, "Just after it.").comment

    assert (last.is_late, late.is_late) == (False, True)
    assert round_.comments_count == 1
    assert round_.state(closes_at) is RoundState.OPEN
    assert round_.state(closes_at + TICK) is RoundState.CLOSED


@pytest.mark.parametrize(
    ("zone", "night"),
    [("America/Havana", "2027-03-14"), ("Africa/Cairo", "2027-04-30")],
)
def test_midnight_that_the_clocks_skip_is_asked_about(zone, night):
    with pytest.raises(NoSuchTime):
        instant(datetime.fromisoformat(f"{night} 00:00:00"), zone)


def test_a_last_minute_that_happens_twice_is_asked_about_and_both_can_be_meant():
    twice = datetime.fromisoformat("2027-10-28 23:59:59")
    with pytest.raises(TimeHappensTwice):
        instant(twice, "Africa/Cairo")
    first, second = (instant(twice, "Africa/Cairo", which) for which in Which)

    assert second - first == timedelta(hours=1)


def test_thirty_days_are_thirty_across_a_change_of_the_clocks():
    opens, closes = (
        instant(datetime.fromisoformat(day), "America/Chicago")
        for day in ("2027-02-20 09:00", "2027-03-22 09:00")
    )

    assert closes - opens == timedelta(days=29, hours=23)
    assert days_between(opens, closes, "America/Chicago") == 30


def test_a_site_that_was_down_at_the_closing_is_closed_when_it_comes_back(
    session, make, time, database
):
    """Nothing runs at a closing: a form that was opened before keeps its thirty minutes."""
    closes_at = instant(datetime.fromisoformat("2027-03-14 00:00:00"), "America/Chicago")
    round_ = make.round(closes_at=closes_at, time_zone="America/Chicago")
    opened = closes_at - timedelta(minutes=10)
    session.commit()
    database.dispose()

    time.now = closes_at + timedelta(minutes=25)
    assert round_.state(time.now) is RoundState.CLOSED
    before = send(
        session, round_, "Typed before.", sent=sent("Typed before.", started_at=opened)
    )
    after = send(
        session, round_, "Opened after.", sent=sent("Opened after.", started_at=time.now)
    )
    time.now = closes_at + timedelta(minutes=31)
    long = send(session, round_, "Too long.", sent=sent("Too long.", started_at=opened))

    assert [each.comment.is_late for each in (before, after, long)] == [False, True, True]
    assert round_.comments_count == 1
