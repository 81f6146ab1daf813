"""The host's page of numbers, and a closing report drafted from them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from feedback_app.comments.choosing_views import answers_to
from feedback_app.comments.labels import CHANNEL_LABELS, LANGUAGE_LABELS
from feedback_app.comments.models import Channel
from feedback_app.comments.numbers import numbers_of
from feedback_app.curricula import queries as curricula
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.heard import heard_in
from feedback_app.rounds.hosting import mine
from feedback_app.rounds.queries import get_round_row
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("numbers", __name__)


@bp.route("/host/rounds/<slug:slug>/numbers")
@guarded(Permission.PLAN_ROUND)
def index(slug: str) -> ResponseReturnValue:
    """How the round goes: days, sections, questions, channels, languages, what waits."""
    return render_template("numbers/index.html", **_values(slug))


@bp.route("/host/rounds/<slug:slug>/closing-report")
@guarded(Permission.PLAN_ROUND)
def report(slug: str) -> ResponseReturnValue:
    """A draft to print or copy: what was asked, how much came, and what nobody spoke of."""
    values, locale = _values(slug), current_language()
    return render_template(
        "numbers/report.html",
        **values,
        heard=heard_in(db.session, values["round_"], locale=locale),
        public_heard=public_url(f"/rounds/{slug}/heard", locale),
    )


def _values(slug: str) -> dict[str, Any]:
    session, viewer, locale = db.session, current_actor(), current_language()
    round_ = mine(slug)
    numbers = numbers_of(session, round_, viewer)
    return {
        "round_": round_,
        "row": get_round_row(session, slug, viewer=viewer, locale=locale),
        "numbers": numbers,
        "sections": curricula.outline(session, round_.revision_id, words=False),
        "asked": [
            (
                one,
                one.question.text(locale).prompt,
                answers_to(one.question.kind, one.question.text(locale).options),
            )
            for one in numbers.asked
        ],
        "channels": {
            CHANNEL_LABELS.get(Channel(name), name): n
            for name, n in numbers.channels.shown.items()
        },
        "languages": {
            LANGUAGE_LABELS.get(name, name): n for name, n in numbers.languages.shown.items()
        },
        "extensions": numbers.extensions,
    }
