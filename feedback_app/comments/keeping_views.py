"""Keeping a private code and a copy of one's words; the account; leaving this page fast."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.comments import attaching, codes, queries, receipts
from feedback_app.comments.forms import CodeForm
from feedback_app.core.errors import Conflict, NotFound
from feedback_app.core.orm import new_salt
from feedback_app.extensions import db, limiter
from feedback_app.policy import Permission
from feedback_app.rounds.hosting import qr_code
from feedback_app.web import limits
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import current_actor, guarded, public
from feedback_app.web.templating import current_language, public_url

bp = Blueprint("keeping", __name__)

ELSEWHERE = "https://www.weather.gov/"
"""Where somebody goes who must not be seen here: a page that anybody may have open."""


@bp.route("/receipts/keep")
@public
def keep() -> ResponseReturnValue:
    """Ways to keep the code and one's words."""
    return _page()


def _page(status: int = 200, problem: str | None = None) -> ResponseReturnValue:
    if not receipts.current_holder().is_somebody:
        return redirect(url_for("receipts.enter"), 303)
    code, actor = receipts.current_code(), current_actor()
    form = EmptyForm(formdata=None)
    if problem:
        form.form_errors.append(problem)
    page = render_template(
        "keeping/keep.html",
        code=code,
        picture=qr_code(_address(code)) if code else None,
        is_attached=bool(
            code and attaching.is_attached(db.session, codes.code_hash(receipts.key(), code))
        ),
        rounds=attaching.rounds_of(db.session, actor),
        form=form,
    )
    return page, status


def _address(code: str) -> str:
    """Behind `#` no server sees it."""
    return f"{public_url('/receipts', current_language())}#{code}"


@bp.route("/receipts/code.txt")
@public
def code_file() -> ResponseReturnValue:
    """The code as a small file to save."""
    code = receipts.current_code()
    if code is None:
        return redirect(url_for("receipts.enter"), 303)
    words = _("Your private code: %(code)s", code=code)
    where = _("Type it here: %(address)s", address=public_url("/receipts", current_language()))
    return _text(f"{words}\n{where}\n", "code")


@bp.route("/receipts/copy.txt")
@public
def copy() -> ResponseReturnValue:
    """Everything that was written with this code or account, word for word."""
    holder = receipts.current_holder()
    if not holder.is_somebody:
        return redirect(url_for("receipts.enter"), 303)
    return _text(
        render_template(
            "keeping/copy.txt",
            comments=queries.own_comments(db.session, holder),
            base=public_url("", current_language()),
        ),
        "my-comments",
    )


def _text(words: str, name: str) -> Response:
    answer = make_response(words)
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    return answer


@bp.route("/receipts/lost")
@public
def lost() -> ResponseReturnValue:
    """What can still be done without the code."""
    return render_template("keeping/lost.html")


@bp.route("/receipts/attach", methods=["GET", "POST"])
@guarded(Permission.OWN_ACCOUNT)
@limiter.limit(limits.CODES, methods=["POST"])
def attach() -> ResponseReturnValue:
    """Type a code, or use the one that this browser holds: its comments go to the account."""
    form, kept = CodeForm(), receipts.current_code()
    is_kept = kept is not None and "code" not in request.form
    if request.method == "GET" and is_kept:
        return redirect(url_for(".keep", _anchor="account"), 303)
    status, has_token = 200, EmptyForm().validate_on_submit() if is_kept else False
    if has_token or (not is_kept and form.validate_on_submit()):
        code = kept if is_kept and kept else codes.plain(form.code.data or "")
        try:
            attaching.attach(
                db.session,
                actor=current_actor(),
                code_hash=codes.code_hash(receipts.key(), code),
            )
        except NotFound:
            form.reject(receipts.UnknownCode())
        except Conflict as error:
            db.only_read()
            if is_kept:
                return _page(409, _(error.sentence))
            form.form_errors.append(_(error.sentence))
            status = 409
        else:
            db.session.commit()
            flash(_("What you wrote with this code is under your account now."), "success")
            return redirect(url_for("receipts.mine"), 303)
    if is_kept:
        return redirect(url_for(".keep"), 303)
    page = render_template("keeping/attach.html", form=form)
    return page, 422 if form.errors and status == 200 else status


@bp.route("/receipts/detach", methods=["POST"])
@public
@limiter.limit(limits.WRITING, methods=["POST"])
def detach() -> ResponseReturnValue:
    """Take the account off what it wrote in one comment period."""
    if not EmptyForm().validate_on_submit():
        return redirect(url_for(".keep"), 303)
    round_id = request.form.get("round", "")
    if not round_id.isalnum():
        raise NotFound
    code = codes.make_code(receipts.key(), new_salt(), current_language())
    is_new = attaching.detach(
        db.session,
        actor=current_actor(),
        round_id=round_id,
        code_hash=codes.code_hash(receipts.key(), code),
    )
    db.session.commit()
    if is_new:
        receipts.keep_code(code)
        flash(_("Your account is off it. From now on only this code holds it."), "success")
    else:
        flash(_("Your account is off it. Your code still holds it."), "success")
    return redirect(url_for(".keep"), 303)


@bp.route("/leave")
@public
def leave() -> ResponseReturnValue:
    """Go to a page that says nothing; this browser forgets code and sign-in on the way."""
    session.clear()
    answer = redirect(ELSEWHERE, 303)
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer
