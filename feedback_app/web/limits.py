"""Limits on how often one address may act; the address itself is never kept.

Counters hold an HMAC under a key that lives one day in memory, so that neither a dump of the
store nor a restart can tell who was counted. That memory is shared by all workers of a server,
and so are the counters of `memory://`: two workers are one budget.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import struct
from datetime import date
from typing import cast

from flask import request
from flask_limiter import Limiter

from feedback_app.core import clock
from feedback_app.web.shared_counts import Shared  # its store is known from here on


class DayKeys:
    """One key for each day, the same for all workers; the first to need it makes it anew."""

    _FORM = struct.Struct("<q32s")

    def __init__(self) -> None:
        self._shared = Shared(self._FORM.size)

    def today(self, day: date) -> bytes:
        with self._shared.alone() as memory:
            made_on, key = self._FORM.unpack_from(memory)
            if made_on != day.toordinal():
                key = secrets.token_bytes(32)
                self._FORM.pack_into(memory, 0, day.toordinal(), key)
        return cast(bytes, key)


_keys = DayKeys()
"""Made before a server copies itself."""


def who() -> str:
    day = clock.now().date()
    place = _network(request.remote_addr or "").encode()
    return hmac.new(_keys.today(day), place, hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """Of IPv6 the network: whoever has one address there has billions of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), 64), strict=False))


limiter = Limiter(key_func=who, default_limits=[])

SIGN_IN = "10 per minute; 60 per hour"
SPEAKING = "20 per minute"
WRITING = "240 per minute"
REPORTING = "10 per minute; 60 per hour"
CODES = "20 per minute; 120 per hour"
JOINING = "60 per minute; 300 per hour"
"""Forty people behind one library address must get through, each with a handful of forms in the
same minute; a script that is faster must wait. What still comes too fast is held, not lost."""
