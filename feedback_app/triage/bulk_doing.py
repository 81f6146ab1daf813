"""Doing one act to many points and undoing it, a portion at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from feedback_app import policy
from feedback_app.comments.models import Point
from feedback_app.core import clock, jobs
from feedback_app.core.errors import Conflict
from feedback_app.core.i18n import N_
from feedback_app.log import services as log
from feedback_app.policy import Actor, Permission
from feedback_app.triage import services, themes
from feedback_app.triage.bulk import (
    Answering,
    Assigning,
    Judge,
    Sorting,
    Standing,
    act_of,
    check,
    may_be_undone,
    standing_of,
)
from feedback_app.triage.bulk_models import (
    AnswerTakenBack,
    BulkAct,
    BulkKind,
    BulkPoint,
    LeftOut,
)
from feedback_app.triage.lots import get_theme
from feedback_app.triage.models import Adoption, Disposition
from feedback_app.triage.theme_models import Theme, ThemePoint
from feedback_app.triage.together import write_answers
from feedback_app.triage.work_models import Assignment

PORTION = 200
"""So many at one moment: others wait no longer than that takes, and each has its log entry."""
NOBODY = "nobody"
INSIDE = "inside"
DOING, UNDOING = "points.bulk", "points.bulk_undo"


class AlreadyConfirmed(Conflict):
    message = N_("This was confirmed before.")


class CannotBeUndone(Conflict):
    message = N_("This cannot be undone any more.")


def confirm(session: Session, act: BulkAct, *, actor: Actor) -> bool:
    """Begin it: at once where it is one portion, else by the worker. Whether it is done."""
    actor = policy.require(actor, Permission.TRIAGE, act)
    _lock(session, act)
    if act.confirmed_at is not None or act.asked_by_id != actor.account_id:
        raise AlreadyConfirmed
    check(session, act.round, act_of(act))  # a colleague may have left, a day have passed
    act.confirmed_at = clock.now()
    session.flush()
    if _number(session, act, _to_do()) > PORTION:
        jobs.enqueue(session, DOING, subject=act.public_id)
        return False
    carry_on(session, act, actor=actor)
    return True


def ask_to_undo(session: Session, act: BulkAct, *, actor: Actor) -> bool:
    """Put back what it made, where nobody has changed it since. Whether it is done."""
    actor = policy.require(actor, Permission.TRIAGE, act)
    _lock(session, act)
    if not may_be_undone(session, act):
        raise CannotBeUndone
    act.undo_asked_at, act.undo_by_id = clock.now(), actor.account_id
    session.flush()
    if _number(session, act, _to_undo()) > PORTION:
        jobs.enqueue(session, UNDOING, subject=act.public_id)
        return False
    carry_back(session, act, actor=actor)
    return True


def _lock(session: Session, act: BulkAct) -> None:
    session.refresh(act, ["confirmed_at", "done_at", "undo_asked_at"], with_for_update=True)


def _to_do() -> ColumnElement[bool]:
    return and_(BulkPoint.left_out.is_(None), BulkPoint.made.is_(None))


def _to_undo() -> ColumnElement[bool]:
    return and_(
        BulkPoint.made.is_not(None), BulkPoint.undone_at.is_(None), BulkPoint.stays.is_(None)
    )


def _number(session: Session, act: BulkAct, waits: ColumnElement[bool]) -> int:
    found = select(func.count()).where(BulkPoint.act_id == act.id, waits)
    return int(session.scalar(found) or 0)


def _next(
    session: Session, act: BulkAct, waits: ColumnElement[bool]
) -> tuple[list[BulkPoint], dict[int, Standing]]:
    """The next portion, with nobody else at any of its points.

    Who sorts holds a subject and lets no point wait: the subject is locked by its own services,
    and they take it before the points.
    """
    rows = session.scalars(
        select(BulkPoint)
        .where(BulkPoint.act_id == act.id, waits)
        .order_by(BulkPoint.point_id)
        .limit(PORTION)
    ).all()
    ids = [row.point_id for row in rows]
    if act.kind is not BulkKind.SORT:
        session.execute(
            select(Point.id).where(Point.id.in_(ids)).order_by(Point.id).with_for_update()
        )
    return list(rows), standing_of(session, act.round_id, ids)


def carry_on(session: Session, act: BulkAct, *, actor: Actor) -> int:
    """Do it to the next portion; how many are left after that.

    What changed since the preview is left out and said to be.
    """
    actor = policy.require(actor, Permission.TRIAGE, act)
    rows, standing = _next(session, act, _to_do())
    judge = Judge(session, act.round, act_of(act), act.asked_by_id, standing)
    ready: list[tuple[BulkPoint, Standing]] = []
    for row in rows:
        now = standing.get(row.point_id)
        if now is None:
            row.left_out = LeftOut.GONE
        elif now.token != row.seen:
            row.left_out = LeftOut.CHANGED
        elif (reason := judge.reason(now)) is not None:
            row.left_out = reason
        else:
            ready.append((row, now))
    session.flush()
    if ready:
        _DO[act.kind](session, act, ready, actor)
    session.flush()
    left = _number(session, act, _to_do())
    if not left:
        act.done_at = clock.now()
    return left


Ready = Sequence[tuple[BulkPoint, Standing]]


def _assign(session: Session, act: BulkAct, ready: Ready, actor: Actor) -> None:
    asked = act_of(act)
    assert isinstance(asked, Assigning)
    kept = _assignments(session, [row.point_id for row, _ in ready])
    for row, now in ready:
        row.before_id, row.before_due_on = now.assigned_to_id, now.due_on
        _give(session, kept.get(row.point_id), row, asked.to, asked.due_on, actor)
    session.flush()
    made = _assignments(session, [row.point_id for row, _ in ready])
    for row, _now in ready:
        row.made = _version(made.get(row.point_id))


def _assignments(session: Session, ids: Sequence[int]) -> dict[int, Assignment]:
    found = session.scalars(select(Assignment).where(Assignment.point_id.in_(ids)))
    return {one.point_id: one for one in found}


def _version(kept: Assignment | None) -> str:
    return f"{kept.id}.{kept.version}" if kept is not None else NOBODY


def _give(
    session: Session,
    kept: Assignment | None,
    row: BulkPoint,
    to: int | None,
    due_on: object,
    actor: Actor,
) -> None:
    if to is None:
        if kept is not None:
            session.delete(kept)
        return
    if kept is None:
        kept = Assignment(point_id=row.point_id, version=0)
        session.add(kept)
    kept.assigned_to_id, kept.due_on = to, due_on  # type: ignore[assignment]
    kept.assigned_by_id = actor.account_id or to
    kept.assigned_at = clock.now()
    kept.version += 1


def _sort(session: Session, act: BulkAct, ready: Ready, actor: Actor) -> None:
    asked = act_of(act)
    assert isinstance(asked, Sorting)
    points = [now.public_id for _, now in ready]
    if asked.theme_id is None:
        theme = themes.create_theme(
            session,
            act.round,
            actor=actor,
            title=asked.title,
            language=act.round.language,
            points=points,
        )
        act.terms = act.terms | {"theme_id": theme.id, "begins": True}
    else:
        theme = session.get_one(Theme, asked.theme_id)
        themes.add_points(session, theme, actor=actor, points=points)
    for row, _now in ready:
        row.made = INSIDE


def _answer(session: Session, act: BulkAct, ready: Ready, actor: Actor) -> None:
    asked = act_of(act)
    assert isinstance(asked, Answering)
    chosen = [now.lot for _, now in ready]
    answers, digest = write_answers(
        session, act.round, chosen, actor=actor, answer=asked.answer
    )
    for (row, _now), answer in zip(ready, answers, strict=True):
        row.made = answer.public_id
    log.append(
        session,
        actor=actor,
        kind="points.answered",
        subject=act,
        parents=[act.round],
        facts={"answers": len(answers)},
        commitments={"answers": digest},
    )


_DO = {BulkKind.ASSIGN: _assign, BulkKind.SORT: _sort, BulkKind.ANSWER: _answer}


def carry_back(session: Session, act: BulkAct, *, actor: Actor) -> int:
    """Undo the next portion; how many are left after that. What has changed since stays."""
    actor = policy.require(actor, Permission.TRIAGE, act)
    rows, _standing = _next(session, act, _to_undo())
    undone = _UNDO[act.kind](session, act, rows, actor) if rows else set()
    for row in rows:
        if row.point_id in undone:
            row.undone_at = clock.now()
        else:
            row.stays = LeftOut.CHANGED
    session.flush()
    left = _number(session, act, _to_undo())
    if not left:
        act.undone_at = clock.now()
    return left


def _assign_back(
    session: Session, act: BulkAct, rows: Sequence[BulkPoint], actor: Actor
) -> set[int]:
    kept = _assignments(session, [row.point_id for row in rows])
    same = [row for row in rows if _version(kept.get(row.point_id)) == row.made]
    for row in same:
        there = kept.get(row.point_id)
        _give(session, there, row, row.before_id, row.before_due_on, actor)
    return {row.point_id for row in same}


def _sort_back(
    session: Session, act: BulkAct, rows: Sequence[BulkPoint], actor: Actor
) -> set[int]:
    asked = act_of(act)
    assert isinstance(asked, Sorting)
    theme = session.get_one(Theme, asked.theme_id)
    members = session.execute(
        select(Point.id, Point.public_id)
        .join(ThemePoint, ThemePoint.point_id == Point.id)
        .where(ThemePoint.theme_id == theme.id, Point.id.in_([row.point_id for row in rows]))
    ).all()
    if theme.ended_at is not None or not members:
        return set()
    themes.remove_points(
        session,
        get_theme(session, theme.public_id),
        actor=actor,
        points=[one.public_id for one in members],
        ends_unused=bool(act.terms.get("begins")),
    )
    return {one.id for one in members}


def _answer_back(
    session: Session, act: BulkAct, rows: Sequence[BulkPoint], actor: Actor
) -> set[int]:
    """Takes answers out of their table, into the record of those taken back.

    One that is public, signed, tied to changed words or followed by another stays.
    """
    later = select(func.max(Disposition.id)).where(
        Disposition.point_id.in_([row.point_id for row in rows])
    )
    newest = set(session.scalars(later.group_by(Disposition.point_id)))
    tied = select(Adoption.id).where(Adoption.disposition_id == Disposition.id).exists()
    found = session.scalars(
        select(Disposition)
        .where(
            Disposition.public_id.in_([row.made for row in rows]),
            Disposition.published_at.is_(None),
            Disposition.confirmed_at.is_(None),
            ~tied,
        )
        .order_by(Disposition.id)
        .with_for_update()
    ).all()
    answers = [answer for answer in found if answer.id in newest]
    if not answers:
        return set()
    sealed = sorted([one.public_id, services.answer_commitment(one)] for one in answers)
    session.add_all(_taken_back(answer, actor) for answer in answers)
    session.flush()
    ids = [answer.id for answer in answers]
    undone = {answer.point_id for answer in answers}
    for answer in answers:
        session.expunge(answer)
    session.execute(delete(Disposition).where(Disposition.id.in_(ids)))
    log.append(
        session,
        actor=actor,
        kind="points.taken_back",
        subject=act,
        parents=[act.round],
        facts={"answers": len(answers)},
        commitments={"answers": hashlib.sha256(log.canonical(sealed).encode()).hexdigest()},
    )
    return undone


def _taken_back(answer: Disposition, actor: Actor) -> AnswerTakenBack:
    return AnswerTakenBack(
        public_id=answer.public_id,
        point_id=answer.point_id,
        said=services.answer_values(answer),
        language=answer.language,
        salt=answer.salt,
        decided_by_id=answer.decided_by_id,
        decided_at=answer.decided_at,
        taken_back_by_id=actor.account_id,
    )


_UNDO = {
    BulkKind.ASSIGN: _assign_back,
    BulkKind.SORT: _sort_back,
    BulkKind.ANSWER: _answer_back,
}
