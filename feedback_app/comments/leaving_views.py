"""One's own comment: describe it, change its words, take the name off, withdraw it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.comments import queries, receipts, services
from feedback_app.comments.changing import wording_mark
from feedback_app.comments.conduct import TEXT_KEPT
from feedback_app.comments.forms import DescribeForm, EditForm, NoticeForm
from feedback_app.comments.holders import Holder, holds
from feedback_app.comments.models import Comment, Voice
from feedback_app.comments.reading_views import bp
from feedback_app.comments.rules import (
    ChangedMeanwhile,
    CommentErased,
    CommentWithdrawn,
    NotYours,
    SentAsOne,
)
from feedback_app.comments.writing_views import sent_page
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.html import render_comment
from feedback_app.extensions import db, limiter
from feedback_app.web import limits
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import current_language


def own(comment_id: str) -> tuple[Comment, Holder]:
    """A comment for whoever holds it; for anybody else there is nothing at this address."""
    comment = queries.get_comment(db.session, comment_id, viewer=current_actor())
    holder = receipts.current_holder()
    if not holds(comment, holder):
        raise NotYours
    return comment, holder


def own_words(comment_id: str) -> tuple[Comment, Holder]:
    """The same to change something about it; what an organization sent stays as it is."""
    comment, holder = own(comment_id)
    if comment.voice is Voice.ORGANIZATION and not comment.is_reply:
        raise SentAsOne
    return comment, holder


@bp.route("/comments/<public_id:comment_id>/describe", methods=["POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def describe(comment_id: str) -> ResponseReturnValue:
    """Kind, name and language, after sending."""
    form = DescribeForm()
    if form.validate_on_submit():
        comment, holder = own_words(comment_id)
        try:
            services.describe_comment(
                db.session,
                comment,
                actor=current_actor(),
                holder=holder,
                kind=form.kind.data,
                display_name=form.display_name.data,
                language=form.language.data,
            )
        except Invalid as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Saved. This is how your comment stands now."), "success")
            return redirect(url_for("comments.show", comment_id=comment_id), 303)
    own(comment_id)
    return sent_page(comment_id, describe=form, status=422)


@bp.route("/comments/<public_id:comment_id>/notice", methods=["POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def notice(comment_id: str) -> ResponseReturnValue:
    """Leave an address for the day of the answer."""
    form = NoticeForm()
    if form.validate_on_submit():
        comment, holder = own(comment_id)
        services.ask_for_notice(
            db.session,
            comment,
            actor=current_actor(),
            holder=holder,
            address=form.notice_address.data or "",
            is_quiet=form.is_quiet.data,
            code=receipts.current_code(),
            locale=current_language(),
        )
        db.session.commit()
        flash(_("We will write to you when there is an answer."), "success")
        return redirect(url_for("comments.sent", comment_id=comment_id), 303)
    own(comment_id)
    return sent_page(comment_id, notice=form, status=422)


@bp.route("/comments/<public_id:comment_id>/edit", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def edit(comment_id: str) -> ResponseReturnValue:
    """Change the words, until the comment period closes."""
    form = EditForm()
    typed = form.validate_on_submit()
    html = render_comment(form.body.data or "").html if typed else None
    comment, holder = own_words(comment_id)
    if comment.is_gone:
        raise CommentErased if comment.erased_at else CommentWithdrawn
    status, theirs = 422 if form.errors else 200, None
    if html is not None:
        try:
            services.edit_comment(
                db.session,
                comment,
                actor=current_actor(),
                holder=holder,
                version=form.version.data or "",
                body=form.body.data or "",
                html=html,
                suggested_wording=(form.suggested_wording.data or "").strip() or None,
            )
        except Invalid as error:
            form.reject(error)
            status = 422
        except Conflict as error:
            form.form_errors.append(_(error.sentence))
            status = 409
            if isinstance(error, ChangedMeanwhile):
                theirs = comment.current.original
                form.version.data = wording_mark(comment)
        else:
            db.session.commit()
            flash(_("Your comment has its new words."), "success")
            return redirect(url_for("comments.show", comment_id=comment_id), 303)
    elif not form.is_submitted():
        form.body.data = comment.current.original.body
        form.suggested_wording.data = comment.current.original.suggested_wording
        form.version.data = wording_mark(comment)
    page = render_template("comments/edit.html", comment=comment, form=form, theirs=theirs)
    return page, status


@bp.route("/comments/<public_id:comment_id>/name", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def name(comment_id: str) -> ResponseReturnValue:
    """Take the name off; works at any time."""
    form = EmptyForm()
    sent = form.validate_on_submit()
    comment, holder = own_words(comment_id)
    if sent:
        services.take_name_off(db.session, comment, actor=current_actor(), holder=holder)
        db.session.commit()
        flash(_("Your name is off this comment."), "success")
        return redirect(url_for("comments.show", comment_id=comment_id), 303)
    page = render_template("comments/name.html", comment=comment, form=form)
    return page, 422 if form.form_errors else 200


@bp.route("/comments/<public_id:comment_id>/withdraw", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def withdraw(comment_id: str) -> ResponseReturnValue:
    """Take the comment back; works at any time."""
    form = EmptyForm()
    sent = form.validate_on_submit()
    comment, holder = own(comment_id)
    if sent:
        services.withdraw(db.session, comment, actor=current_actor(), holder=holder)
        db.session.commit()
        flash(_("Your comment is withdrawn."), "success")
        shown = comment.parent.public_id if comment.parent is not None else comment_id
        return redirect(url_for("comments.show", comment_id=shown), 303)
    page = render_template(
        "comments/withdraw.html", comment=comment, form=form, kept_days=TEXT_KEPT.days
    )
    return page, 422 if form.form_errors else 200
