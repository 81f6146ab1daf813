"""Sudden rises: hours in which far more came in than a comment period's hours usually bring."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

LEAST = 20
TIMES = 10
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Rise:
    """An hour, by its beginning, and how many came in it."""

    began_at: datetime
    count: int


@dataclass(frozen=True)
class Rises:
    """Of one round, in the order of time: comments from the web, and agreements."""

    comments: Sequence[Rise]
    agreements: Sequence[Rise]

    def __bool__(self) -> bool:
        return bool(self.comments or self.agreements)

    @cached_property
    def most_comments(self) -> Rise | None:
        return max(self.comments, key=lambda rise: rise.count, default=None)

    @cached_property
    def most_agreements(self) -> Rise | None:
        return max(self.agreements, key=lambda rise: rise.count, default=None)


def hours_of(came: Iterable[datetime], opened_at: datetime) -> list[tuple[int, int, int]]:
    """Instants by the hours since the opening, as `rises_from` takes them.

    An hour that holds enough holds the instant `LEAST` places after its first one; to divide
    every instant by an hour would take longer than to sort them.
    """
    instants, hours, at = sorted(came), [], 0
    total = len(instants)
    while at + LEAST <= total:
        if instants[at + LEAST - 1] - instants[at] < HOUR:
            hour = (instants[at] - opened_at) // HOUR
            end = bisect_left(instants, opened_at + (hour + 1) * HOUR, at)
            if end - at >= LEAST:
                hours.append((hour, end - at, total))
                at = end
                continue
        at += 1
    return hours


def rises_from(
    hours: Iterable[tuple[int, int, int]], *, opened_at: datetime, until: datetime
) -> list[Rise]:
    """Hours with at least `LEAST` that hold at least `TIMES` as many as the others on average.

    `hours`: number of the hour since the opening, how many came in it, how many in all. A
    meeting whose sheets are typed in on one evening makes a rise like any other: it is noted,
    not judged.
    """
    others = max((until - opened_at) // HOUR, 1)
    return [
        Rise(opened_at + hour * HOUR, count)
        for hour, count, total in hours
        if count >= LEAST and count >= TIMES * (total - count) / others
    ]
