"""An answer that is still being written, as its reader will see it."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from feedback_app.core import clock
from feedback_app.rounds.models import Round
from feedback_app.triage.models import Outcome, Reason
from feedback_app.triage.promises import standing_of
from feedback_app.triage.queries import AnswerRow
from feedback_app.triage.trail import AnsweredPoint, Trail


def preview_of(
    round_: Round,
    *,
    outcome: Outcome,
    rationale: str,
    rationale_html: Markup,
    language: str,
    office: str,
    authority: str,
    reason: Reason | None = None,
    reason_detail: str = "",
    referred_to: str = "",
    due_on: date | None = None,
    covered_words: str = "",
    translation_html: Markup | None = None,
    translation_language: str | None = None,
    evidence_url: str = "",
    evidence_title: str = "",
    passage: str = "",
) -> Trail:
    """The trail that the comment would have, were this answer public now and its only one."""
    at = clock.now()
    refuses = outcome is Outcome.NOT_ADOPTED
    answer = AnswerRow(
        id=0,
        public_id="",
        point_id=0,
        outcome=outcome,
        reason=reason if refuses else None,
        reason_detail=reason_detail if refuses else "",
        rationale=rationale,
        rationale_html=rationale_html,
        language=language,
        office=office,
        authority=authority,
        due_on=due_on,
        referred_to=referred_to if outcome is Outcome.OUT_OF_SCOPE else "",
        covered_section_key=None,
        covered_start=None,
        covered_end=None,
        decided_at=at,
        needs_second=False,
        decided_alone=False,
        confirmed_as=None,
        returned_at=None,
        published_at=at,
        decided_by_id=0,
        decided_by="",
        translation_html=translation_html,
        translation_language=translation_language,
        evidence_url=evidence_url,
        evidence_title=evidence_title,
    )
    standing = None
    if outcome.promises_a_change:
        standing = standing_of(
            (), promised_at=at, due_on=due_on, renewed_at=None, at=at, zone=round_.time_zone
        )
    covered = covered_words if outcome is Outcome.ALREADY_COVERED else ""
    point = AnsweredPoint(passage, answer, standing, (), (), covered)
    return Trail(
        slug="",
        round_slug=round_.slug,
        zone=round_.time_zone,
        received_at=at,
        is_late=False,
        is_letter=False,
        due_on=None,
        asks=1,
        points=[point],
        places=(),
        verdict=None,
    )
