"""A matrix comes back: it is read, held against the site, and saved; a long one by portions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from feedback_app.core import clock, jobs
from feedback_app.core.database import Database
from feedback_app.core.errors import Busy, Conflict, DomainError, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.core.jobs import Report
from feedback_app.exchange.matrix_comparing import (
    Plan,
    RowChange,
    compare_matrix,
)
from feedback_app.exchange.matrix_models import Matrix
from feedback_app.exchange.matrix_reading import (
    MOST_BYTES,
    MatrixTooLarge,
    guess,
    packed,
    read_sheet,
    unpacked,
)
from feedback_app.exchange.matrix_saving import MatrixMoved, carry_out, carry_out_portion
from feedback_app.organizations.queries import actor_of
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import get_round_row

LOOKING, SAVING = "matrix.look", "matrix.save"
KEPT = timedelta(hours=24)
MANY = 100
"""So many rows a page saves at once, all or none; more are work for a job, by portions."""
PORTION = 50
"""So many at one moment: whoever posts meanwhile waits half a second at most."""


class ColumnsMissing(Invalid):
    message = N_("The file must have the columns comment_id and row_check.")
    field = "file"


class NotReadable(Conflict):
    message = N_("Something failed on our side while we read the file. Please try again.")


def bring_matrix(
    session: Session, round_: Round, *, actor: Actor, filename: str, data: bytes
) -> Matrix:
    """Take the file in; a job reads it, since that may take a while."""
    actor = require(actor, Permission.TRIAGE, round_)
    if len(data) > MOST_BYTES:
        raise MatrixTooLarge
    assert actor.account_id is not None
    name = PurePath(filename.replace("\\", "/")).name
    matrix = Matrix(
        round=round_,
        brought_by_id=actor.account_id,
        filename="".join(letter for letter in name if letter.isprintable())[-200:] or "file",
        data=data,
        ends_at=clock.now() + KEPT,
    )
    session.add(matrix)
    session.flush()
    jobs.enqueue(session, LOOKING, subject=matrix.public_id)
    return matrix


def get_matrix(session: Session, round_: Round, public_id: str, *, viewer: Actor) -> Matrix:
    """One's own: nobody else sees what somebody is about to answer."""
    require(viewer, Permission.TRIAGE, round_)
    matrix = session.scalars(
        select(Matrix).where(
            Matrix.public_id == public_id,
            Matrix.round_id == round_.id,
            Matrix.brought_by_id == viewer.account_id,
            Matrix.ends_at > clock.now(),
        )
    ).first()
    if matrix is None:
        raise NotFound
    return matrix


def problem_of(session: Session, matrix: Matrix) -> str | None:
    """Why nothing came of it, as a sentence; also where the worker gave up."""
    if matrix.problem is not None or matrix.ended_at is not None:
        return matrix.problem
    kind = SAVING if matrix.asked_at is not None else LOOKING
    job = jobs.find(session, kind, matrix.public_id)
    return NotReadable.message if job is not None and jobs.has_failed(job) else None


def share_done(session: Session, matrix: Matrix) -> float | None:
    kind = SAVING if matrix.asked_at is not None else LOOKING
    return jobs.share_done(jobs.find(session, kind, matrix.public_id))


def has_all(mapping: Mapping[str, int] | None) -> bool:
    """Whether a row can be told from others, and says something."""
    return mapping is not None and {"comment_id", "row_check"} < mapping.keys()


def map_columns(
    session: Session, matrix: Matrix, *, actor: Actor, version: int, mapping: Mapping[str, int]
) -> None:
    """Say which column of the file is which of ours, and look again by that."""
    held = _hold(session, matrix, actor=actor, version=version)
    held.mapping, held.plan, held.problem = dict(mapping), None, None
    held.version += 1
    if has_all(held.mapping):
        jobs.enqueue(session, LOOKING, subject=held.public_id)


def save_matrix(session: Session, matrix: Matrix, *, actor: Actor, version: int) -> Matrix:
    """Write what was shown, or hand it to the worker where it is much."""
    held = _hold(session, matrix, actor=actor, version=version)
    if held.plan is None or not held.plan["changes"]:
        raise MatrixMoved
    held.version += 1
    held.asked_at = clock.now()
    if len(held.plan["changes"]) > MANY:
        jobs.enqueue(session, SAVING, subject=held.public_id)
    else:
        _save(session, held, actor)
    return held


def look_again(session: Session, matrix: Matrix) -> None:
    """After a refused saving: what was read is held against the site anew."""
    held = _held(session, matrix)
    held.asked_at, held.plan, held.problem = None, None, MatrixMoved.message
    held.version += 1
    jobs.enqueue(session, LOOKING, subject=held.public_id)


def _hold(session: Session, matrix: Matrix, *, actor: Actor, version: int) -> Matrix:
    require(actor, Permission.TRIAGE, matrix)
    held = _held(session, matrix)
    if held.version != version or held.cells is None or held.asked_at is not None:
        raise MatrixMoved
    return held


