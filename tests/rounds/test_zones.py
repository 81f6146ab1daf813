"""Clock times in a zone, and working days."""

from datetime import UTC, date, datetime

import pytest

from feedback_app.rounds.zones import (
    NoSuchTime,
    NoSuchZone,
    TimeHappensTwice,
    Which,
    days_between,
    instant,
    next_working_day,
)

CENTRAL = "America/Chicago"


def test_a_clock_time_becomes_an_instant_of_its_zone():
    at = instant(datetime(2026, 12, 11, 17), CENTRAL)

    assert at == datetime(2026, 12, 11, 23, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_asked_about():
    with pytest.raises(NoSuchTime) as refused:
        instant(datetime(2027, 3, 14, 2, 30), CENTRAL, at="opens_on")

    assert refused.value.at == "opens_on"


def test_a_time_that_happens_twice_is_asked_about_and_both_can_be_meant():
    twice = datetime(2026, 11, 1, 1, 30)

    with pytest.raises(TimeHappensTwice):
        instant(twice, CENTRAL)

    assert instant(twice, CENTRAL, Which.FIRST) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert instant(twice, CENTRAL, Which.SECOND) == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc", "\x00"])
def test_a_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(NoSuchZone):
        instant(datetime(2026, 12, 11, 17), name)


def test_a_change_of_clocks_costs_nobody_a_day():
    opens_at = instant(datetime(2027, 2, 20, 9), CENTRAL)
    closes_at = instant(datetime(2027, 3, 22, 9), CENTRAL)

    assert days_between(opens_at, closes_at, CENTRAL) == 30


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2026, 12, 11), date(2026, 12, 11)),
        (date(2026, 12, 12), date(2026, 12, 14)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 11, 26), date(2026, 11, 27)),
        (date(2027, 7, 4), date(2027, 7, 6)),
    ],
)
def test_weekends_and_federal_holidays_move_to_the_next_working_day(day, moved):
    assert next_working_day(day) == moved
