"""What was said in a round, read for its words: a letter of many is one voice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, func, select, union_all
from sqlalchemy.orm import Session, aliased

from feedback_app.comments.models import CommentVersion
from feedback_app.rounds.models import Round
from feedback_app.triage.board_models import BoardLot, BoardRow, Stage, without


@dataclass(frozen=True)
class Said:
    """A point's words: the whole comment, or the passage that is its ask."""

    public_id: str
    section_key: str
    """Empty where it speaks of the whole course."""
    language: str
    text: str
    letter: int | None
    """What the senders of one letter have in common."""


@dataclass(frozen=True)
class Voice:
    """The first who said it, and all of them."""

    first: Said
    all: list[Said] = field(default_factory=list)


def newest(session: Session, round_: Round, *, limit: int) -> list[Said]:
    """The newest of all that the department reads, answered or not."""
    return _read(session, BoardRow, BoardRow.round_id == round_.id, limit, newest=True)


def without_subject(session: Session, round_: Round, *, limit: int) -> list[Said]:
    """The oldest that are in no subject, answered or not."""
    in_none = and_(BoardLot.facet == "theme", BoardLot.lot_id == without(round_.id))
    return _read(session, BoardLot, in_none, limit)


def voices_of(said: Iterable[Said]) -> list[Voice]:
    """Senders of one letter together, everybody else by themselves, in the order given."""
    found: dict[object, Voice] = {}
    for one in said:
        key = one.public_id if one.letter is None else one.letter
        found.setdefault(key, Voice(one)).all.append(one)
    return list(found.values())


def _read(
    session: Session,
    table: type[BoardRow] | type[BoardLot],
    inside: ColumnElement[bool],
    limit: int,
    *,
    newest: bool = False,
) -> list[Said]:
    """Each stage from its index and no further than needed; then their words."""
    chosen = union_all(
        *(
            select(table.point_id, table.submitted_at)
            .where(inside, table.stage == stage)
            .order_by(table.submitted_at.desc() if newest else table.submitted_at)
            .limit(limit)
            .subquery()
            .select()
            for stage in Stage
        )
    ).subquery()
    letter = aliased(BoardLot)
    text = case(
        (BoardRow.length == 0, CommentVersion.body),
        else_=func.substr(CommentVersion.body, BoardRow.start + 1, BoardRow.length),
    )
    rows = session.execute(
        select(
            *(BoardRow.public_id, BoardRow.section_key, BoardRow.language),
            *(text, letter.lot_id),
        )
        .join(chosen, chosen.c.point_id == BoardRow.point_id)
        .join(
            CommentVersion,
            (CommentVersion.comment_id == BoardRow.comment_id)
            & (CommentVersion.number == BoardRow.version_number),
        )
        .outerjoin(
            letter,
            and_(
                letter.point_id == BoardRow.point_id,
                letter.facet == "group",
                letter.lot_id > 0,
            ),
        )
        .order_by(
            chosen.c.submitted_at.desc() if newest else chosen.c.submitted_at,
            BoardRow.point_id,
        )
        .limit(limit)
    )
    return [Said(*row) for row in rows]
