"""How a department keeps the days it signed: its public page, and saying why it is late."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import DateField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from feedback_app import policy
from feedback_app.core import clock
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.organizations.queries import get_organization
from feedback_app.policy import VISITOR, OrganizationKind, Permission
from feedback_app.rounds import queries as rounds
from feedback_app.triage.delaying import delays_of, explain_delay
from feedback_app.triage.waiting import AGE_LABELS, NONE_WAITS, clock_of, waiting_in
from feedback_app.web.forms import BaseForm
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language

bp = Blueprint("departments", __name__)


class DelayForm(BaseForm):
    """A later day, with its public reason."""

    later_on = DateField(
        N_("By which day will the answers be public?"),
        validators=[InputRequired(N_("Name the new day."))],
    )
    reason = TextAreaField(
        N_("Why do they come later?"),
        description=N_("Everyone can read the reason."),
        validators=[
            DataRequired(N_("Give the reason. Everyone can read it.")),
            Length(max=1000),
        ],
    )


@bp.get("/departments/<slug:slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Every comment period of a department: what waits, since when, and what was promised."""
    department = get_organization(db.session, slug, kind=OrganizationKind.DEPARTMENT)
    found = rounds.rounds_of(
        db.session,
        viewer=VISITOR,
        locale=current_language(),
        department_ids=frozenset({department.id}),
    )
    waiting = waiting_in(db.session, [row.id for row in found])
    promised = [row for row in found if not row.is_independent]
    at = clock.now()
    return render_template(
        "departments/show.html",
        department=department,
        rounds=[(row, clock_of(row, at), waiting.get(row.id, NONE_WAITS)) for row in found],
        all_waiting=sum((waiting.get(row.id, NONE_WAITS) for row in promised), NONE_WAITS),
        overdue=sum(
            waiting.get(row.id, NONE_WAITS).undecided
            for row in promised
            if clock_of(row, at).days_overdue and row.report_published_at is None
        ),
        age_labels=AGE_LABELS,
        at=at,
    )


@bp.route("/triage/<slug:slug>/delay", methods=["GET", "POST"])
@guarded(Permission.EXPLAIN_DELAY)
def delay(slug: str) -> ResponseReturnValue:
    """Say in public why the answers come later than was signed."""
    actor = current_actor()
    round_ = rounds.get_round(db.session, slug, viewer=actor)
    policy.require(actor, Permission.EXPLAIN_DELAY, round_)
    form = DelayForm()
    if form.validate_on_submit():
        assert form.later_on.data is not None
        try:
            explain_delay(
                db.session,
                round_,
                actor=actor,
                later_on=form.later_on.data,
                reason=form.reason.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Everyone can read the new day and the reason now."), "success")
            return redirect(url_for("answers.report", slug=slug), 303)
    row = rounds.get_round_row(db.session, slug, viewer=actor, locale=current_language())
    page = render_template(
        "departments/delay.html",
        form=form,
        round_=row,
        clock=clock_of(row, clock.now()),
        delays=delays_of(db.session, round_.id),
    )
    return page, 422 if form.errors else 200
