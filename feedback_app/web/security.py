"""Headers on every answer, the host check, and what proxies may tell us."""

from __future__ import annotations

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
PERMISSIONS = ", ".join(f"{feature}=()" for feature in FEATURES)


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

    @app.after_request
    def dress(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CSP)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = PERMISSIONS
        if app.config["SESSION_COOKIE_SECURE"]:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if session.modified or app.config["SESSION_COOKIE_NAME"] in request.cookies:
            headers["Cache-Control"] = "no-store"
            headers.add("Vary", "Cookie")
        if "csrf_token" in g:  # a token beside reflected text must not be compressed
            return response
        return compress.after_request(response)
