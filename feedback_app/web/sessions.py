"""The signed cookie that says who is signed in, sent anew when it has aged."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from feedback_app.core import clock

FRESH = timedelta(minutes=5)
"""Idle time is counted from a signature at most this much older than the last request."""


class ClockSigner(TimestampSigner):
    """Dates a cookie by the same clock that later tells its age."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


class DatedSession(SecureCookieSession):
    """A session that knows when its cookie was signed."""

    signed_at: datetime | None = None


def _holds_lists(kept: dict[str, Any]) -> bool:
    """Such as messages to show: who adds one must not add it to what is remembered here."""
    return any(isinstance(value, list | dict) for value in kept.values())


class CookieSessions(SecureCookieSessionInterface):
    """Flask's own sessions; but a page that changes nothing signs no cookie each time."""

    session_class = DatedSession

    def __init__(self, app: Flask) -> None:
        self._serializer = super().get_signing_serializer(app)
        if self._serializer is not None:
            self._serializer.signer = ClockSigner
        self._signer = (
            cast(TimestampSigner, self._serializer.make_signer()) if self._serializer else None
        )
        self._signed = lru_cache(maxsize=1024)(self._unsigned)

    def _unsigned(self, sent: str) -> tuple[dict[str, Any], datetime]:
        """What was signed, and when: a browser sends the same cookie many times."""
        assert self._signer is not None
        assert self._serializer is not None
        payload, signed_at = self._signer.unsign(sent, return_timestamp=True)
        return self._serializer.load_payload(payload), signed_at

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        sent = request.cookies.get(self.get_cookie_name(app))
        if not sent or self._serializer is None or self._signer is None:
            return self.session_class()
        try:
            kept, signed_at = self._signed(sent)
            session = self.session_class(deepcopy(kept) if _holds_lists(kept) else kept)
        except BadSignature:
            return self.session_class()
        if clock.now() - signed_at > app.permanent_session_lifetime:
            return self.session_class()
        session.signed_at = signed_at
        return session

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        signed_at = getattr(session, "signed_at", None)
        has_aged = signed_at is not None and clock.now() - signed_at >= FRESH
        return session.modified or has_aged
