"""Joining an invited round: one screen with one field; opening it uses nothing up."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.comments import receipts
from feedback_app.comments.forms import CommentForm, JoinForm
from feedback_app.comments.holders import find_part
from feedback_app.comments.joining import join as join_round
from feedback_app.comments.opened import new_mark, read_mark
from feedback_app.comments.rules import SpeaksForOthers
from feedback_app.core.errors import Conflict, Invalid
from feedback_app.extensions import db, limiter
from feedback_app.policy import Permission, allows
from feedback_app.rounds.models import WhoMayComment
from feedback_app.rounds.queries import RoundRow, get_round, get_round_row
from feedback_app.rounds.terms import Terms, get_terms
from feedback_app.web import limits
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import current_language

bp = Blueprint("joining", __name__)


@bp.route("/rounds/<slug:slug>/join", methods=["GET", "POST"])
@public
@limiter.limit(limits.JOINING, methods=["POST"])
def join(slug: str) -> ResponseReturnValue:
    """A field for the words; a QR code brings them after `#`, which no server sees."""
    form = JoinForm()
    if form.validate_on_submit() and admit(form, slug):
        return redirect(url_for(".joined", slug=slug), 303)
    round_ = _round(slug)
    if not needs_invitation(round_) and not form.errors and not form.form_errors:
        invited = round_.participation is WhoMayComment.INVITED
        return redirect(url_for(".joined" if invited else "rounds.show", slug=slug), 303)
    if not allows(current_actor(), Permission.COMMENT, round_):
        raise SpeaksForOthers
    if not form.submission_id.data:
        form.submission_id.data = new_mark(receipts.secret())
    page = render_template("joining/join.html", form=form, round_=round_)
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/rounds/<slug:slug>/joined")
@public
def joined(slug: str) -> ResponseReturnValue:
    """What one may do now, and the private code by which one comes back."""
    round_ = _round(slug)
    if needs_invitation(round_):
        return redirect(url_for(".join", slug=slug), 303)
    if round_.participation is not WhoMayComment.INVITED:
        return redirect(url_for("rounds.show", slug=slug), 303)
    code = None if current_actor().is_signed_in else receipts.current_code()
    return render_template("joining/joined.html", round_=round_, code=code)


def needs_invitation(round_: RoundRow | Terms) -> bool:
    """Whether whoever is here has no part yet in a round to which people are invited."""
    if round_.participation is not WhoMayComment.INVITED:
        return False
    with db.reading() as unit:
        return find_part(unit, round_.id, receipts.current_holder()) is None


def admit(form: CommentForm | JoinForm, slug: str) -> Terms | None:
    """Let somebody in by the words in a form, so that one sending joins and says something.

    Gives the round's terms to whoever is in; none where the form says why not.
    """
    terms = get_terms(db.rows, slug, viewer=current_actor())
    if not needs_invitation(terms):
        return terms
    words = (form.words.data or "").strip()
    if not words:
        form.words.errors = [_("Type the words of your invitation.")]
        return None
    try:
        joined = join_round(
            db.session,
            get_round(db.session, slug, viewer=current_actor()),
            actor=current_actor(),
            words=words,
            sent=read_mark(receipts.secret(), form.submission_id.data, slug),
            key=receipts.key(),
            holder=receipts.current_holder(),
            locale=current_language(),
        )
    except (Conflict, Invalid) as error:
        db.let_go()
        if isinstance(error, Invalid):
            form.reject(error)
        else:
            form.form_errors.append(_(error.sentence))
        return None
    db.session.commit()
    if joined.code is not None:
        receipts.keep_code(joined.code)
    return terms


def _round(slug: str) -> RoundRow:
    with db.reading() as unit:
        return get_round_row(unit, slug, viewer=current_actor(), locale=current_language())
