"""Pages about the second organization in conduct: naming another one, stepping out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectField
from wtforms.validators import InputRequired

from feedback_app import policy
from feedback_app.comments import conduct_queries as conduct
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.organizations.queries import organizations
from feedback_app.policy import OrganizationKind, Permission
from feedback_app.rounds import queries
from feedback_app.rounds.hosting import mine
from feedback_app.rounds.models import Round
from feedback_app.rounds.seconds import name_second, step_out
from feedback_app.web.forms import BaseForm, EmptyForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language

bp = Blueprint("seconds", __name__)


class SecondForm(BaseForm):
    partner = SelectField(
        N_("Which organization do you ask?"),
        choices={},
        validators=[InputRequired(N_("Choose an organization."))],
    )


@bp.route("/host/rounds/<slug:slug>/second", methods=["GET", "POST"])
@guarded(Permission.PLAN_ROUND)
def name(slug: str) -> ResponseReturnValue:
    """Ask an organization after the page has become public."""
    round_ = mine(slug)
    offered = {
        partner.slug: partner
        for partner in organizations(db.session, kind=OrganizationKind.HOST)
        if partner.id != round_.host_id
    }
    form = SecondForm()
    form.partner.choices = {partner.slug: partner.name for partner in offered.values()}
    if form.validate_on_submit():
        try:
            name_second(
                db.session,
                round_,
                actor=current_actor(),
                partner_id=offered[form.partner.data].id,
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Asked. Its people get a mail and agree on the page with the agreement."))
            return redirect(url_for("hosting.show", slug=slug), 303)
    page = render_template("seconds/name.html", form=form, **_shown(round_))
    return page, 422 if form.errors else 200


@bp.route("/rounds/<slug:slug>/agreement/second/leave", methods=["GET", "POST"])
@guarded(Permission.AGREE_AS_SECOND)
def leave(slug: str) -> ResponseReturnValue:
    """Step out, knowing what becomes of what waits."""
    actor = current_actor()
    round_ = queries.get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.AGREE_AS_SECOND, round_)
    form = EmptyForm()
    if form.validate_on_submit():
        step_out(db.session, round_, actor=actor)
        db.session.commit()
        flash(_("You have stepped out. The host and the board are told."), "success")
        onward = "rounds.agreement" if round_.is_public else "hosting.index"
        return redirect(url_for(onward, slug=slug if round_.is_public else None), 303)
    page = render_template(
        "seconds/leave.html",
        form=form,
        waits=len(conduct.queue(db.session, round_).second),
        **_shown(round_),
    )
    return page, 422 if form.form_errors else 200


def _shown(round_: Round) -> dict[str, object]:
    return {
        "round_": round_,
        "row": queries.get_round_row(
            db.session, round_.slug, viewer=current_actor(), locale=current_language()
        ),
    }
