"""A member offers an own comment to an organization's response, and takes it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.comments import joint_sending_views, offering, receipts
from feedback_app.comments.joint_forms import OfferForm
from feedback_app.comments.joint_views import bp
from feedback_app.comments.leaving_views import own
from feedback_app.comments.models import Comment
from feedback_app.core import clock
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.i18n import N_
from feedback_app.extensions import db, limiter
from feedback_app.web import limits
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, public

__all__ = ["bp", "joint_sending_views"]
"""All of these pages are of one blueprint."""

TOLD = {
    "back": N_("Taken back. Copies of your words alone are out of the response."),
    "link": N_("Everyone can see now that your comment stands behind the response."),
    "unlink": N_("Nobody else sees the link any more."),
}


@bp.route("/comments/<public_id:comment_id>/offer", methods=["GET", "POST"])
@public
@limiter.limit(limits.JOINING, methods=["POST"])
def offer(comment_id: str) -> ResponseReturnValue:
    """Let one's organization copy an own comment into its response."""
    form = OfferForm()
    comment, holder = own(comment_id)
    mine = offering.collecting_for(db.session, comment.round, current_actor())
    form.response.choices = {each.public_id: each.organization.name for each in mine}
    status = 200
    if form.validate_on_submit():
        try:
            offering.offer(
                db.session,
                comment,
                actor=current_actor(),
                holder=holder,
                key=receipts.key(),
                response_id=form.response.data or None,
                words=form.words.data or "",
                is_linked=form.is_linked.data,
            )
        except Invalid as error:
            form.reject(error)
            status = 422
        except Conflict as error:
            form.form_errors.append(_(error.sentence))
            status = 409
        else:
            db.session.commit()
            flash(_("It is offered. Your own comment stays as it is."), "success")
            return redirect(url_for(".offer", comment_id=comment_id), 303)
        db.only_read()
        comment, holder = own(comment_id)
    return _page(comment, form, 422 if form.errors and status == 200 else status)


@bp.route("/comments/<public_id:comment_id>/offer/<public_id:offer_id>", methods=["POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def change_offer(comment_id: str, offer_id: str) -> ResponseReturnValue:
    """Take it back, or show or hide the link to the response."""
    form = EmptyForm()
    is_valid = form.validate_on_submit()
    comment, holder = own(comment_id)
    again = OfferForm(formdata=None)
    if not is_valid:
        again.form_errors.extend(form.form_errors)
        return _page(comment, again, 422)
    given = offering.get_offer(db.session, comment, offer_id, holder=holder)
    wish = request.form.get("act", "")
    if wish not in TOLD:
        return _page(comment, again, 422)
    try:
        if wish == "back":
            offering.take_back(db.session, given, holder=holder)
        else:
            offering.set_link(db.session, given, holder=holder, is_linked=wish == "link")
    except Conflict as error:
        db.only_read()
        comment, _holder = own(comment_id)
        again.form_errors.append(_(error.sentence))
        return _page(comment, again, 409)
    db.session.commit()
    flash(_(TOLD[wish]), "success")
    return redirect(url_for(".offer", comment_id=comment_id), 303)


def _page(comment: Comment, form: OfferForm, status: int = 200) -> ResponseReturnValue:
    mine = offering.collecting_for(db.session, comment.round, current_actor())
    form.response.choices = {each.public_id: each.organization.name for each in mine}
    if not mine:
        form.words.label.text = N_("The words that your organization gave you")
    page = render_template(
        "responses/offer.html",
        comment=comment,
        form=form,
        mine=mine,
        given=offering.offers_on(db.session, [comment.id]).get(comment.id, []),
        is_open=comment.round.is_open(clock.now()) and not comment.is_gone,
        act=EmptyForm(formdata=None),
        kept_days=offering.OFFERS_KEPT.days,
    )
    return page, status
