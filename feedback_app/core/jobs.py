"""Long acts: a table of them, their progress, and the worker that takes them in turn."""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback_app.core import clock
from feedback_app.core.database import Database
from feedback_app.core.errors import Busy, DomainError
from feedback_app.core.orm import Base, identity, moment, public_id, recorded_at

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
MOST_TRIES = 3
PAUSE = timedelta(seconds=1)

Report = Callable[[int, int], None]
"""Told, while something long goes on, how much of how much is done."""


class JobState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One long act; a worker that dies loses its lease and the job is taken again."""

    __tablename__ = "jobs"

    id: Mapped[identity]
    public_id: Mapped[public_id]
    kind: Mapped[str]
    subject: Mapped[str]
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING, index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]
    created_at: Mapped[recorded_at]
    leased_until: Mapped[moment | None]
    finished_at: Mapped[moment | None]


Handler = Callable[[Database, str], None]
"""Does one job, given the public id of its subject; opens its own units of work."""

_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def enqueue(session: Session, kind: str, *, subject: str) -> Job:
    job = Job(kind=kind, subject=subject)
    session.add(job)
    session.flush()
    return job


def find(session: Session, kind: str, subject: str) -> Job | None:
    """The newest job of this kind for this subject."""
    return session.scalars(
        select(Job)
        .where(Job.kind == kind, Job.subject == subject)
        .order_by(Job.id.desc())
        .limit(1)
    ).first()


def report(database: Database, kind: str, subject: str, *, done: int, total: int) -> None:
    """Say how far a running job has come, in a unit of its own, since others watch it."""
    with database.unit_of_work(writing=True) as session:
        session.execute(
            update(Job)
            .where(Job.kind == kind, Job.subject == subject, Job.state == JobState.RUNNING)
            .values(done=done, total=total, leased_until=clock.now() + LEASE)
        )


class Watch:
    """Notes how far a job has come, at most once a second, for whoever looks at its page."""

    def __init__(self, database: Database, kind: str, subject: str) -> None:
        self.database, self.kind, self.subject = database, kind, subject
        self.next_at = clock.now()

    def __call__(self, done: int, total: int) -> None:
        if clock.now() >= self.next_at:
            report(self.database, self.kind, self.subject, done=done, total=total)
            self.next_at = clock.now() + PAUSE


def share_done(job: Job | None) -> float | None:
    """How much of a job is done, 0 … 1; nothing while that is not known."""
    return min(1.0, job.done / job.total) if job is not None and job.total else None


def has_failed(job: Job) -> bool:
    """Whether nobody will try again: it ended badly, or three workers died over it."""
    given_up = job.tries >= MOST_TRIES and (job.leased_until or clock.now()) < clock.now()
    return job.state is JobState.FAILED or (job.state is JobState.RUNNING and given_up)


def run_due(database: Database) -> int:
    """Do every waiting job, one after the other; gives how many were done."""
    done = 0
    while (claimed := _claim(database)) is not None:
        _run(database, *claimed)
        done += 1
    return done


def _claim(database: Database) -> tuple[str, str, str] | None:
    with database.unit_of_work(writing=False) as session:
        if session.scalars(_due(clock.now()).limit(1)).first() is None:
            return None
    with database.unit_of_work(writing=True) as session:
        now = clock.now()
        job = session.scalars(
            _due(now).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
        ).first()
        if job is None:
            return None
        job.state, job.leased_until, job.tries = JobState.RUNNING, now + LEASE, job.tries + 1
        return job.public_id, job.kind, job.subject


def _due(now: datetime) -> Any:
    waiting = Job.state == JobState.WAITING
    abandoned = (Job.state == JobState.RUNNING) & (Job.leased_until < now)
    return select(Job).where(waiting | abandoned, Job.tries < MOST_TRIES)


def _run(database: Database, job_id: str, kind: str, subject: str) -> None:
    state, problem = JobState.DONE, None
    try:
        _handlers[kind](database, subject)
    except Busy:  # its lease runs out, and then it is taken again
        raise
    except DomainError as error:
        state, problem = JobState.FAILED, error.sentence
    except Exception:
        logger.exception("job %s failed", kind)
        state, problem = JobState.FAILED, DomainError.message
    with database.unit_of_work(writing=True) as session:
        session.execute(
            update(Job)
            .where(Job.public_id == job_id)
            .values(state=state, problem=problem, finished_at=clock.now(), leased_until=None)
        )
