"""Whether the board's rows and counters are what they should be, worked out a second way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Integer, and_, case, cast, exists, func, literal, select, text
from sqlalchemy.orm import Session, aliased

from feedback_app.comments.letter_models import GroupPoint
from feedback_app.comments.models import Comment, Placement, Point
from feedback_app.curricula.models import Revision, RevisionState, Section
from feedback_app.triage.board_models import (
    AGAIN,
    LOTS,
    BoardCount,
    BoardLot,
    BoardRow,
    Stage,
    WorkState,
    of_round,
    without,
)
from feedback_app.triage.models import PROMISES, Adoption, Disposition
from feedback_app.triage.once_more import asked_again
from feedback_app.triage.queries import is_active, must_be_answered
from feedback_app.triage.theme_models import ThemePoint
from feedback_app.triage.work_models import Assignment, InputRequest

COLUMNS = tuple(one.key for one in BoardRow.__table__.columns if one.computed is None)
Key = tuple[int, str, str, str]


def problems(session: Session) -> Iterator[str]:
    """A sentence for each point and each number that is not kept as it should be."""
    wanted = {row[0]: tuple(row) for row in session.execute(rebuilt())}
    kept = {
        row[0]: tuple(row)
        for row in session.execute(select(*[getattr(BoardRow, name) for name in COLUMNS]))
    }
    for point_id in sorted(wanted.keys() | kept.keys()):
        if wanted.get(point_id) != kept.get(point_id):
            yield f"The board keeps point {point_id} otherwise than it is."
    lots = set(_lots(session, wanted))
    there = {tuple(row) for row in session.execute(select(*_LOT))}
    for lot in sorted(lots ^ there):
        yield f"The board keeps the {lot[0]} {lot[1]} of point {lot[2]} otherwise than it is."
    found, right = kept_counts(session), counted(wanted.values()) + counted_lots(lots)
    for key, number in sorted((right - found).items()):
        yield f"The board counts too few of {key}: {number} are missing."
    for key, number in sorted((found - right).items()):
        yield f"The board counts {number} too many of {key}."


_COPIED = ("round_id", "stage", "section_position", "endorsements", "submitted_at")
_LOT = [getattr(BoardLot, name) for name in ("facet", "lot_id", "point_id", *_COPIED)]


def _lots(session: Session, rows: Mapping[int, Any]) -> Iterator[tuple[Any, ...]]:
    """Each pair of a subject or a letter and a point, with what it is sorted by."""
    members = (
        select(ThemePoint.theme_id, ThemePoint.point_id),
        select(GroupPoint.group_id, GroupPoint.point_id).where(GroupPoint.left_at.is_(None)),
    )
    known = {id_: dict(zip(COLUMNS, row, strict=True)) for id_, row in rows.items()}

    def pair(facet: str, lot_id: int, point_id: int) -> tuple[Any, ...]:
        return facet, lot_id, point_id, *(known[point_id][name] for name in _COPIED)

    for facet, query in zip(LOTS, members, strict=True):
        inside = set()
        for lot_id, point_id in session.execute(query):
            if point_id in known:
                inside.add(point_id)
                yield pair(facet, lot_id, point_id)
        for point_id in known.keys() - inside:
            yield pair(facet, without(known[point_id]["round_id"]), point_id)
    for point_id in session.scalars(asked_again()):
        if point_id in known:
            yield pair(AGAIN, of_round(known[point_id]["round_id"]), point_id)
    for state, point_id in session.execute(_placed()):
        if point_id in known:
            yield pair(state.value, of_round(known[point_id]["round_id"]), point_id)


def counted_lots(lots: Iterable[tuple[Any, ...]]) -> Counter[Key]:
    return Counter(
        (round_id, stage.value, facet, str(lot_id))
        for facet, lot_id, _, round_id, stage, *_ in lots
    )


def kept_counts(session: Session) -> Counter[Key]:
    rows = session.execute(
        select(
            BoardCount.round_id,
            BoardCount.facet,
            BoardCount.value,
            *[cast(func.sum(getattr(BoardCount, stage)), Integer) for stage in Stage],
        ).group_by(BoardCount.round_id, BoardCount.facet, BoardCount.value)
    )
    return Counter(
        {
            (round_id, stage.value, facet, value): number
            for round_id, facet, value, *numbers in rows
            for stage, number in zip(Stage, numbers, strict=True)
            if number
        }
    )


def counted(rows: Any) -> Counter[Key]:
    """The numbers that these rows come to."""
    found: Counter[Key] = Counter()
    for row in rows:
        given = dict(zip(COLUMNS, row, strict=True))
        facets = {name: given[name] for name in ("kind", "channel", "language", "outcome")}
        facets |= {"signature": given["signature"], "promise": given["promise"]}
        facets |= {
            "all": "",
            "section": given["section_key"],
            "work": given["work"].value,
            "assigned": str(given["assigned_to_id"]),
            "endorsed": "yes" if given["endorsements"] else "",
        }
        for facet, value in facets.items():
            if value or facet in ("all", "section", "kind", "channel", "language"):
                found[given["round_id"], given["stage"].value, facet, value] += 1
    return found


def fold(session: Session) -> None:
    """Put what many connections have counted into one place; SQLite needs none of it.

    What somebody is counting in at this moment is left to the next time.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    session.execute(text("SELECT pg_advisory_xact_lock(37)"))
    free = select(BoardCount).where(BoardCount.slot != 0).with_for_update(skip_locked=True)
    rows = list(session.scalars(free))
    sums: Counter[Any] = Counter()
    for row in rows:
        for stage in Stage:
            sums[row.round_id, row.facet, row.value, stage.value] += getattr(row, stage)
        session.delete(row)
    session.flush()
    for (*key, stage), number in sorted(sums.items()):
        place = session.get(BoardCount, (*key, 0))
        if place is None:
            names = dict(zip(("round_id", "facet", "value"), key, strict=True))
            place = BoardCount(**names, slot=0, **dict.fromkeys(Stage, 0))
            session.add(place)
        setattr(place, stage, getattr(place, stage) + number)
        session.flush()


