"""A large matrix is made into a workbook by a worker, and waits for whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists, func, insert, select
from sqlalchemy.orm import Session, joinedload

from feedback_app.comments.models import Comment
from feedback_app.core import clock, jobs
from feedback_app.core.database import Database
from feedback_app.core.errors import NotFound
from feedback_app.exchange.matrix import Row
from feedback_app.exchange.matrix_models import MatrixFile, MatrixPiece
from feedback_app.exchange.matrix_rows import MatrixRows
from feedback_app.exchange.matrix_writing import Say, explained_in, pieces, write_matrix
from feedback_app.log.models import LogEntry
from feedback_app.organizations.queries import actor_of
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import get_round_row
from feedback_app.triage.board_models import BoardCount

MAKING = "matrix.make"
MANY = 2_000
"""Of so many rows a page makes a workbook in half a second, on a slow machine in two."""
KEPT = timedelta(hours=24)
TAKEN_BACK = tuple(
    f"comment.{act}" for act in ("edited", "withdrawn", "unnamed", "hidden", "masked", "erased")
)
"""Acts after which words or a name that a workbook holds are not to be read any more."""


def points_of(session: Session, round_id: int) -> int:
    """How many rows there would be, about: what is covered meanwhile is counted, too."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(BoardCount.number), 0)).where(
                BoardCount.round_id == round_id, BoardCount.facet == "all"
            )
        )
        or 0
    )


def takes_long(session: Session, round_id: int) -> bool:
    return points_of(session, round_id) > MANY


def ask_for_workbook(
    session: Session, round_: Round, *, actor: Actor, language: str, base_url: str, say: Say
) -> MatrixFile:
    """Hand it to the worker; what somebody waits for already is not begun a second time."""
    actor = require(actor, Permission.READ_ANSWERS, round_)
    assert actor.account_id is not None
    waiting = session.scalars(
        select(MatrixFile)
        .where(
            MatrixFile.round_id == round_.id,
            MatrixFile.asked_by_id == actor.account_id,
            MatrixFile.made_at.is_(None),
            MatrixFile.ends_at > clock.now(),
        )
        .order_by(MatrixFile.id.desc())
        .limit(1)
    ).first()
    if waiting is not None and not has_failed(session, waiting):
        return waiting
    file = MatrixFile(
        round=round_,
        asked_by_id=actor.account_id,
        language=language,
        base_url=base_url,
        explained=explained_in(say),
        ends_at=clock.now() + KEPT,
    )
    session.add(file)
    session.flush()
    jobs.enqueue(session, MAKING, subject=file.public_id)
    return file


def get_workbook(
    session: Session, round_: Round, public_id: str, *, viewer: Actor
) -> MatrixFile:
    """One's own, for as long as it is kept."""
    require(viewer, Permission.READ_ANSWERS, round_)
    file = session.scalars(
        select(MatrixFile).where(
            MatrixFile.public_id == public_id,
            MatrixFile.round_id == round_.id,
            MatrixFile.asked_by_id == viewer.account_id,
            MatrixFile.ends_at > clock.now(),
        )
    ).first()
    if file is None:
        raise NotFound
    return file


def is_overtaken() -> ColumnElement[bool]:
    """That somebody took words or a name back since the workbook was asked for."""
    return exists().where(
        LogEntry.kind.in_(TAKEN_BACK),
        LogEntry.at >= MatrixFile.asked_at,
        Comment.public_id == LogEntry.subject,
        Comment.round_id == MatrixFile.round_id,
    )


def may_be_saved(session: Session, file: MatrixFile) -> bool:
    """Made, and nothing in it was taken back meanwhile."""
    return file.made_at is not None and not session.scalar(
        select(is_overtaken()).where(MatrixFile.id == file.id)
    )


def forget_workbooks(session: Session) -> None:
    """What had its day, and what holds words that were taken back."""
    old = MatrixFile.ends_at < clock.now()
    for condition in (old, MatrixFile.made_at.is_not(None) & is_overtaken()):
        session.execute(delete(MatrixFile).where(condition))


def has_failed(session: Session, file: MatrixFile) -> bool:
    job = jobs.find(session, MAKING, file.public_id) if file.made_at is None else None
    return job is not None and jobs.has_failed(job)


def share_made(session: Session, file: MatrixFile) -> float | None:
    return jobs.share_done(jobs.find(session, MAKING, file.public_id))


def content_of(session: Session, file_id: int) -> Iterator[bytes]:
    """Piece by piece, within the session's unit."""
    numbers = select(MatrixPiece.number).where(MatrixPiece.file_id == file_id)
    for number in session.scalars(numbers.order_by(MatrixPiece.number)).all():
        yield session.execute(
            select(MatrixPiece.data).where(
                MatrixPiece.file_id == file_id, MatrixPiece.number == number
            )
        ).scalar_one()


@jobs.handles(MAKING)
def make(database: Database, public_id: str) -> None:
    """Write the workbook from a reading unit, then keep it in a short writing one.

    In the name of whoever asked, if they may still read answers.
    """
    this = select(MatrixFile).where(
        MatrixFile.public_id == public_id, MatrixFile.made_at.is_(None)
    )
    with database.unit_of_work(writing=False) as session:
        file = session.scalars(this.options(joinedload(MatrixFile.asked_by))).first()
        if file is None:
            return
        actor = require(actor_of(session, file.asked_by), Permission.READ_ANSWERS, file.round)
        row = get_round_row(session, file.round.slug, viewer=actor, locale=file.language)
        rows = MatrixRows(session, row, actor, base_url=file.base_url)
        watch = jobs.Watch(database, MAKING, public_id)
        taken = write_matrix(
            _counted(rows, watch, points_of(session, file.round_id)), file.explained
        )
    with database.unit_of_work(writing=True) as session:
        file = session.scalars(this.with_for_update(of=MatrixFile)).first()
        if file is None:
            taken.close()
            return
        for number, piece in enumerate(pieces(taken)):
            part = {"file_id": file.id, "number": number, "data": piece}
            session.execute(insert(MatrixPiece).values(part))
        file.made_at = clock.now()


def _counted(rows: MatrixRows, report: jobs.Report, many: int) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 100 == 0:
            report(number, max(many, number))
