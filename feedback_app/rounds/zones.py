"""Dates and times as people say them in a zone, and the working days of the United States."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_

COMMON_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)


class Which(enum.StrEnum):
    """Which of two equal clock times is meant on the night when clocks go back."""

    FIRST = "first"
    SECOND = "second"


class NoSuchTime(Invalid):
    message = N_(
        "The clocks jump forward that night and this time does not exist. "
        "Choose one an hour earlier or later."
    )


class TimeHappensTwice(Invalid):
    message = N_(
        "The clocks go back that night and this time happens twice. "
        "Say below which one you mean."
    )


class NoSuchZone(Invalid):
    message = N_("This is not a time zone that we know, for example America/Chicago.")
    field = "time_zone"


def check_zone(name: str) -> None:
    if name not in _zones():
        raise NoSuchZone


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def instant(
    local: datetime, zone: str, which: Which | None = None, *, at: str = ""
) -> datetime:
    """The instant in UTC of a clock time in a zone; asks when there is none or there are two.

    `at` is the field beside which the question belongs.
    """
    check_zone(zone)
    place = ZoneInfo(zone)
    first, second = (local.replace(tzinfo=place, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        if first.astimezone(UTC).astimezone(place).replace(tzinfo=None) != local:
            raise NoSuchTime(field=at or None)
        if which is None:
            raise TimeHappensTwice(field=at or None)
    return (second if which is Which.SECOND else first).astimezone(UTC)


def local_time(at: datetime, zone: str) -> datetime:
    """What a clock in the zone shows, without the zone."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def local_day(at: datetime, zone: str) -> date:
    return local_time(at, zone).date()


def start_of_day(day: date, zone: str) -> datetime:
    """The first instant of a day in the zone; where midnight is left out, the one after it."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def days_between(opens_at: datetime, closes_at: datetime, zone: str) -> int:
    """Whole days by the clock of the zone, so that a change of clocks costs nobody a day."""
    return (local_time(closes_at, zone) - local_time(opens_at, zone)).days


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def next_working_day(day: date) -> date:
    """The day itself, or the first one after it that is no weekend and no federal holiday."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays  # only forms need it, and it is large

    return frozenset(holidays.country_holidays("US", years=year))
