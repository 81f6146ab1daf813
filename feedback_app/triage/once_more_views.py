"""The former list of those who said that an answer was not enough, now a filter."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from feedback_app import policy
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import queries as rounds
from feedback_app.triage.filters import State
from feedback_app.triage.views import bp
from feedback_app.web.identity import current_actor, guarded


@bp.get("/triage/<slug:slug>/once-more")
@guarded(Permission.READ_ANSWERS)
def once_more(slug: str) -> ResponseReturnValue:
    """Links that somebody kept lead to the list as it is filtered now."""
    round_ = rounds.get_round(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.READ_ANSWERS, round_)
    return redirect(url_for(".board", slug=slug, state=State.AGAIN), 303)