def rebuilt() -> Any:
    """The rows anew, from the same rules that the other lists ask."""
    answer, later = aliased(Disposition), aliased(Disposition)
    newest = select(func.max(later.id)).where(later.point_id == Point.id).scalar_subquery()
    adopted = (
        select(Adoption.id)
        .join(Revision, Revision.id == Adoption.revision_id)
        .where(Adoption.disposition_id == answer.id)
        .correlate(answer)
    )
    promises = answer.outcome.in_(PROMISES)
    stage = case(
        (answer.published_at.is_not(None), literal(Stage.PUBLIC.value)),
        (answer.id.is_not(None), literal(Stage.DECIDED.value)),
        (~must_be_answered(), literal(Stage.OPTIONAL.value)),
        else_=literal(Stage.OPEN.value),
    )
    values: dict[str, Any] = {
        "point_id": Point.id,
        "comment_id": Comment.id,
        "round_id": Comment.round_id,
        "stage": cast(stage, BoardRow.stage.type),
        "section_key": func.coalesce(Comment.section_key, ""),
        "section_position": func.coalesce(Section.position, 0),
        "kind": func.coalesce(cast(Comment.kind, BoardRow.kind.type), ""),
        "channel": cast(Comment.channel, BoardRow.channel.type),
        "language": Comment.language,
        "outcome": func.coalesce(cast(answer.outcome, BoardRow.outcome.type), ""),
        "work": cast(_work(answer, adopted, promises), BoardRow.work.type),
        "signature": case(
            (
                and_(
                    answer.needs_second.is_(True),
                    answer.confirmed_at.is_(None),
                    answer.published_at.is_(None),
                ),
                "needed",
            ),
            else_="",
        ),
        "promise": case(
            (
                promises & ~adopted.where(Revision.state != RevisionState.DROPPED).exists(),
                "open",
            ),
            else_="",
        ),
        "assigned_to_id": func.coalesce(Assignment.assigned_to_id, 0),
        "endorsements": Comment.endorsements_count,
        "submitted_at": Comment.submitted_at,
        "late": case((Comment.is_late, "late"), else_=""),
        "public_id": Point.public_id,
        "comment_public_id": Comment.public_id,
        "name": func.coalesce(Comment.display_name, ""),
        "version_number": Point.version_number,
        "start": func.coalesce(Point.start, 0),
        "length": func.coalesce(Point.end - Point.start, 0),
    }
    return (
        select(*[values[name].label(name) for name in COLUMNS])
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .outerjoin(
            Section,
            (Section.revision_id == Comment.revision_id) & (Section.key == Comment.section_key),
        )
        .outerjoin(Assignment, Assignment.point_id == Point.id)
        .outerjoin(answer, answer.id == newest)
        .where(is_active())
    )


def _placed() -> Any:
    later = aliased(Placement)
    newest = (
        select(func.max(later.revision_id))
        .where(later.comment_id == Placement.comment_id)
        .correlate(Placement)
        .scalar_subquery()
    )
    return (
        select(Placement.state, Point.id)
        .join(Point, Point.comment_id == Placement.comment_id)
        .where(Placement.revision_id == newest)
    )


def _work(answer: Any, adopted: Any, promises: Any) -> Any:
    open_question = exists().where(
        InputRequest.point_id == Point.id, InputRequest.ended_at.is_(None)
    )
    taught, words = aliased(Revision), aliased(Section)
    is_taught = (
        adopted.join(
            taught,
            (taught.curriculum_id == Revision.curriculum_id)
            & (taught.number >= Revision.number),
        )
        .outerjoin(
            words, (words.revision_id == taught.id) & (words.key == Adoption.section_key)
        )
        .where(
            Revision.state == RevisionState.PUBLISHED,
            taught.in_force_on.is_not(None),
            (taught.id == Revision.id) | words.text.contains(Adoption.exact),
        )
        .exists()
    )
    in_state = {
        state: adopted.where(Revision.state == state).exists()
        for state in (RevisionState.PUBLISHED, RevisionState.DRAFT)
    }
    return case(
        (answer.id.is_(None) & open_question, WorkState.NEEDS_INPUT.value),
        (answer.id.is_(None) & Assignment.id.is_not(None), WorkState.IN_REVIEW.value),
        (answer.id.is_(None), WorkState.RECEIVED.value),
        (promises & is_taught, WorkState.TAUGHT.value),
        (promises & in_state[RevisionState.PUBLISHED], WorkState.PUBLISHED.value),
        (promises & in_state[RevisionState.DRAFT], WorkState.IN_REDRAFT.value),
        else_=WorkState.DECIDED.value,
    )
