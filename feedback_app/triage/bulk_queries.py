"""Which points an act for many is about, and some of them to look at."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback_app.comments.models import Comment, Point
from feedback_app.rounds.models import Round
from feedback_app.triage import lots
from feedback_app.triage.bulk_models import BulkAct, BulkPoint, LeftOut

Left = tuple[LeftOut, lots.LotRow]
SAMPLE = 10


def checked_points(session: Session, round_: Round, checked: Collection[str]) -> Sequence[int]:
    """The ids of those that stand in this round."""
    return session.scalars(
        select(Point.id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            Point.public_id.in_([each for each in checked if each.isalnum()]),
            Comment.round_id == round_.id,
        )
    ).all()


def left_out(session: Session, act: BulkAct) -> list[Left]:
    """The first of those that it leaves out, each with its reason."""
    return _left(session, act, BulkPoint.left_out)


def not_undone(session: Session, act: BulkAct) -> list[Left]:
    """The same of those that its undoing left as they were."""
    return _left(session, act, BulkPoint.stays)


def _left(
    session: Session, act: BulkAct, why: InstrumentedAttribute[LeftOut | None]
) -> list[Left]:
    """Who is gone is not listed."""
    found = {
        row.public_id: row.why
        for row in session.execute(
            select(Point.public_id, why.label("why"))
            .join(BulkPoint, BulkPoint.point_id == Point.id)
            .where(BulkPoint.act_id == act.id, why.is_not(None), why != LeftOut.GONE)
            .order_by(Point.id)
            .limit(SAMPLE)
        )
    }
    rows = lots.rows_of(session, Point.public_id.in_(found), limit=SAMPLE) if found else []
    return [(found[row.public_id], row) for row in rows]


def sample_of(session: Session, act: BulkAct) -> list[lots.LotRow]:
    """Ten of those that it would touch, from all of the list."""
    ids = session.scalars(
        select(BulkPoint.point_id)
        .where(BulkPoint.act_id == act.id, BulkPoint.left_out.is_(None))
        .order_by(BulkPoint.point_id)
    ).all()
    step = max(1, len(ids) // SAMPLE)
    return lots.rows_of(session, Point.id.in_(ids[::step][:SAMPLE]), limit=SAMPLE)
