"""The one place that reads the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def now() -> datetime:
    """This instant, in UTC and aware."""
    return _source()


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


@contextmanager
def held_at(instant: datetime) -> Iterator[None]:
    """Let acts happen at a past instant; for the demo world, in a process of its own."""
    global _source
    before, _source = _source, lambda: instant
    try:
        yield
    finally:
        _source = before
