"""A demo world is served to this machine alone: its passwords are public."""

from __future__ import annotations

import ipaddress

from feedback_app.core.database import Database
from feedback_app.core.errors import Conflict
from feedback_app.core.i18n import N_
from feedback_app.core.marks import is_demo


class DemoBeyondLoopback(Conflict):
    message = N_(
        "This database is a demo world with public passwords; it is served on 127.0.0.1 only."
    )


def refuse_demo_beyond_loopback(database: Database, bind: str) -> None:
    host = bind.rpartition(":")[0].strip("[]")
    with database.unit_of_work(writing=False) as session:
        if is_demo(session) and not _is_loopback(host):
            raise DemoBeyondLoopback


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
