"""The private code in the browser: entered once, kept for half an hour, never in an address."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.comments import codes, queries
from feedback_app.comments.forms import CodeForm
from feedback_app.comments.holders import Holder, is_known
from feedback_app.comments.labels import REASON_LABELS
from feedback_app.comments.left_here import left_by
from feedback_app.comments.offering import offers_on
from feedback_app.comments.services import forget_notice
from feedback_app.core import clock
from feedback_app.core.errors import Invalid, NotFound
from feedback_app.core.i18n import N_
from feedback_app.extensions import db, limiter
from feedback_app.policy import OrganizationKind
from feedback_app.triage.trail import trails_of
from feedback_app.web import limits
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, public
from feedback_app.web.templating import current_language

bp = Blueprint("receipts", __name__)

KEPT_FOR = timedelta(minutes=30)
_NAME = "private_code"


class UnknownCode(Invalid):
    message = N_("We do not know this code. Check each word; all eight are needed.")
    field = "code"


def secret() -> str:
    return cast(str, current_app.config["SECRET_KEY"])


def key() -> bytes:
    return codes.receipt_key(secret())


def current_code() -> str | None:
    """The code that this browser gave within the last half hour."""
    kept = session.get(_NAME)
    if not isinstance(kept, dict) or kept.get("until", 0) < clock.now().timestamp():
        return None
    return cast(str, kept["code"])


def keep_code(code: str) -> None:
    session[_NAME] = {"code": code, "until": int((clock.now() + KEPT_FOR).timestamp())}
    g.code_hash = codes.code_hash(key(), code)


def forget_code() -> None:
    session.pop(_NAME, None)


@bp.before_app_request
def bring_code() -> None:
    """The code of this browser decides what its reader may read; it never reaches a page."""
    code = current_code()
    if code is not None:
        g.code_hash = codes.code_hash(key(), code)


def current_holder() -> Holder:
    """By what this browser holds comments: the account that is signed in, a code, or both."""
    code, actor = current_code(), current_actor()
    return Holder(
        account_id=actor.account_id,
        code_hash=codes.code_hash(key(), code) if code else None,
        leads=actor.runs_for,
        departments=actor.organizations(OrganizationKind.DEPARTMENT),
    )


@bp.route("/receipts", methods=["GET", "POST"])
@public
@limiter.limit(limits.CODES, methods=["POST"])
def enter() -> ResponseReturnValue:
    """A field for the code; a QR code brings it after `#`, which no server sees."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            _check_known(form.code.data or "")
        except UnknownCode as error:
            form.reject(error)
        else:
            keep_code(codes.plain(form.code.data or ""))
            return redirect(url_for(".mine"), 303)
    status = 422 if form.errors or form.form_errors else 200
    page = render_template(
        "receipts/enter.html", form=form, has_code=current_code() is not None
    )
    return page, status


def _check_known(code: str) -> None:
    with db.reading() as unit:
        hashed = codes.code_hash(key(), code)
        if not is_known(unit, hashed):
            raise UnknownCode


@bp.route("/receipts/mine")
@public
def mine() -> ResponseReturnValue:
    """Everything that this code or account has said, and what became of it."""
    holder = current_holder()
    if not holder.is_somebody:
        return redirect(url_for(".enter"), 303)
    comments = queries.own_comments(db.session, holder)
    trails = trails_of(db.session, comments, current_actor())
    return render_template(
        "receipts/mine.html",
        comments=comments,
        agreed=queries.own_endorsements(db.session, holder),
        left=left_by(db.session, holder, locale=current_language()),
        offers=offers_on(db.session, [comment.id for comment in comments]),
        reasons=REASON_LABELS,
        titles=trails.titles,
        trails=trails.of,
        code=current_code(),
        form=EmptyForm(),
    )


@bp.route("/receipts/address", methods=["POST"])
@public
def forget_address() -> ResponseReturnValue:
    """Erase the address to which news about one's comments in a round go."""
    if EmptyForm().validate_on_submit():
        round_id = request.form.get("round", "")
        if not round_id.isalnum():
            raise NotFound
        forget_notice(db.session, holder=current_holder(), round_id=round_id)
        db.session.commit()
        flash(_("The address is erased. We write to it no more."), "success")
    return redirect(url_for(".mine"), 303)


@bp.route("/receipts/forget", methods=["POST"])
@public
def forget() -> ResponseReturnValue:
    """Let this browser forget the code."""
    form, again = EmptyForm(), CodeForm(formdata=None)
    if form.validate_on_submit():
        forget_code()
        flash(_("This browser has forgotten the code."), "success")
        return redirect(url_for(".enter"), 303)
    again.form_errors.extend(form.form_errors)
    return render_template("receipts/enter.html", form=again, has_code=True), 422
