"""What anybody reads of conduct: its rules, and what was done by them in a round."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from feedback_app.comments import conduct_queries as looked_up
from feedback_app.comments.conduct import (
    TABLE,
    TEXT_KEPT,
)
from feedback_app.comments.floods import set_aside_in
from feedback_app.comments.labels import (
    CONDUCT_RULES,
    DONE_LABELS,
    ENDING_LABELS,
    MEASURE_LABELS,
    REASON_CHOICES,
    REASON_LABELS,
)
from feedback_app.comments.margins import web_arrivals
from feedback_app.comments.page_facts import page_facts
from feedback_app.comments.rises import LEAST, TIMES
from feedback_app.extensions import db
from feedback_app.rounds import queries as rounds
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import current_language

bp = Blueprint("conduct", __name__)
LABELS = {
    "reasons": REASON_LABELS,
    "choices": REASON_CHOICES,
    "rules": CONDUCT_RULES,
    "measures": MEASURE_LABELS,
    "done": DONE_LABELS,
    "endings": ENDING_LABELS,
}


@bp.get("/conduct")
@public
def rules() -> ResponseReturnValue:
    """What we hide and why: the closed list, who decides, what is kept, what is covered."""
    return render_template(
        "conduct/rules.html",
        labels=LABELS,
        table=TABLE,
        kept=TEXT_KEPT.days,
    )


@bp.get("/rounds/<slug:slug>/moderation")
@public
def moderation(slug: str) -> ResponseReturnValue:
    """What was hidden, covered, erased or shown again in a round, by reason; nobody's name."""
    row = rounds.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
    return render_template(
        "conduct/moderation.html",
        round_=row,
        found=looked_up.moderation_of(db.session, row.id),
        set_aside=set_aside_in(db.session, row.id),
        facts=page_facts(db.session, row, row.revision_id, web_arrivals(db.session, row)),
        rule=(LEAST, TIMES),
        labels=LABELS,
    )
