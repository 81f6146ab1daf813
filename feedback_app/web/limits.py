"""Limits on how often one address may act; the address itself is never kept.

Counters hold an HMAC under a key that lives one day in memory, so that neither a dump of the
store nor a restart can tell who was counted.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import request
from flask_limiter import Limiter

from feedback_app.core import clock

_keys: dict[str, bytes] = {}


def _key_of_today() -> bytes:
    today = clock.now().date().isoformat()
    if today not in _keys:
        _keys.clear()
        _keys[today] = secrets.token_bytes(32)
    return _keys[today]


def who() -> str:
    address = (request.remote_addr or "").encode()
    return hmac.new(_key_of_today(), address, hashlib.sha256).hexdigest()


limiter = Limiter(key_func=who, default_limits=[])

SIGN_IN = "10 per minute; 60 per hour"
SPEAKING = "20 per minute"
WRITING = "240 per minute"
REPORTING = "10 per minute; 60 per hour"
CODES = "20 per minute; 120 per hour"
JOINING = "60 per minute; 300 per hour"
"""Forty people behind one library address must get through, each with a handful of forms in the
same minute; a script that is faster must wait. What still comes too fast is held, not lost."""
