"""An act for very many points, done or undone by the worker, a portion at a time."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app.core import clock, jobs
from feedback_app.core.database import Database
from feedback_app.core.errors import Busy, DomainError
from feedback_app.organizations.queries import actor_of
from feedback_app.triage.bulk_doing import DOING, PORTION, UNDOING, carry_back, carry_on
from feedback_app.triage.bulk_models import BulkAct


def is_under_way(act: BulkAct) -> bool:
    doing = act.confirmed_at is not None and act.done_at is None
    return doing or (act.undo_asked_at is not None and act.undone_at is None)


def has_failed(session: Session, act: BulkAct) -> bool:
    """Whether nobody works on it any more, though it is not done."""
    job = jobs.find(session, _kind(act), act.public_id)
    return is_under_way(act) and (job is None or jobs.has_failed(job))


def share_done(session: Session, act: BulkAct) -> float | None:
    return jobs.share_done(jobs.find(session, _kind(act), act.public_id))


def _kind(act: BulkAct) -> str:
    return DOING if act.undo_asked_at is None else UNDOING


@jobs.handles(DOING)
def do(database: Database, public_id: str) -> None:
    """In the name of whoever asked, who must still be allowed to."""
    _work(database, public_id, undoing=False)


@jobs.handles(UNDOING)
def undo(database: Database, public_id: str) -> None:
    _work(database, public_id, undoing=True)


def _work(database: Database, public_id: str, *, undoing: bool) -> None:
    watch = jobs.Watch(database, UNDOING if undoing else DOING, public_id)
    this = select(BulkAct).where(BulkAct.public_id == public_id)
    total = 0
    while True:
        try:
            with database.unit_of_work(writing=True) as session:
                act = session.scalars(this).first()
                if act is None or act.undone_at is not None:
                    return
                asked_by = act.undo_by if undoing else act.asked_by
                assert asked_by is not None
                step = carry_back if undoing else carry_on
                left = step(session, act, actor=actor_of(session, asked_by))
        except Busy:
            raise
        except DomainError as error:
            with database.unit_of_work(writing=True) as session:
                ended = {"undone_at" if undoing else "done_at": clock.now()}
                session.execute(
                    update(BulkAct)
                    .where(BulkAct.public_id == public_id)
                    .values(refusal=error.sentence, **ended)
                )
            return
        total = max(total, left + PORTION)
        watch(total - left, total)
        if not left:
            return
