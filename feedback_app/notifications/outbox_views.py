"""How the site's mail fares, for whoever keeps it running: numbers, never addresses."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from feedback_app.extensions import db
from feedback_app.notifications.queries import kinds_in_outbox, state_of_outbox
from feedback_app.notifications.services import try_again
from feedback_app.policy import Permission, require
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded

bp = Blueprint("outbox", __name__)


@bp.route("/mail", methods=["GET", "POST"])
@guarded(Permission.TEND_MAIL)
def show() -> ResponseReturnValue:
    """What waits, what is tried again, what was given up; and the button that tries at once."""
    actor = require(current_actor(), Permission.TEND_MAIL)
    form = EmptyForm()
    if form.validate_on_submit():
        number = try_again(db.session, actor=actor)
        db.session.commit()
        flash(
            ngettext(
                "%(num)s mail is tried again now.", "%(num)s mails are tried again now.", number
            ),
            "success",
        )
        return redirect(url_for(".show"), 303)
    page = render_template(
        "outbox/show.html",
        state=state_of_outbox(db.session),
        kinds=kinds_in_outbox(db.session),
        form=form,
    )
    return page, 422 if form.form_errors else 200
