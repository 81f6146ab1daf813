"""Taking the rows of a matrix in: answers and subjects, as the pages give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments.models import Point
from feedback_app.core.errors import Conflict, Invalid, NotFound
from feedback_app.core.folding import name_key
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
from feedback_app.triage.beforehand import Beforehand, read_beforehand
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
    points = _points(session, changes)
    taking = _Taking(round_, actor, points, *_read(session, round_, changes, points, actor))
    for change in changes:
        try:
            taking.take_in(session, change)
        except _OVERTAKEN:
            raise MatrixMoved from None


def carry_out_portion(
    session: Session, round_: Round, changes: Sequence[RowChange], *, actor: Actor
) -> list[Fault]:
    """The same for one portion of many: what was overtaken is left out, and said to be."""
    actor = require(actor, Permission.TRIAGE, round_)
    left = []
    points = _points(session, changes)
    taking = _Taking(round_, actor, points, *_read(session, round_, changes, points, actor))
    for change in changes:
        known = dict(taking.themes)
        try:
            with session.begin_nested():
                taking.take_in(session, change)
        except _OVERTAKEN as error:
            taking.themes = known  # a subject that began with this row went with it
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


def _read(
    session: Session,
    round_: Round,
    changes: Sequence[RowChange],
    points: Mapping[str, Point],
    actor: Actor,
) -> tuple[Beforehand, dict[str, Theme]]:
    """What every row would ask for itself: its point as it stands, the subjects by name."""
    answered = [
        points[change.point_id]
        for change in changes
        if change.answers and change.point_id in points
    ]
    themes = session.scalars(
        select(Theme).where(Theme.round_id == round_.id, Theme.ended_at.is_(None))
    )
    return (
        read_beforehand(session, round_, answered, actor=actor),
        {name_key(theme.title): theme for theme in themes},
    )


@dataclass
class _Taking:
    """Rows on their way in, with what was read for all of them."""

    round_: Round
    actor: Actor
    points: Mapping[str, Point]
    beforehand: Beforehand
    themes: dict[str, Theme]

    def take_in(self, session: Session, change: RowChange) -> None:
        point = self.points.get(change.point_id)
        if point is None:
            raise NotFound
        if change.answers:
            self._answer(session, point, change)
        if change.themes is not None:
            chosen = [self._theme(session, title) for title in change.themes]
            sort_point(session, point, actor=self.actor, themes=chosen)

    def _answer(self, session: Session, point: Point, change: RowChange) -> None:
        said = change.after
        record_disposition(
            session,
            point,
            actor=self.actor,
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
            beforehand=self.beforehand,
        )

    def _theme(self, session: Session, title: str) -> Theme:
        """The subject of this name; one that is not there yet begins."""
        name = name_key(title)
        if name not in self.themes:
            self.themes[name] = create_theme(
                session,
                self.round_,
                actor=self.actor,
                title=title,
                language=self.round_.language,
            )
        return self.themes[name]
