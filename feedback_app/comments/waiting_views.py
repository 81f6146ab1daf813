"""Looking at many comments that wait, and showing those that are chosen, after a preview.

It is the last module of the blueprint of conduct, so that the application imports this one.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional

from feedback_app import policy
from feedback_app.comments import conduct_queries as looked_up
from feedback_app.comments import queries
from feedback_app.comments.conduct_public import bp
from feedback_app.comments.conduct_views import read
from feedback_app.comments.waiting import MOST, held_matching, release_several
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.policy import Permission
from feedback_app.rounds import queries as rounds
from feedback_app.web.forms import BaseForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language

MOST_LETTERS = 200
"""Of what is looked for; no database compares with a pattern of any length."""


class WaitingForm(BaseForm):
    """What to look for, and what was chosen among it; `step` is empty before the preview."""

    words = StringField(
        N_("With these words"), validators=[Optional(), Length(max=MOST_LETTERS)]
    )
    section = SelectField(N_("About"), choices={}, validate_choice=False, default="")
    chosen = SelectMultipleField(N_("Chosen"), choices={}, validate_choice=False)
    step = HiddenField()


@bp.route("/host/rounds/<slug:slug>/conduct/waiting", methods=["GET", "POST"])
@guarded(Permission.MODERATE_CONDUCT)
def waiting(slug: str) -> ResponseReturnValue:
    """All that wait, or those with some words or about a section; many can be shown at once."""
    actor = current_actor()
    round_ = rounds.get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.MODERATE_CONDUCT, round_)
    form = WaitingForm() if request.method == "POST" else WaitingForm(request.args)
    sections = queries.titles_of(db.session, round_.revision_id)
    form.section.choices = {"": _("Anything")} | {
        key: f"{number} {title}" for key, (number, title) in sections.items()
    }
    if request.method == "GET":
        form.words.validate(form)
    words = (form.words.data or "")[:MOST_LETTERS]
    wanted = {"words": words, "section_key": form.section.data or ""}
    chosen = form.chosen.data or []
    shows = looks = False
    if form.validate_on_submit():
        shows = form.step.data == "show"
        looks = "all" in request.form or bool(chosen)
        if not looks:
            form.chosen.errors = [_("Choose at least one comment.")]
    if shows and chosen:
        number = release_several(db.session, round_, chosen, actor=actor)
        db.session.commit()
        flash(
            ngettext(
                "%(num)s comment is shown now.", "%(num)s comments are shown now.", number
            ),
            "success",
        )
        if number < len(chosen):
            flash(_("The others were decided about meanwhile."), "warning")
        return redirect(url_for(".waiting", slug=slug), 303)
    among = chosen if looks and "all" not in request.form else None
    found, in_all = held_matching(db.session, round_, among=among, **wanted)
    form.step.data = "show" if looks else ""
    eyes = looked_up.eyes_of(actor, round_)
    page = render_template(
        "conduct/waiting_check.html" if looks else "conduct/waiting.html",
        round_=rounds.get_round_row(db.session, slug, viewer=actor, locale=current_language()),
        form=form,
        found=[(comment, *read(comment, eyes)) for comment in found],
        in_all=in_all,
        most=MOST,
        chosen=chosen,
        sections=sections,
    )
    return page, 422 if form.errors else 200
