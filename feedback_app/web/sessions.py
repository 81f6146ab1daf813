"""The signed cookie that says who is signed in, sent anew when it has aged."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from feedback_app.core import clock

FRESH = timedelta(minutes=5)
"""Idle time is counted from a signature at most this much older than the last request."""


class DatedSession(SecureCookieSession):
    """A session that knows when its cookie was signed."""

    signed_at: datetime | None = None


class CookieSessions(SecureCookieSessionInterface):
    """Flask's own sessions; but a page that changes nothing signs no cookie each time."""

    session_class = DatedSession

    def __init__(self, app: Flask) -> None:
        self._serializer = super().get_signing_serializer(app)
        self._signer = (
            cast(TimestampSigner, self._serializer.make_signer()) if self._serializer else None
        )

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        sent = request.cookies.get(self.get_cookie_name(app))
        if not sent or self._serializer is None or self._signer is None:
            return self.session_class()
        idle = int(app.permanent_session_lifetime.total_seconds())
        try:
            # What `loads` does, with a signer made once and not at every request.
            payload, signed_at = self._signer.unsign(sent, max_age=idle, return_timestamp=True)
            session = self.session_class(self._serializer.load_payload(payload))
        except BadSignature:
            return self.session_class()
        session.signed_at = signed_at
        return session

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        signed_at = getattr(session, "signed_at", None)
        has_aged = signed_at is not None and clock.now() - signed_at >= FRESH
        return session.modified or has_aged
