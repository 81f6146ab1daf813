"""Settings: defaults, then FEEDBACK_* from the environment; a wrong value stops the start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
WEAK = {"secret", "changeme", "change-me", "dev", "development", "default", "password"}
LOCALES = ("en", "es")


class WrongSetting(Exception):
    """Names the key and says what it should be."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")


def defaults() -> dict[str, Any]:
    return {
        "DATABASE_URL": f"sqlite:///{ROOT / 'instance' / 'feedback.sqlite3'}",
        "BASE_URL": "http://127.0.0.1:8000",
        "SITE_NAME": "Training Feedback",
        "SITE_RUNNER": "",
        "MAIL_URL": "console:",
        "MAIL_DEFAULT_SENDER": "no-reply@localhost",
        "MAIL_TIMEOUT": 30,
        "LIMITS_STORE": "memory://",
        "KEEP_PAGES": True,
        "TRUSTED_PROXIES": 0,
        "MAX_CONTENT_LENGTH": 25 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=8),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": 8 * 3600,
        "RATELIMIT_ENABLED": True,
        "RATELIMIT_HEADERS_ENABLED": False,
        "COMPRESS_REGISTER": False,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 4,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": "UTC",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "feedback_app" / "translations"),
    }


ENVIRONMENT = (
    "DATABASE_URL",
    "SECRET_KEY",
    "BASE_URL",
    "SITE_NAME",
    "SITE_RUNNER",
    "MAIL_URL",
    "LIMITS_STORE",
    "MEDIA",
    "TRUSTED_PROXIES",
)


def load(given: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Defaults, then the environment, then what the caller gives; checked and complete."""
    settings = defaults()
    settings |= {
        key: environ[f"FEEDBACK_{key}"] for key in ENVIRONMENT if environ.get(f"FEEDBACK_{key}")
    }
    settings |= given
    _check_secret(settings.get("SECRET_KEY"))
    _check_database(settings["DATABASE_URL"])
    settings["MEDIA"] = _media(settings.get("MEDIA"), settings["DATABASE_URL"])
    settings |= _base(settings["BASE_URL"])
    settings |= mail_settings(settings["MAIL_URL"])
    settings["TRUSTED_PROXIES"] = _proxies(settings["TRUSTED_PROXIES"])
    settings |= _limits(settings["LIMITS_STORE"])
    return settings


def _proxies(number: object) -> int:
    if not str(number).isdecimal():
        raise WrongSetting("FEEDBACK_TRUSTED_PROXIES", "should be a number such as 1")
    return int(str(number))


def _limits(store: object) -> dict[str, Any]:
    """Where abuse is counted; what answers there is asked when the server starts."""
    key, store = "FEEDBACK_LIMITS_STORE", str(store)
    if store == "memory://":
        return {"RATELIMIT_STORAGE_URI": "shared-memory://"}
    parts = _split(store)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise WrongSetting(key, "should be memory:// or redis://host:port")
    if find_spec("redis") is None:
        raise WrongSetting(key, "needs the extra “redis”; docs/operating.md says how to get it")
    return {
        "RATELIMIT_STORAGE_URI": store,
        # A store that is away for a while lets nobody's words be lost.
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
    }


def _check_secret(secret: object) -> None:
    key = "FEEDBACK_SECRET_KEY"
    if not isinstance(secret, str) or not secret:
        raise WrongSetting(key, "is missing; set it to at least 32 random characters")
    if secret.lower() in WEAK or len(secret) < 32 or len(set(secret)) < 8:
        raise WrongSetting(key, "is too easy to guess; set it to at least 32 random characters")


def _check_database(url: object) -> None:
    key = "FEEDBACK_DATABASE_URL"
    try:
        parts = make_url(str(url))
        backend = parts.get_backend_name()
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        raise WrongSetting(key, "should start with sqlite:/// or postgresql+psycopg://")
    if backend == "sqlite" and parts.database in {None, "", ":memory:"}:
        raise WrongSetting(key, "should name a file, such as sqlite:////srv/feedback.sqlite3")


def _media(folder: object, database_url: str) -> str:
    """A folder for files; without one they lie beside the SQLite database."""
    if not folder:
        url = make_url(database_url)
        is_file = url.get_backend_name() == "sqlite" and url.database
        beside = Path(str(url.database)).parent if is_file else ROOT / "instance"
        return str(beside / "media")
    if "://" in str(folder):
        raise WrongSetting("FEEDBACK_MEDIA", "should be a folder; s3:// is not supported yet")
    return str(folder)


def _split(url: str) -> SplitResult:
    """What cannot be read has no parts, and is refused for that."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _base(url: str) -> dict[str, Any]:
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise WrongSetting("FEEDBACK_BASE_URL", "should look like https://feedback.example.org")
    secure = parts.scheme == "https"
    return {
        "BASE_URL": f"{parts.scheme}://{parts.netloc}",
        "TRUSTED_HOST": parts.netloc.lower(),
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "PREFERRED_URL_SCHEME": parts.scheme,
    }


def mail_settings(url: str) -> dict[str, Any]:
    """Flask-Mail's settings from `smtp://user:password@host:587?tls=1` or `console:`."""
    if url == "console:":
        return {"MAIL_TO_CONSOLE": True, "MAIL_SERVER": "127.0.0.1"}
    parts = _split(url)
    try:
        port = parts.port or (465 if parts.scheme == "smtps" else 25)
    except ValueError:
        port = 0
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not port:
        raise WrongSetting("FEEDBACK_MAIL_URL", "should look like smtp://host:587 or console:")
    query = parse_qs(parts.query)
    settings: dict[str, Any] = {
        "MAIL_TO_CONSOLE": False,
        "MAIL_SERVER": parts.hostname,
        "MAIL_PORT": port,
        "MAIL_USE_SSL": parts.scheme == "smtps",
        "MAIL_USE_TLS": query.get("tls", ["0"])[-1] == "1",
        "MAIL_USERNAME": unquote(parts.username) if parts.username else None,
        "MAIL_PASSWORD": unquote(parts.password) if parts.password else None,
    }
    if "from" in query:
        settings["MAIL_DEFAULT_SENDER"] = query["from"][-1]
    return settings