def _held(session: Session, matrix: Matrix) -> Matrix:
    return session.scalars(
        select(Matrix)
        .where(Matrix.id == matrix.id)
        .with_for_update(of=Matrix)
        .execution_options(populate_existing=True)
    ).one()


def _save(session: Session, matrix: Matrix, actor: Actor) -> None:
    assert matrix.plan is not None
    plan = Plan.from_json(matrix.plan)
    carry_out(session, matrix.round, plan.changes, actor=actor)
    _end(matrix, len(plan.changes), [])


def _end(matrix: Matrix, saved: int, left: list[Any], problem: str | None = None) -> None:
    matrix.plan = {"saved": saved, "left": left}
    matrix.cells, matrix.mapping, matrix.heads = None, None, None
    matrix.saved, matrix.problem, matrix.ended_at = None, problem, clock.now()


def _this(session: Session, public_id: str) -> Matrix | None:
    return session.scalars(
        select(Matrix)
        .where(Matrix.public_id == public_id, Matrix.ended_at.is_(None))
        .options(joinedload(Matrix.round).joinedload(Round.department))
    ).first()


@jobs.handles(LOOKING)
def look(database: Database, public_id: str) -> None:
    """Read the file, where that is still to be done, and hold it against the site.

    The file itself is let go of, whatever came of it.
    """
    with database.unit_of_work(writing=False) as session:
        matrix = _this(session, public_id)
        if matrix is None or matrix.asked_at is not None:
            return
        data, cells, version = matrix.data, matrix.cells, matrix.version
        mapping, heads = matrix.mapping, matrix.heads
    problem = None
    if data is not None:
        try:
            sheet = read_sheet(data)
            heads, cells, mapping = sheet.heads, packed(sheet), guess(sheet.heads)
        except Invalid as error:
            problem = error.sentence
    plan = None
    if problem is None and cells is not None and has_all(mapping):
        assert mapping is not None
        watch = jobs.Watch(database, LOOKING, public_id)
        with database.unit_of_work(writing=False) as session:
            matrix = _this(session, public_id)
            if matrix is None:
                return
            actor = actor_of(session, matrix.brought_by)
            try:
                plan = _compared(session, matrix.round, actor, cells, mapping, watch)
            except DomainError as error:
                problem = error.sentence
    with database.unit_of_work(writing=True) as session:
        matrix = _this(session, public_id)
        if matrix is not None and matrix.version == version:
            matrix.data, matrix.cells, matrix.heads = None, cells, heads
            matrix.mapping = mapping
            matrix.problem = problem or matrix.problem
            matrix.plan = plan.to_json() if plan is not None else None


def _compared(
    session: Session,
    round_: Round,
    actor: Actor,
    cells: bytes,
    mapping: Mapping[str, int],
    report: Report,
) -> Plan:
    actor = require(actor, Permission.TRIAGE, round_)
    row = get_round_row(session, round_.slug, viewer=actor, locale=round_.language)
    return compare_matrix(
        session, round_, row, actor=actor, rows=unpacked(cells), mapping=mapping, report=report
    )


@jobs.handles(SAVING)
def save(database: Database, public_id: str) -> None:
    """Write portion by portion, in the name of whoever asked, as long as they may.

    A worker that takes it up again goes on behind the last portion that was written.
    """
    with database.unit_of_work(writing=False) as session:
        matrix = _this(session, public_id)
        if matrix is None or matrix.asked_at is None or matrix.plan is None:
            return
        changes = Plan.from_json(matrix.plan).changes
    watch = jobs.Watch(database, SAVING, public_id)
    done = 0
    while done < len(changes):
        try:
            with database.unit_of_work(writing=True) as session:
                done = _save_portion(session, public_id, changes)
        except Busy:
            raise
        except DomainError as error:
            with database.unit_of_work(writing=True) as session:
                matrix = _this(session, public_id)
                if matrix is not None:
                    kept = matrix.saved or _NOTHING
                    number = kept["rows"] - len(kept["left"])
                    _end(matrix, number, kept["left"], error.sentence)
            return
        watch(done, len(changes))


_NOTHING: Mapping[str, Any] = {"rows": 0, "left": []}


def _save_portion(session: Session, public_id: str, changes: Sequence[RowChange]) -> int:
    """How many rows have had their turn after this portion."""
    matrix = session.scalars(
        select(Matrix)
        .where(Matrix.public_id == public_id, Matrix.ended_at.is_(None))
        .options(
            defer(Matrix.plan),
            defer(Matrix.cells),
            joinedload(Matrix.round).joinedload(Round.department),
        )
        .with_for_update(of=Matrix)
    ).first()
    if matrix is None:
        return len(changes)
    kept = matrix.saved or _NOTHING
    start = kept["rows"]
    portion = changes[start : start + PORTION]
    actor = actor_of(session, matrix.brought_by)
    left = carry_out_portion(session, matrix.round, portion, actor=actor)
    told = [*kept["left"], *(asdict(fault) for fault in left)]
    done: int = start + len(portion)
    matrix.saved = {"rows": done, "left": told}
    if done >= len(changes):
        _end(matrix, done - len(told), told)
    return done
