"""The pages of second signatures: what waits for one; signing it, or sending it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length

from feedback_app import policy
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.organizations.queries import get_organization
from feedback_app.policy import OrganizationKind, Permission
from feedback_app.rounds import queries as rounds
from feedback_app.rounds.models import Round
from feedback_app.triage import queries, services
from feedback_app.triage.checklist import SHOWN, lines_of
from feedback_app.triage.signatures import wrote_the_text
from feedback_app.triage.signing import (
    answers_to_read,
    answers_to_sign,
    ask_for_two,
    confirm_letter,
    same_letter,
    signed_by_one,
)
from feedback_app.triage.views import about_one, bp
from feedback_app.triage.work_forms import RECORDS
from feedback_app.web.forms import BaseForm
from feedback_app.web.identity import current_actor, guarded
from feedback_app.web.templating import current_language


class SigningForm(BaseForm):
    words = TextAreaField(
        N_("If you send it back: what should change?"),
        description=RECORDS,
        validators=[Length(max=4000, message=N_("Keep it under 4,000 characters."))],
    )


class TwoForm(BaseForm):
    asks_for_two = BooleanField(
        N_("Two moderators sign every answer"),
        description=N_(
            "One writes it, another reads and signs it; before that it cannot be published. "
            "This holds for every answer that is not public yet."
        ),
    )


@bp.route("/organizations/<slug:slug>/signing", methods=["GET", "POST"])
@guarded(Permission.MANAGE_MEMBERS)
def two(slug: str) -> ResponseReturnValue:
    """Whether a department asks for a second moderator on every answer."""
    department = get_organization(db.session, slug, kind=OrganizationKind.DEPARTMENT)
    policy.require(current_actor(), Permission.MANAGE_MEMBERS, department)
    form = TwoForm(asks_for_two=department.asks_for_two)
    if form.validate_on_submit():
        try:
            waiting = ask_for_two(
                db.session, department, actor=current_actor(), asks=form.asks_for_two.data
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            said = ngettext(
                "Saved. %(num)s answer now waits for a second signature.",
                "Saved. %(num)s answers now wait for a second signature.",
                waiting,
            )
            flash(said if waiting else _("Saved."), "success")
            return redirect(url_for("organizations.members", slug=slug), 303)
    page = render_template(
        "triage/two.html",
        organization=department,
        form=form,
        signed_by_one=signed_by_one(db.session, department),
    )
    return page, 422 if form.errors else 200


@bp.get("/triage/<slug:slug>/signatures")
@guarded(Permission.SIGN_SECOND)
def signatures(slug: str) -> ResponseReturnValue:
    """The answers of a comment period that wait for this person's signature."""
    round_ = rounds.get_round(db.session, slug, viewer=current_actor())
    policy.require(current_actor(), Permission.SIGN_SECOND, round_)
    waiting = answers_to_read(db.session, round_, current_actor(), limit=SHOWN + 1)
    row = rounds.get_round_row(
        db.session, slug, viewer=current_actor(), locale=current_language()
    )
    return render_template(
        "triage/signatures.html",
        round_=row,
        lines=lines_of(db.session, list(waiting)[:SHOWN]),
        alike=list(waiting.values()),
        has_more=len(waiting) > SHOWN,
        is_board=policy.allows(current_actor(), Permission.READ_ANSWERS, round_),
    )


@bp.route("/triage/dispositions/<public_id:disposition_id>/sign", methods=["GET", "POST"])
@guarded(Permission.SIGN_SECOND)
def sign(disposition_id: str) -> ResponseReturnValue:
    """The second signature that rule 8 or the department asks for, or sending it back."""
    disposition = queries.get_disposition(db.session, disposition_id)
    services.signer(db.session, disposition, current_actor())
    comment = disposition.point.comment
    may_return = policy.allows(current_actor(), Permission.TRIAGE, comment)
    form = SigningForm()
    if form.validate_on_submit():
        try:
            if request.form.get("back") and may_return:
                services.send_back(
                    db.session,
                    disposition,
                    actor=current_actor(),
                    words=form.words.data or "",
                )
                said = _("You have sent this answer back. Whoever wrote it has it now.")
            elif request.form.get("letter"):
                number = confirm_letter(db.session, disposition, actor=current_actor())
                said = ngettext(
                    "You have signed %(num)s answer.",
                    "You have signed %(num)s answers.",
                    number,
                )
            else:
                services.confirm_disposition(db.session, disposition, actor=current_actor())
                said = _("You have signed this answer.")
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(said, "success")
            return redirect(_next(comment.round, disposition.id), 303)
    page = render_template(
        "triage/sign.html",
        form=form,
        may_return=may_return,
        is_board=policy.allows(current_actor(), Permission.READ_ANSWERS, disposition.point),
        alike=len(same_letter(db.session, disposition, current_actor())),
        is_own_text=wrote_the_text(db.session, comment, disposition.decided_by_id),
        **about_one(disposition),
    )
    return page, 422 if form.errors else 200


def _next(round_: Round, after: int) -> str:
    """The next one to read, then those skipped before, then the list, empty by now."""
    for start in (after, 0):
        for answer in answers_to_sign(
            db.session, round_, current_actor(), limit=1, after=start
        ):
            return url_for(".sign", disposition_id=answer.public_id)
    return url_for(".signatures", slug=round_.slug)
