"""Headers on every answer, the host check, and what proxies may tell us."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from flask import Flask, Response, abort, g, request, session
from werkzeug.middleware.proxy_fix import ProxyFix

from feedback_app.extensions import compress
from feedback_app.web.sessions import CookieSessions

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
FEATURES = [
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
]
POLICY = ("Content-Security-Policy", CSP)
HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{feature}=()" for feature in FEATURES)),
]
TLS_ONLY = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Dressed:
    """Puts the headers that never differ on every answer, whoever made it."""

    def __init__(self, app: WSGI, *, by_tls: bool) -> None:
        self.app = app
        self.headers = [*HEADERS, *([TLS_ONLY] if by_tls else [])]

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            stricter = any(name == "Content-Security-Policy" for name, _value in headers)
            dressed = headers + self.headers + ([] if stricter else [POLICY])
            return cast(Callable[[bytes], object], start_response(status, dressed, exc_info))

        return self.app(environ, start)


def init_app(app: Flask) -> None:
    app.session_interface = CookieSessions(app)
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )

    @app.before_request
    def refuse_other_hosts() -> None:
        if request.endpoint in {"health.healthz", "health.readyz"}:
            return
        host = request.host.lower()
        if host != app.config["TRUSTED_HOST"] and host not in app.config.get("HOSTS", ()):
            abort(400)

    app.wsgi_app = Dressed(  # type: ignore[method-assign]
        app.wsgi_app, by_tls=app.config["SESSION_COOKIE_SECURE"]
    )

    @app.after_request
    def keep_apart(response: Response) -> Response:
        """What was made for one person is neither kept by a proxy nor guessed by its length."""
        headers = response.headers
        if session.modified or app.config["SESSION_COOKIE_NAME"] in request.cookies:
            headers["Cache-Control"] = "no-store"
            headers.add("Vary", "Cookie")
        if "csrf_token" in g:  # a token beside reflected text must not be compressed
            return response
        return compress.after_request(response)
