"""The one place that reads the clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, in UTC and aware; tests move it by replacing this function's source."""
    return _source()


def _system() -> datetime:
    return datetime.now(UTC)


_source = _system
