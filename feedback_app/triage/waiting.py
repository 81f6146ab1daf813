"""How long comments wait for an answer, by age, and how late the department is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import and_, case, func, select, true
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.i18n import N_
from feedback_app.rounds.queries import RoundRow
from feedback_app.rounds.zones import local_day
from feedback_app.triage.board_models import BoardRow, Stage

AGES = (14, 30, 90)
"""The first three ages end after so many days; the fourth has no end."""
AGE_LABELS = (
    N_("Up to 2 weeks"),
    N_("More than 2 weeks, up to 30 days"),
    N_("31 to 90 days"),
    N_("More than 90 days"),
)


@dataclass(frozen=True)
class Waiting:
    """Asks of one round, or of several together, that wait for a public answer.

    `written` have an answer that is not public yet; what it says stays inside until it is.
    """

    by_age: tuple[int, ...] = (0,) * (len(AGES) + 1)
    written: int = 0
    oldest_at: datetime | None = None

    @property
    def undecided(self) -> int:
        return sum(self.by_age)

    def __add__(self, other: Waiting) -> Waiting:
        moments = [at for at in (self.oldest_at, other.oldest_at) if at is not None]
        return Waiting(
            tuple(map(sum, zip(self.by_age, other.by_age, strict=True))),
            self.written + other.written,
            min(moments, default=None),
        )


NONE_WAITS = Waiting()


def waiting_in(session: Session, round_ids: Sequence[int]) -> Mapping[int, Waiting]:
    """By round, in one statement; rounds in which nothing waits are left out."""
    at = clock.now()
    starts = [None, *(at - timedelta(days=days) for days in reversed(AGES)), None]
    ages = [
        func.count(
            case(
                (
                    and_(
                        BoardRow.stage == Stage.OPEN,
                        true() if since is None else BoardRow.submitted_at >= since,
                        true() if until is None else BoardRow.submitted_at < until,
                    ),
                    1,
                )
            )
        )
        for since, until in pairwise(starts)
    ]
    rows = session.execute(
        select(
            BoardRow.round_id,
            func.count(case((BoardRow.stage == Stage.DECIDED, 1))).label("written"),
            func.min(case((BoardRow.stage == Stage.OPEN, BoardRow.submitted_at))),
            *reversed(ages),
        )
        .where(
            BoardRow.round_id.in_(round_ids),
            BoardRow.stage.in_((Stage.OPEN, Stage.DECIDED)),
        )
        .group_by(BoardRow.round_id)
    )
    return {
        round_id: Waiting(tuple(by_age), written, oldest_at)
        for round_id, written, oldest_at, *by_age in rows
    }


@dataclass(frozen=True)
class Clock:
    """The day that a department signed for its answers, and where it stands today.

    Overdue is counted from the signed day, whatever later day has been named since.
    """

    due_on: date | None
    later_on: date | None = None
    days_overdue: int = 0

    @property
    def day_that_counts(self) -> date | None:
        return self.later_on or self.due_on


def clock_of(round_: RoundRow, at: datetime) -> Clock:
    """An independent comment period has none; answers that are out stop it."""
    due_on = None if round_.is_independent else round_.answers_due_on
    if due_on is None:
        return Clock(None)
    later_on = round_.answers_later_on
    if later_on is not None and later_on <= due_on:
        later_on = None
    until = round_.report_published_at
    today = local_day(min(at, until) if until else at, round_.time_zone)
    return Clock(due_on, later_on, max((today - due_on).days, 0))
