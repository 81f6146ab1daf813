"""What readers and writers ask of those who see to conduct: look, cover, decide anew."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.comments import appeals, queries, requests
from feedback_app.comments import conduct_queries as looked_up
from feedback_app.comments.conduct import ConductReason
from feedback_app.comments.conduct_forms import AppealForm, CoverForm, ReportForm, lines_of
from feedback_app.comments.conduct_public import LABELS, bp
from feedback_app.comments.details import personal_details
from feedback_app.comments.holders import holds
from feedback_app.comments.models import Comment
from feedback_app.comments.projection import standing
from feedback_app.comments.receipts import current_holder
from feedback_app.comments.rules import NotYours
from feedback_app.core.errors import Invalid
from feedback_app.extensions import db, limiter
from feedback_app.web import limits
from feedback_app.web.identity import current_actor, public


@bp.route("/comments/<public_id:comment_id>/report", methods=["GET", "POST"])
@public
@limiter.limit(limits.REPORTING, methods=["POST"])
def report(comment_id: str) -> ResponseReturnValue:
    """Ask the host to look at a comment; anybody may."""
    form = ReportForm()
    typed = form.validate_on_submit()
    if not form.is_submitted() and request.args.get("reason") in set(ConductReason):
        form.reason.data = ConductReason(request.args["reason"])
    comment = queries.get_comment(db.session, comment_id, viewer=current_actor())
    holder = current_holder()
    if typed:
        try:
            requests.report(
                db.session,
                comment,
                actor=current_actor(),
                holder=holder,
                reason=form.reason.data,
                words=form.words.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Thank you. It will be looked at."), "success")
            return redirect(_page_of(comment), 303)
    page = render_template(
        "conduct/report.html",
        comment=comment,
        card=queries.card_of(db.session, comment, current_actor()),
        form=form,
        is_told=holder.is_somebody,
        is_own=holds(comment, holder),
        back=_page_of(comment),
    )
    return page, 422 if form.errors else 200


@bp.route("/comments/<public_id:comment_id>/details", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def details(comment_id: str) -> ResponseReturnValue:
    """Ask for details in one's own comment to be covered; works at any time."""
    form = CoverForm()
    typed = form.validate_on_submit()
    comment = own_comment(comment_id)
    written = comment.current.original.body
    if typed:
        try:
            requests.ask_to_cover(
                db.session,
                comment,
                actor=current_actor(),
                holder=current_holder(),
                phrases=lines_of(form.phrases),
                words=form.words.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Your wish was received. You see here what became of it."), "success")
            return redirect(url_for(".details", comment_id=comment_id), 303)
    elif not form.is_submitted():
        form.phrases.data = found_in(written)
    page = render_template(
        "conduct/details.html",
        comment=comment,
        written=written,
        form=form,
        wishes=looked_up.own_wishes(db.session, comment),
        back=_page_of(comment),
    )
    return page, 422 if form.errors else 200


def own_comment(comment_id: str) -> Comment:
    """The comment of an address, for whoever holds it alone."""
    comment = queries.get_comment(db.session, comment_id, viewer=current_actor())
    if not holds(comment, current_holder()):
        raise NotYours
    return comment


def found_in(text: str) -> str:
    """What may tell who somebody is, as a first proposal."""
    return "\n".join(dict.fromkeys(text[a:b] for a, b in personal_details(text)))


def _page_of(comment: Comment) -> str:
    shown = comment.parent.public_id if comment.parent is not None else comment.public_id
    return url_for("comments.show", comment_id=shown)


@bp.route("/comments/<public_id:comment_id>/appeal", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def appeal(comment_id: str) -> ResponseReturnValue:
    """Its writer asks the board, once."""
    form = AppealForm()
    typed = form.validate_on_submit()
    comment = own_comment(comment_id)
    found = [m for m in standing(db.session, comment) if m.works and m.needs_second]
    measure = next((m for m in found if m.appealed_at is None), None)
    if typed and measure is not None:
        try:
            appeals.appeal(
                db.session,
                measure,
                actor=current_actor(),
                holder=current_holder(),
                words=form.words.data or "",
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The oversight board has your words. It decides once."), "success")
            return redirect(url_for(".appeal", comment_id=comment_id), 303)
    page = render_template(
        "conduct/appeal.html",
        comment=comment,
        measure=measure,
        before=[m for m in found if m.appealed_at],
        form=form,
        labels=LABELS,
        back=_page_of(comment),
    )
    return page, 422 if form.errors else 200
