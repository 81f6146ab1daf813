"""Answering several asks of one comment at once: all that was typed, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.comments.models import Comment, Point
from feedback_app.core.errors import Invalid
from feedback_app.policy import Actor, Permission, require
from feedback_app.triage.services import record_disposition
from feedback_app.triage.theme_models import Theme
from feedback_app.triage.themes import sort_point
from feedback_app.triage.together import Answer


@dataclass(frozen=True)
class Ask:
    """What is said to one ask; `None` leaves the answer, or the subjects, as they are."""

    point: Point
    answer: Answer | None
    based_on: str
    themes: Sequence[Theme] | None = None


class AskRefused(Exception):
    """Which of the asks could not be answered so, and why; nothing was saved."""

    def __init__(self, point: Point, error: Invalid) -> None:
        super().__init__(error.sentence)
        self.point, self.error = point, error


def answer_asks(
    session: Session, comment: Comment, asks: Sequence[Ask], *, actor: Actor
) -> int:
    """Answer and sort each as its own page does, with an entry each; how many were answered."""
    actor = require(actor, Permission.TRIAGE, comment)
    with session.begin_nested():
        for ask in asks:
            try:
                _answer(session, ask, actor)
            except Invalid as error:
                raise AskRefused(ask.point, error) from error
    return sum(ask.answer is not None for ask in asks)


def _answer(session: Session, ask: Ask, actor: Actor) -> None:
    said = ask.answer
    if said is not None:
        record_disposition(
            session,
            ask.point,
            actor=actor,
            outcome=said.outcome,
            rationale=said.rationale,
            office=said.office,
            authority=said.authority,
            reason=said.reason,
            reason_detail=said.reason_detail,
            due_on=said.due_on,
            referred_to=said.referred_to,
            covered_section_key=said.covered_section_key or None,
            covered_words=said.covered_words,
            language=said.language,
            translation=said.translation,
            evidence_url=said.evidence_url,
            evidence_title=said.evidence_title,
            based_on=ask.based_on,
        )
    if ask.themes is not None:
        sort_point(session, ask.point, actor=actor, themes=ask.themes)
