"""A round's comments from above."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from feedback_app.comments.labels import KIND_LABELS
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.triage import overview as looked
from feedback_app.triage.lot_views import bp, head_of, open_round
from feedback_app.web.identity import guarded


@bp.get("/triage/<slug:slug>/overview")
@guarded(Permission.READ_ANSWERS)
def overview(slug: str) -> ResponseReturnValue:
    """Where people spoke, when, in which tone, in which words; agreement on request."""
    round_ = open_round(slug)
    heat = looked.heat_of(db.session, round_)
    days = looked.days_of(db.session, round_)
    asks_agreed = request.args.get("agreed") == "yes"
    return render_template(
        "together/overview.html",
        heat=heat,
        most=max((row.all for row in heat), default=0),
        days=days,
        busiest=max((number for _, number in days), default=0),
        agreed=looked.most_agreed(db.session, round_) if asks_agreed else None,
        kinds=KIND_LABELS,
        read=looked.READ,
        **head_of(round_),
    )
