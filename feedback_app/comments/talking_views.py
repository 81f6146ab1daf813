"""Replying to a comment, and agreeing with one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.comments import queries, receipts, services
from feedback_app.comments.forms import ReplyForm, SentOnce
from feedback_app.comments.holders import holds
from feedback_app.comments.models import Comment, Voice
from feedback_app.comments.opened import PageTooOld, new_mark, read_mark
from feedback_app.comments.reading_views import bp
from feedback_app.comments.rules import RepliesStayFlat
from feedback_app.comments.services import Said, Taken
from feedback_app.comments.submissions import FormSentBefore
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.core.html import render_comment
from feedback_app.extensions import db, limiter
from feedback_app.rounds.queries import RoundRow, get_round_row
from feedback_app.web import limits
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import current_language


def _comment(comment_id: str) -> Comment:
    comment = queries.get_comment(db.session, comment_id, viewer=current_actor())
    if comment.parent_id is not None:
        raise RepliesStayFlat
    return comment


def _done(taken: Taken, comment: Comment, words: str) -> ResponseReturnValue:
    db.session.commit()
    if taken.code is not None:
        receipts.keep_code(taken.code)
        flash(_("Keep your private code: nobody can look it up for you."), "success")
        return redirect(url_for("receipts.mine"), 303)
    flash(words, "success")
    return redirect(url_for("comments.show", comment_id=comment.public_id), 303)


@bp.route("/comments/<public_id:comment_id>/reply", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def reply(comment_id: str) -> ResponseReturnValue:
    """Answer a comment; who speaks for an organization is marked so."""
    form = ReplyForm()
    typed = form.validate_on_submit()
    html = render_comment(form.body.data or "").html if typed else None
    comment = _comment(comment_id)
    status = 422 if form.errors else 200
    if html is not None:
        try:
            mark = form.submission_id.data
            sent = read_mark(
                receipts.secret(),
                mark,
                "reply",
                comment_id,
                form.body.data,
                form.language.data,
            )
            taken = services.reply(
                db.session,
                comment,
                actor=current_actor(),
                sent=sent,
                said=Said(form.body.data or "", html, None, form.language.data),
                key=receipts.key(),
                holder=receipts.current_holder(),
                locale=current_language(),
            )
        except (Conflict, Invalid) as error:
            status = _refuse(form, error)
            comment = _comment(comment_id)
        else:
            return _done(taken, comment, _("Your reply is there."))
    elif request.method == "GET":
        form.submission_id.data = new_mark(receipts.secret())
        form.language.data = current_language()
    voice, _organization = services.voice_under(comment, current_actor())
    page = render_template(
        "comments/reply.html",
        comment=comment,
        card=queries.card_of(db.session, comment, current_actor()),
        round_=_row(comment),
        form=form,
        is_resident=voice is Voice.RESIDENT,
        voice=voice,
    )
    return page, status


@bp.route("/comments/<public_id:comment_id>/agree", methods=["GET", "POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def agree(comment_id: str) -> ResponseReturnValue:
    """ "I agree", once for each person in a round, or take it back."""
    form = SentOnce()
    was_sent = form.validate_on_submit()
    comment = _comment(comment_id)
    holder = receipts.current_holder()
    status = 422 if form.form_errors else 200
    if was_sent and request.form.get("step") == "back":
        services.unendorse(db.session, comment, actor=current_actor(), holder=holder)
        db.session.commit()
        flash(_("You no longer agree with this comment."), "success")
        return redirect(url_for("comments.show", comment_id=comment_id), 303)
    if was_sent:
        try:
            sent = read_mark(receipts.secret(), form.submission_id.data, "agree", comment_id)
            taken = services.endorse(
                db.session,
                comment,
                actor=current_actor(),
                sent=sent,
                key=receipts.key(),
                holder=holder,
                locale=current_language(),
            )
        except Conflict as error:
            status = _refuse(form, error)
            comment = _comment(comment_id)
        else:
            return _done(taken, comment, _("You agree with this comment."))
    elif request.method == "GET":
        form.submission_id.data = new_mark(receipts.secret())
    page = render_template(
        "comments/agree.html",
        comment=comment,
        card=queries.card_of(db.session, comment, current_actor()),
        round_=_row(comment),
        form=form,
        agrees=queries.find_endorsement(db.session, comment, holder) is not None,
        is_own=holds(comment, holder),
        has_part=holder.is_somebody,
    )
    return page, status


def _refuse(form: ReplyForm | SentOnce, error: Conflict | Invalid) -> int:
    """Let go of what was begun, keep what was typed, say why."""
    db.let_go()
    if isinstance(error, FormSentBefore | PageTooOld):
        form.submission_id.data = new_mark(receipts.secret())
    if isinstance(error, Invalid):
        form.reject(error)
        return 422
    form.form_errors.append(_(error.sentence))
    return 409


def _row(comment: Comment) -> RoundRow:
    return get_round_row(
        db.session, comment.round.slug, viewer=current_actor(), locale=current_language()
    )
