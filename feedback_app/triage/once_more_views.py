"""The work list of those who said that an answer was not enough."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback_app import policy
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import queries as rounds
from feedback_app.triage.once_more import not_satisfied
from feedback_app.triage.views import bp
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language


@bp.get("/triage/<slug:slug>/once-more")
@guarded(Permission.READ_ANSWERS)
def once_more(slug: str) -> ResponseReturnValue:
    """Each ask whose writer said no and that may be answered once more, the oldest first."""
    round_ = rounds.get_round(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.READ_ANSWERS, round_)
    return render_template(
        "triage/once_more.html",
        round_=rounds.get_round_row(
            db.session, slug, viewer=current_actor(), locale=current_language()
        ),
        found=not_satisfied(db.session, round_),
        writes=policy.allows(current_actor(), Permission.TRIAGE, round_),
        publishes=policy.allows(current_actor(), Permission.PUBLISH_REPORT, round_),
    )
