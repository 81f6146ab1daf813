"""From a broken rule to a status and a page that gives back what was typed."""

from __future__ import annotations

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from feedback_app.core.errors import (
    Busy,
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    TooMany,
)
from feedback_app.core.i18n import N_
from feedback_app.extensions import db
from feedback_app.web.identity import current_visitor

STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
    Busy: 503,
}
TITLES = {
    400: N_("This request could not be read"),
    401: N_("Please sign in first"),
    403: N_("Your role does not allow this"),
    404: N_("There is nothing at this address"),
    405: N_("This page does not take that"),
    409: N_("This is not possible now"),
    413: N_("This is too large to send"),
    422: N_("Something is missing or does not fit"),
    429: N_("A short pause, please"),
    500: N_("Something broke on our side"),
    503: N_("This is taking too long"),
}
SENTENCES = {
    400: N_("Go back and try again. If you followed a link, it may be broken."),
    401: N_("Nothing was sent. What you typed is below; sign in, then send it again."),
    403: N_("A manager of your organization can give you the role, or use another account."),
    404: N_("The address may be mistyped, or you may need to sign in to see this page."),
    405: N_("Go back and try again."),
    413: N_("A file may be up to 20 MB, and a text up to 10,000 characters."),
    429: N_("Too many tries in a short time. Wait a few minutes, then try again."),
    500: N_("It has been noted. Nothing was changed. Please try again in a few minutes."),
}
SOON = "30"
"""Seconds after which a site that could not save in time may be asked again."""
PLAIN = {NotFound.message, NotAllowed.message}
"""Rules that say no more than the title of their page; what to do next is said instead."""
SECRET_FIELDS = {"csrf_token", "password", "new_password", "code", "submission_id", "token"}


def init_app(app: Flask) -> None:
    @app.errorhandler(DomainError)
    def broken_rule(error: DomainError) -> ResponseReturnValue:
        status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)
        if error.sentence in PLAIN:
            return page(status)
        headers = {"Retry-After": SOON} if status == 503 else None
        return page(status, gettext(error.sentence, **error.values), headers)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        return page(error.code, headers=_kept(error))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> ResponseReturnValue:
        app.logger.exception("an unexpected error at %s", request.endpoint)
        return page(500)


def _kept(error: HTTPException) -> dict[str, str]:
    return {
        name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}
    }


def signed_out() -> ResponseReturnValue:
    return page(401)


def page(
    status: int, sentence: str | None = None, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    """An error page with a read-only copy of the text that was sent."""
    db.only_read()
    try:
        current_visitor()
    except Exception:  # the database itself may be what broke
        return gettext(SENTENCES[500]), 500
    title = TITLES.get(status, TITLES[400 if status < 500 else 500])
    if sentence is None:
        sentence = gettext(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]))
    return (
        render_template(
            "error.html",
            title=gettext(title),
            sentence=sentence,
            typed=typed_text(),
            status=status,
            again=_same_page() if status == 409 and request.method == "POST" else None,
        ),
        status,
        headers or {},
    )


def _same_page() -> str | None:
    """Where the newer state can be read, if what was sent to is also a page."""
    rule = request.url_rule
    if rule is None or rule.methods is None or "GET" not in rule.methods:
        return None
    return f"{request.script_root}{request.path}"


def typed_text() -> list[tuple[str, str]]:
    """The text fields of the request as sent; nothing secret, nothing hidden."""
    if request.method in {"GET", "HEAD"}:
        return []
    try:
        sent = request.form.items(multi=True)
    except HTTPException:  # too large to be read at all
        return []
    return [
        (name, value) for name, value in sent if name not in SECRET_FIELDS and len(value) > 1
    ][:50]
