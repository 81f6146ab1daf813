"""Reading the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from feedback_app.log.kinds import EXCEPTIONS
from feedback_app.log.models import LogEntry, TreeHead


def size(session: Session) -> int:
    return session.scalar(select(TreeHead.size)) or 0


def entries(session: Session, *, start: int, limit: int) -> Sequence[LogEntry]:
    """Entries by their place in the log, oldest first."""
    return session.scalars(
        select(LogEntry)
        .where(LogEntry.position >= start)
        .order_by(LogEntry.position)
        .limit(limit)
    ).all()


def newest(
    session: Session, *, before: int | None = None, limit: int = 50
) -> Sequence[LogEntry]:
    query = select(LogEntry).order_by(LogEntry.position.desc()).limit(limit)
    if before is not None:
        query = query.where(LogEntry.position < before)
    return session.scalars(query).all()


def about(session: Session, public_id: str) -> Sequence[LogEntry]:
    """Everything that was logged of one thing, oldest first."""
    return session.scalars(
        select(LogEntry).where(LogEntry.subject == public_id).order_by(LogEntry.position)
    ).all()


def exceptions(
    session: Session, *, before: int | None = None, limit: int = 50
) -> Sequence[LogEntry]:
    """Acts that rule 14 makes public: kinds of their own, or a fact that marks one."""
    marked = or_(
        LogEntry.kind.in_(EXCEPTIONS),
        (LogEntry.kind == "revision.published")
        & (LogEntry.facts["material_reason"].as_string().is_not(None)),
        (LogEntry.kind == "revision.set_in_force")
        & (LogEntry.facts["material_reason"].as_string().is_not(None)),
        (LogEntry.kind == "round.planned")
        & (LogEntry.facts["reason"].as_string().is_not(None)),
        (LogEntry.kind == "report.published")
        & (
            LogEntry.facts["reason"].as_string().is_not(None)
            | LogEntry.facts["not_together_reason"].as_string().is_not(None)
        ),
        (LogEntry.kind == "appeal.decided") & LogEntry.facts["alone"].as_boolean().is_(True),
        (LogEntry.kind == "disposition.published")
        & (
            LogEntry.facts["alone"].as_boolean().is_(True)
            | LogEntry.facts["corrected"].as_boolean().is_(True)
        ),
        case(
            (LogEntry.kind.in_(_BULK), _count("alone") + _count("corrected") > 0), else_=False
        ),
    )
    query = select(LogEntry).where(marked).order_by(LogEntry.position.desc()).limit(limit)
    if before is not None:
        query = query.where(LogEntry.position < before)
    return session.scalars(query).all()


_BULK = ("revision.published", "report.published")
"""Acts that publish many answers at once, so that their facts are numbers."""


def _count(fact: str) -> ColumnElement[int]:
    return func.coalesce(LogEntry.facts[fact].as_integer(), 0)


def all_entries(session: Session) -> Iterator[LogEntry]:
    """The whole log in order, read in pieces."""
    yield from session.scalars(
        select(LogEntry).order_by(LogEntry.position).execution_options(yield_per=500)
    )
