"""The outreach kit: what a host hangs up, hands out, reads out and posts, in each language."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_app.curricula import queries as curricula
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds.hosting import mine, qr_code
from feedback_app.rounds.queries import get_round_row, questions_of
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("kit", __name__)
PAGES = ("hosting.poster", "kit.handout", "kit.notice", "kit.sheets")


@bp.route("/host/rounds/<slug:slug>/kit")
@guarded(Permission.PLAN_ROUND)
def index(slug: str) -> ResponseReturnValue:
    """Everything there is to pass on, in each of the round's languages."""
    round_ = mine(slug)
    root = request.environ.get("feedback.root", "")
    kits = {
        language: {page: _in(language, root, url_for(page, slug=slug)) for page in PAGES}
        for language in round_.languages
    }
    return render_template("kit/index.html", round_=round_, kits=kits)


def _in(language: str, root: str, path: str) -> str:
    bare = path.removeprefix(request.script_root)
    return f"{root}{'' if language == 'en' else f'/{language}'}{bare}"


@bp.route("/host/rounds/<slug:slug>/kit/handout")
@guarded(Permission.PLAN_ROUND)
def handout(slug: str) -> ResponseReturnValue:
    """One page to take home: why, the questions, how to take part, whom to call."""
    return render_template("kit/handout.html", **_values(slug))


@bp.route("/host/rounds/<slug:slug>/kit/notice")
@guarded(Permission.PLAN_ROUND)
def notice(slug: str) -> ResponseReturnValue:
    """The public notice, and short texts for posts, to copy."""
    return render_template("kit/notice.html", **_values(slug))


@bp.route("/host/rounds/<slug:slug>/kit/sheets")
@guarded(Permission.PLAN_ROUND)
def sheets(slug: str) -> ResponseReturnValue:
    """Comment sheets with the numbers of the sections, to fill in by hand."""
    return render_template("kit/sheets.html", **_values(slug))


def _values(slug: str) -> dict[str, Any]:
    locale = current_language()
    round_ = mine(slug)
    row = get_round_row(db.session, slug, viewer=current_actor(), locale=locale)
    page = "/join" if row.participation.value == "invited" else ""
    address = public_url(f"/rounds/{slug}{page}", locale)
    return {
        "round_": round_,
        "language": locale,
        "row": row,
        "address": address,
        "code": qr_code(address),
        "questions": questions_of(db.session, round_.id, locale=locale),
        "sections": curricula.outline(db.session, round_.revision_id, words=False),
    }
