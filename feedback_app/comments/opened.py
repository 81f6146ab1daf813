"""The mark of a form: its own id and the time it was opened, signed by the server."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from feedback_app.comments.submissions import Sent, content_hash
from feedback_app.core import clock
from feedback_app.core.errors import Conflict
from feedback_app.core.i18n import N_

LASTS = timedelta(hours=48)


class PageTooOld(Conflict):
    message = N_("This page was open for too long. Your text is below; please send it again.")


def new_mark(secret: str) -> str:
    """A 128-bit id nobody can guess, with the instant at which the form was made."""
    opened = int(clock.now().timestamp() * 1000)
    return _signer(secret).dumps([secrets.token_hex(16), opened])


def read_mark(secret: str, mark: str | None, *content: str | int | None) -> Sent:
    """What was sent; refused when the mark is not ours or older than two days."""
    try:
        submission_id, opened = _signer(secret).loads(mark or "")
        started_at = datetime.fromtimestamp(opened / 1000, UTC)
    except (BadSignature, ValueError, TypeError, OverflowError):
        raise PageTooOld from None
    if started_at < clock.now() - LASTS:
        raise PageTooOld
    return Sent(submission_id, content_hash(*content), started_at)


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="form mark")
