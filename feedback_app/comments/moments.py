"""The instant at which something counts as said, and what may still be done then."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.core import clock
from feedback_app.core.errors import NotFound
from feedback_app.rounds.closings import GRACE
from feedback_app.rounds.models import Round
from feedback_app.rounds.terms import Terms, locked_terms

REPLACES = timedelta(minutes=15)


def receive(session: Session, round_id: int) -> tuple[Round, datetime]:
    """Lock the round, then read the clock: that instant decides what is on time.

    On PostgreSQL posters of a round wait for one another and for a closing (`FOR NO KEY
    UPDATE`: they count in the round's row, and shared locks that want to write would block for
    good). On SQLite the writer queue has already done so.
    """
    round_ = session.scalars(
        select(Round)
        .where(Round.id == round_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if round_ is None:
        raise NotFound
    return round_, clock.now()


def receive_on_terms(session: Session, round_id: int) -> tuple[Terms, datetime]:
    """The same for what comes most often, with no more of the round than its rules ask."""
    return locked_terms(session, round_id), clock.now()


def is_late(round_: Round | Terms, at: datetime, started_at: datetime | None) -> bool:
    """A form that was opened before closing has thirty minutes more."""
    if at <= round_.closes_at:
        return False
    return not (
        started_at is not None
        and started_at <= round_.closes_at
        and at <= round_.closes_at + GRACE
    )


def replaces(submitted_at: datetime, at: datetime) -> bool:
    """Whether an edit at this instant still takes the place of what was sent."""
    return at <= submitted_at + REPLACES
