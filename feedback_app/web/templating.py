"""Languages in the address, dates in their zones, and what every template may use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import force_locale, gettext, ngettext
from jinja2 import StrictUndefined

from feedback_app.config import LOCALES
from feedback_app.core import clock
from feedback_app.extensions import babel
from feedback_app.web import stylesheets, translating
from feedback_app.web.identity import current_visitor

SAID_ZONES = {
    "hora central": "hora del Centro",
    "hora oriental": "hora del Este",
    "hora de las Montañas Rocosas": "hora de la Montaña",
}

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class LanguageInAddress:
    """Moves `/es` from the path into the script root, so that every link keeps the language."""

    def __init__(self, app: WSGI) -> None:
        self.app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        language = "en"
        for locale in LOCALES[1:]:
            if path == f"/{locale}" or path.startswith(f"/{locale}/"):
                language = locale
                environ["feedback.root"] = environ.get("SCRIPT_NAME", "")
                environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{locale}"
                environ["PATH_INFO"] = path[len(locale) + 1 :] or "/"
        environ["feedback.language"] = language
        return self.app(environ, start_response)


def init_app(app: Flask) -> None:
    app.wsgi_app = LanguageInAddress(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = _escapes
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    babel.init_app(app, locale_selector=current_language)
    translating.init_app(app, current_language)
    app.jinja_env.filters |= {
        "day": day,
        "long_day": long_day,
        "zoned_day": zoned_day,
        "moment": moment,
        "hour": hour,
        "number": number,
        "days_from_now": days_from_now,
    }
    app.jinja_env.globals |= {"asset_url": asset_url, "now": clock.now}

    @app.context_processor
    def around() -> dict[str, Any]:
        return everywhere(current_visitor()) if has_request_context() else {}  # none in a mail


def everywhere(viewer: object) -> dict[str, Any]:
    """What the frame of every page shows."""
    config = current_app.config
    return {
        "locale": current_language(),
        "other_locale_url": other_language_url(),
        "site_name": config["SITE_NAME"],
        "site_runner": config["SITE_RUNNER"],
        "viewer": viewer,
        "has_session": config["SESSION_COOKIE_NAME"] in request.cookies,
        "is_demo": config.get("IS_DEMO", False),
    }


def current_language() -> str:
    try:
        return str(request.environ.get("feedback.language", "en"))
    except RuntimeError:  # no request: a mail or a command
        return str(g.get("language", "en"))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it templates, dates and messages of this request are in another language.

    Flask-Babel's own switch reaches only what asks Flask-Babel, which our templates do not.
    """
    before = request.environ.get("feedback.language", "en")
    request.environ["feedback.language"] = language
    try:
        with force_locale(language):
            yield
    finally:
        request.environ["feedback.language"] = before


def other_language_url() -> str:
    """This page in the other language; a page that answers a form leads to its plain form."""
    root = request.environ.get("feedback.root", request.environ.get("SCRIPT_NAME", ""))
    path = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else request.path
    prefix = "" if current_language() != "en" else "/es"
    return f"{root}{prefix}{path}" if prefix == "" or path != "/" else f"{root}{prefix}/"


def public_url(path: str, language: str = "en") -> str:
    """An absolute address for mails and files, from the configured base alone."""
    prefix = "" if language == "en" else f"/{language}"
    return f"{current_app.config['BASE_URL']}{prefix}{path}"


def asset_url(name: str) -> str:
    """A static file's address with its content's hash, the same in every language."""
    environ = request.environ
    root = environ.get("feedback.root", environ.get("SCRIPT_NAME", ""))
    return f"{root}/static/{name}?v={_digest(str(current_app.static_folder), name)}"


@cache
def _digest(folder: str, name: str) -> str:
    return stylesheets.digest(stylesheets.read(folder, name))


@lru_cache(maxsize=2048)
def _zone_label(zone: str, locale: str) -> str:
    """ "Central", "hora del Centro": the zone as people say it."""
    if zone == "UTC":
        return zone
    name = get_timezone_name(
        ZoneInfo(zone), width="long", zone_variant="generic", locale=locale
    )
    return SAID_ZONES.get(name, name) if locale == "es_US" else name.removesuffix(" Time")


def _formats(language: str | None = None) -> str:
    """Both languages are spoken in one country, where numbers and hours look alike."""
    return "es_US" if (language or current_language()).startswith("es") else "en_US"


def moment(at: datetime, zone: str = "UTC", language: str | None = None) -> str:
    """ "Fri, Dec 11, 2026, 5:00 PM Central" in the given zone, with the zone's name."""
    return _moment(at, zone, _formats(language))


@lru_cache(maxsize=2048)
def _moment(at: datetime, zone: str, locale: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    time = format_time(local, "short", locale=locale).replace("\u202f", "\u00a0")
    if locale == "es_US":
        day_words = format_date(local, "EEEE d 'de' MMMM 'de' y", locale=locale)
        time = time.replace(".m.", ".\u00a0m.") + ","
    else:
        day_words = format_date(local, "EEE, MMM d, y", locale=locale)
    return f"{day_words}, {time} {_zone_label(zone, locale)}"


def hour(at: datetime, zone: str = "UTC") -> str:
    """ "9:41 AM Central": for what happened today, beside the desk."""
    locale = _formats()
    time = format_time(at.astimezone(ZoneInfo(zone)), "short", locale=locale)
    return f"{time.replace(chr(0x202F), chr(0xA0))} {_zone_label(zone, locale)}"


def day(value: date | datetime, zone: str = "UTC") -> str:
    """ "Nov 12", with the year when it is not this one."""
    local = _local_day(value, zone)
    this_year = clock.now().astimezone(ZoneInfo(zone)).year == local.year
    return _day(local, this_year, current_language())


@lru_cache(maxsize=2048)
def _day(local: date, this_year: bool, language: str) -> str:
    spanish = language.startswith("es")
    pattern = ("d 'de' MMM" if spanish else "MMM d") + (
        "" if this_year else (" 'de' y" if spanish else ", y")
    )
    return format_date(local, pattern, locale=language)


def long_day(value: date | datetime, zone: str = "UTC") -> str:
    """ "December 11, 2026" or "11 de diciembre de 2026"."""
    return _long_day(_local_day(value, zone), current_language())


@lru_cache(maxsize=2048)
def _long_day(local: date, language: str) -> str:
    return format_date(local, "long", locale=language)


def zoned_day(value: datetime, zone: str) -> str:
    """ "Nov 12, Central": for a list whose lines stand in several zones."""
    return f"{day(value, zone)}, {_zone_label(zone, _formats())}"


def _local_day(value: date | datetime, zone: str) -> date:
    return value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value


def days_from_now(value: date | datetime) -> str:
    """ "18 days left", "today", "3 days ago"."""
    today = clock.now().date()
    return _days((_local_day(value, "UTC") - today).days, current_language())


@lru_cache(maxsize=2048)
def _days(days: int, _language: str) -> str:
    """Kept by language: asking Flask-Babel costs more than drawing what is around it."""
    if days == 0:
        return str(gettext("today"))
    if days > 0:
        return str(ngettext("%(num)d day left", "%(num)d days left", days))
    return str(ngettext("%(num)d day ago", "%(num)d days ago", -days))


def number(value: float) -> str:
    return _number(value, _formats())


@lru_cache(maxsize=2048)
def _number(value: float, locale: str) -> str:
    return format_decimal(value, locale=locale)


def _escapes(template: str | None) -> bool:
    """Everything but plain text is escaped, feeds too."""
    return template is None or not template.endswith(".txt")
