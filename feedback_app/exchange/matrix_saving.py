"""Taking the rows of a matrix in: answers and subjects, as the pages give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Point
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.exchange.matrix_comparing import (
    CONFLICT,
    Fault,
    RowChange,
    day_in,
    reason_in,
)
from feedback_app.policy import Actor, Permission, require
from feedback_app.rounds.models import Round
from feedback_app.triage import rules
from feedback_app.triage.models import Outcome
from feedback_app.triage.queries import get_points
from feedback_app.triage.services import record_disposition
from feedback_app.triage.theme_models import Theme
from feedback_app.triage.themes import create_theme, sort_point

TOGETHER = 500
"""So many points are read by one statement."""


class MatrixMoved(Conflict):
    message = N_(
        "Something changed meanwhile. Nothing was saved; look at what would change now."
    )


def carry_out(
    session: Session, round_: Round, changes: Sequence[RowChange], *, actor: Actor
) -> None:
    """Answer and sort as the pages do, with an entry each; the caller's unit is all or none.

    A point that was answered or reworded since the plan was made refuses everything.
    """
    actor = require(actor, Permission.TRIAGE, round_)
    themes: dict[str, Theme] = {}
    points = _points(session, changes)
    for change in changes:
        try:
            _take_in(session, round_, change, points, themes, actor)
        except _OVERTAKEN:
            raise MatrixMoved from None


def carry_out_portion(
    session: Session, round_: Round, changes: Sequence[RowChange], *, actor: Actor
) -> list[Fault]:
    """The same for one portion of many: what was overtaken is left out, and said to be."""
    actor = require(actor, Permission.TRIAGE, round_)
    left = []
    points = _points(session, changes)
    for change in changes:
        try:
            with session.begin_nested():
                _take_in(session, round_, change, points, {}, actor)
        except _OVERTAKEN as error:
            sentence = error.sentence if isinstance(error, Invalid) else CONFLICT
            left.append(Fault(change.line, "comment_id", sentence))
    return left


_OVERTAKEN = (
    rules.AnswerOvertaken,
    rules.CommentWithdrawn,
    rules.PointReplaced,
    rules.SubjectEnded,
    NotFound,
    Invalid,  # such as a day that has passed: looking again names it
)


def _points(session: Session, changes: Sequence[RowChange]) -> dict[str, Point]:
    found: dict[str, Point] = {}
    for start in range(0, len(changes), TOGETHER):
        ids = [change.point_id for change in changes[start : start + TOGETHER]]
        found |= get_points(session, ids)
    return found


def _take_in(
    session: Session,
    round_: Round,
    change: RowChange,
    points: Mapping[str, Point],
    themes: dict[str, Theme],
    actor: Actor,
) -> None:
    point = points.get(change.point_id)
    if point is None:
        raise NotFound
    if change.answers:
        _answer(session, point, change, actor)
    if change.themes is not None:
        chosen = [_theme(session, round_, title, themes, actor) for title in change.themes]
        sort_point(session, point, actor=actor, themes=chosen)


def _answer(session: Session, point: Point, change: RowChange, actor: Actor) -> None:
    said = change.after
    record_disposition(
        session,
        point,
        actor=actor,
        outcome=Outcome(said["disposition"]),
        rationale=said["rationale"],
        office=said["office"],
        authority=said["authority"],
        reason=reason_in(said),
        reason_detail=said["reason_detail"],
        due_on=day_in(said),
        referred_to=said["referred_to"],
        covered_section_key=said["covered_section"] or None,
        covered_words=said["covered_words"],
        language=said["answer_language"],
        translation=said.get("translation", ""),
        evidence_url=said.get("evidence_url", ""),
        evidence_title=said.get("evidence_title", ""),
        from_list=True,
        corrects=bool(said.get("corrects")),
        based_on=change.based_on,
    )


def _theme(
    session: Session, round_: Round, title: str, known: dict[str, Theme], actor: Actor
) -> Theme:
    """The subject of this name; one that is not there yet begins."""
    name = title.casefold()
    if name not in known:
        known[name] = session.scalars(
            select(Theme).where(
                Theme.round_id == round_.id,
                func.lower(Theme.title) == title.lower(),
                Theme.ended_at.is_(None),
            )
        ).first() or create_theme(
            session, round_, actor=actor, title=title, language=round_.language
        )
    return known[name]
