"""Bodies that somebody who may would send, and whether anything was kept because of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from feedback_app import create_app
from feedback_app.core import clock
from feedback_app.core.database import Database, sqlite3
from feedback_app.models import Base
from tests.conftest import SECRET
from tests.parts import compiled
from tests.parts.addresses import Address
from tests.parts.everyone import World
from tests.parts.filling import as_sent, filled, forms_of
from tests.parts.roles import EVERYONE, may_send

Body = dict[str, Any]


def app_on(url: str, media: Path | None = None) -> Flask:
    app = create_app(
        {
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": False,
            "SECRET_KEY": SECRET,
            "DATABASE_URL": url,
            "BASE_URL": "http://localhost",
            "RATELIMIT_ENABLED": False,
            "WTF_CSRF_ENABLED": False,
            "MEDIA": str(media) if media else None,
        }
    )
    compiled.share(app)
    return app


def sender(address: Address) -> str | None:
    """Somebody who may send there; the same one every time."""
    return next(iter(sorted(may_send(address))), None)


def body_for(world: World, address: Address) -> Body:
    """What somebody who may would send: the page's own form, filled in."""
    page = world.client(sender(address) or "moderator").get(page_of(address))
    forms = forms_of(page.get_data(as_text=True)) if page.status_code == 200 else []
    same = [form for form in forms if form.get("action") in (None, "", address.path)]
    body = filled((same or forms)[-1]) if forms else {}
    body |= BODIES.get(address.endpoint, {})
    return {name: value for name, value in body.items() if value is not None}


REFUSED = {303, 401, 403, 404, 409, 422}


def wrongly_taken(world: World, bodies: dict[Address, Body]) -> list[str]:
    """Who was not refused though they may not send, or changed something."""
    wrong = []
    with watching(world.database) as state:
        before = state()
        for address, body in bodies.items():
            for role in sorted(EVERYONE - may_send(address)):
                answer = send(world, role, address.path, body)
                changed = before != (before := state())
                if changed or answer.status_code not in REFUSED:
                    wrong.append(f"{role} to {address.path}: {answer.status_code} {changed}")
    return wrong


YESTERDAY = clock.now() - timedelta(days=1)
"""Where the round is, it may still be the day before today in UTC."""

BODIES: dict[str, Body] = {
    "accounts.account": {"name": "Another name"},
    "authoring.section": {"title": "Another title", "look": None},
    "authoring.save": {"title": "Another title"},
    "authoring.split": {"look": None},
    "authoring.join": {"look": None},
    "authoring.merge": {"title_mine": "A title of two", "mine": "Mine.", "theirs": "Theirs."},
    "background.edit": {"ask_neighborhood": None, "ask_gender": None},
    "background.reference": {f"share_1_{n}": "50" for n in range(1, 5)},
    "comments.edit": {"body": "Other words than before."},
    "conduct.act": {"phrases": ""},
    "conduct.details": {"phrases": "", "words": "The name, please."},
    "covering.cover": {"phrase": ""},
    "comments.notice": {"notice_address": "somebody@elsewhere.example"},
    "exchange.section": {"at": "1"},
    "publishing.cause": {"kind": "own"},
    "publishing.correction": {"cause": "law", "note": "Statute 626.8469"},
    "offline.new": {
        "scan": None,
        "received_on": f"{YESTERDAY:%Y-%m-%d}",
        "received_time": "",
        "number": "5",
    },
    "sessions.new": {"agenda": None, "section_keys": None},
    "sessions.edit": {"agenda": None, "section_keys": None, "place": "Another room"},
    "sessions.show": {"said_by": "2", "said_of": "3"},
    "letters.new": {
        "file": None,
        "received_on": f"{YESTERDAY:%Y-%m-%d}",
        "received_time": "",
        "signers": "12",
    },
    "lists.bring_in": {"file": None, "text": "comment\nFrom a list.", "keep": "1"},
    "offline.sheet": {"body": "What the person really wrote."},
    "inviting.index": {"addresses": "somebody@elsewhere.example", "expires_on": ""},
    "inviting.make_code": {"label": "Friday", "language": "en"},
    "inviting.slips": {"number": "2", "language": "en"},
    "joint.about": {"members": "40"},
    "joint.edit": {"body": "Other words than before."},
    "comments.write": {"step": "send"},
    "comments.write_whole": {"step": "send"},
}


def page_of(address: Address) -> str:
    """Acts without a page of their own have their button on another."""
    parent, _, last = address.path.rpartition("/")
    if address.endpoint == "sessions.helper":
        return parent
    if address.endpoint.startswith("joint.") and last in {"act", "take", "about", "words"}:
        return "/".join(address.path.split("/")[:3])
    if address.endpoint == "joint.change_offer":
        return parent
    if address.endpoint.startswith("inviting."):
        return "/".join([*address.path.split("/")[:4], "invitations"])
    if last in {"describe", "notice"}:
        return f"{parent}/sent"
    return parent if last in {"save", "preview", "merge", "wording", "why"} else address.path


def send(world: World, role: str, path: str, body: Body) -> TestResponse:
    return world.client(role).post(path, data=as_sent(body))


@dataclass
class Watch:
    changed: bool = False


@contextmanager
def unchanged(world: World) -> Iterator[Watch]:
    """Whether anybody committed anything to the database meanwhile."""
    watch = Watch()
    with watching(world.database) as state:
        before = state()
        yield watch
        watch.changed = state() != before


@contextmanager
def watching(database: Database) -> Iterator[Callable[[], object]]:
    if database.is_sqlite:
        with opened(database) as connection:
            yield lambda: connection.execute("PRAGMA data_version").fetchone()
    else:
        yield lambda: rows_of(database)


def rows_of(database: Database) -> object:
    """How many rows each table holds, and which transactions wrote them."""
    each = " UNION ALL ".join(
        f"SELECT '{table.name}', count(*), sum(xmin::text::bigint) FROM {table.name}"
        for table in Base.metadata.sorted_tables
    )
    with database.session(writing=False) as session:
        return sorted(map(tuple, session.execute(text(each))))


@contextmanager
def opened(database: Database) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database.url.database)
    try:
        yield connection
    finally:
        connection.close()
