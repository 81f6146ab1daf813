"""Signing in and out, registering, and one's own account."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from feedback_app.accounts import passwords, queries, services
from feedback_app.accounts.forms import (
    AccountForm,
    ChangePasswordForm,
    ForgottenForm,
    NewPasswordForm,
    RegisterForm,
    SignInForm,
)
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.core.marks import DEMO_PASSWORD, is_demo
from feedback_app.extensions import db, limiter
from feedback_app.notifications.telling import quiet_among
from feedback_app.policy import VISITOR, Permission, require
from feedback_app.web import limits
from feedback_app.web.forms import EmptyForm
from feedback_app.web.identity import Visitor, current_actor, current_visitor, guarded, public
from feedback_app.web.templating import current_language

bp = Blueprint("accounts", __name__)


class WrongPair(Invalid):
    message = N_("This address and password do not fit together. Check both and try again.")


class WrongPassword(Invalid):
    message = N_("This is not your password until now.")
    field = "current"


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(limits.SIGN_IN, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Both kinds of failure look, weigh and take the same."""
    form = SignInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        with db.reading() as session:
            account = queries.find_by_email(session, form.email.data or "")
            if form.password.data == DEMO_PASSWORD and not is_demo(session):
                account = None
        fits = passwords.matches(
            account.password_hash if account else None, form.password.data or ""
        )
        if fits and account is not None and account.closed_at is None:
            token = services.sign_in(db.session, account)
            db.session.commit()
            cookie.clear()
            cookie.permanent = True
            login_user(Visitor(token=token))
            return redirect(own_address(form.next.data) or url_for("rounds.home"), 303)
        form.reject(WrongPair())
    return _page("accounts/sign_in.html", form)


@bp.route("/sign-out", methods=["GET", "POST"])
@public
def sign_out() -> ResponseReturnValue:
    form = EmptyForm()
    if form.validate_on_submit():
        services.sign_out(db.session, current_visitor().token)
        db.session.commit()
        logout_user()
        cookie.clear()
        flash(_("You are signed out."), "success")
        return redirect(url_for("rounds.home"), 303)
    return _page("accounts/sign_out.html", form)


@bp.route("/register", methods=["GET", "POST"])
@public
@limiter.limit(limits.SIGN_IN, methods=["POST"])
def register() -> ResponseReturnValue:
    form = RegisterForm()
    if form.validate_on_submit():
        password_hash = passwords.hash_password(form.password.data or "")
        services.register_by_mail(
            db.session,
            actor=VISITOR,
            email=form.email.data or "",
            name=form.name.data or "",
            password_hash=password_hash,
            locale=current_language(),
        )
        db.session.commit()
        return render_template("accounts/mail_sent.html", address=form.email.data or "")
    return _page("accounts/register.html", form)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    """Opening the link changes nothing: mail scanners open links too."""
    form = EmptyForm()
    if form.validate_on_submit():
        services.confirm_address(db.session, token)
        db.session.commit()
        flash(_("Your address is confirmed. You can sign in now."), "success")
        return redirect(url_for(".sign_in"), 303)
    return _page("accounts/confirm.html", form)


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public
@limiter.limit(limits.SIGN_IN, methods=["POST"])
def forgotten_password() -> ResponseReturnValue:
    form = ForgottenForm()
    if form.validate_on_submit():
        services.ask_for_new_password(db.session, form.email.data or "")
        db.session.commit()
        return render_template("accounts/mail_sent.html", address=form.email.data or "")
    return _page("accounts/forgotten_password.html", form)


@bp.route("/new-password/<token>", methods=["GET", "POST"])
@public
@limiter.limit(limits.SIGN_IN, methods=["POST"])
def new_password(token: str) -> ResponseReturnValue:
    form = NewPasswordForm()
    if form.validate_on_submit():
        password_hash = passwords.hash_password(form.password.data or "")
        services.reset_password(db.session, token, password_hash=password_hash)
        db.session.commit()
        flash(_("Your new password is set. Sign in with it."), "success")
        return redirect(url_for(".sign_in"), 303)
    return _page("accounts/new_password.html", form)


@bp.route("/account", methods=["GET", "POST"])
@guarded(Permission.OWN_ACCOUNT)
def account() -> ResponseReturnValue:
    require(current_actor(), Permission.OWN_ACCOUNT)
    mine = queries.get_account(db.session, current_actor().account_id)
    is_quiet = bool(quiet_among(db.session, [mine.id]))
    form = AccountForm(obj=mine, is_quiet=is_quiet)
    if form.validate_on_submit():
        services.describe(
            db.session,
            mine,
            actor=current_actor(),
            name=form.name.data or "",
            locale=form.locale.data,
            hears_of_answers=form.hears_of_answers.data,
            is_quiet=form.is_quiet.data,
        )
        db.session.commit()
        flash(_("Your account is changed."), "success")
        return redirect(url_for(".account"), 303)
    return _page("accounts/account.html", form, mine=mine)


@bp.route("/account/password", methods=["GET", "POST"])
@guarded(Permission.OWN_ACCOUNT)
@limiter.limit(limits.SIGN_IN, methods=["POST"])
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        token = current_visitor_token()
        with db.reading() as session:
            found = queries.find_by_token(session, token)
        if not passwords.matches(
            found.password_hash if found else None, form.current.data or ""
        ):
            form.reject(WrongPassword())
        else:
            password_hash = passwords.hash_password(form.password.data or "")
            mine = queries.get_account(db.session, current_actor().account_id)
            services.change_password(
                db.session, mine, actor=current_actor(), password_hash=password_hash
            )
            token = services.sign_in(db.session, mine)
            db.session.commit()
            login_user(Visitor(token=token))
            flash(_("Your password is changed. Other devices are signed out."), "success")
            return redirect(url_for(".account"), 303)
    return _page("accounts/change_password.html", form)


def current_visitor_token() -> str:
    """The browser's token straight from its cookie, before any unit of work begins."""
    return str(cookie.get("_user_id", ""))


def _page(template: str, form: object, **values: object) -> ResponseReturnValue:
    status = 422 if getattr(form, "errors", None) else 200
    return render_template(template, form=form, **values), status


def own_address(address: str | None) -> str | None:
    """The address if it leads to one of our own pages, else nothing."""
    parts = urlsplit(address or "")
    if not address or parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return None
    if "\\" in address or address.startswith("//"):
        return None
    try:
        adapter = current_app.create_url_adapter(request)
        assert adapter is not None
        path = parts.path.removeprefix("/es") or "/"
        adapter.match(path if path.startswith("/") else parts.path, method="GET")
    except RequestRedirect:
        pass
    except HTTPException:
        return None
    return address
