"""Sudden rises: hours in which far more came in than a comment period's hours usually bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST = 20
TIMES = 10
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Rise:
    """An hour, by its beginning, and how many came in it."""

    began_at: datetime
    count: int


def rises(instants: Iterable[datetime], *, opened_at: datetime, until: datetime) -> list[Rise]:
    """Hours with at least `LEAST` that hold at least `TIMES` as many as the others on average.

    Hours are counted from the opening. A meeting whose sheets are typed in on one evening makes
    a rise like any other: it is noted, not judged.
    """
    hours = Counter((at - opened_at) // HOUR for at in instants)
    all_hours = max((until - opened_at) // HOUR + 1, len(hours), 1)
    total = sum(hours.values())
    found = []
    for hour, count in sorted(hours.items()):
        usual = (total - count) / max(all_hours - 1, 1)
        if count >= LEAST and count >= TIMES * usual:
            found.append(Rise(opened_at + hour * HOUR, count))
    return found
