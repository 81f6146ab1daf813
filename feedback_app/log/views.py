"""The public log and the public exceptions, as pages, as files and as a feed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback_app.core.errors import NotFound
from feedback_app.extensions import db
from feedback_app.log import pages_views, queries
from feedback_app.log.models import LogEntry
from feedback_app.log.services import stamp
from feedback_app.log.wording import KIND_LABELS, fact_lines
from feedback_app.web.csv import csv_response
from feedback_app.web.feeds import Entry, feed
from feedback_app.web.identity import public

bp = Blueprint("log", __name__)
PAGE = 50
HEADERS = [
    "position",
    "at",
    "kind",
    "subject",
    "parents",
    "by_role",
    "by_organization",
    "facts",
    "commitments",
    "leaf_hash",
    "leaf",
]


@bp.get("/log")
@public
def index() -> ResponseReturnValue:
    entries = queries.newest(db.session, before=_before(), limit=PAGE + 1)
    return _list("log/index.html", entries, "log.index", size=queries.size(db.session))


@bp.get("/log/<int:position>")
@public
def entry(position: int) -> ResponseReturnValue:
    found = queries.entries(db.session, start=min(position, 2**31), limit=1)
    if not found or found[0].position != position:
        raise NotFound
    return render_template(
        "log/entry.html",
        entry=found[0],
        kind_labels=KIND_LABELS,
        zone=pages_views.about(db.session, found).zone_of(found[0]),
    )


@bp.get("/log.csv")
@public
def download() -> Response:
    """All entries, a line each; the leaf is what the hash speaks of."""
    return csv_response("log.csv", HEADERS, map(_row, queries.all_entries(db.session)))


@bp.get("/exceptions")
@public
def exceptions() -> ResponseReturnValue:
    entries = queries.exceptions(db.session, before=_before(), limit=PAGE + 1)
    return _list("log/exceptions.html", entries, "log.exceptions")


@bp.get("/exceptions.csv")
@public
def exceptions_csv() -> Response:
    rows = map(_row, queries.exceptions(db.session, limit=100_000))
    return csv_response("exceptions.csv", HEADERS, rows)


@bp.get("/feeds/exceptions.atom")
@public
def exceptions_feed() -> Response:
    entries = queries.exceptions(db.session, limit=PAGE)
    return feed(_("Exceptions"), _feed_entries(entries), page="/exceptions")


@bp.get("/feeds/log.atom")
@public
def log_feed() -> Response:
    entries = queries.newest(db.session, limit=PAGE)
    return feed(_("Public log"), _feed_entries(entries), page="/log")


def _feed_entries(entries: Sequence[LogEntry]) -> list[Entry]:
    about = pages_views.about(db.session, entries)
    return [
        Entry(
            path=f"/log/{entry.position}",
            mark="",
            title=_(KIND_LABELS[entry.kind]),
            at=entry.told_at,
            summary=" ".join(
                f"{label}: {value}."
                for label, value in fact_lines(
                    entry.facts, about.zone_of(entry), about.sections
                )
            ),
        )
        for entry in entries
    ]


def _list(
    template: str, entries: Sequence[LogEntry], endpoint: str, **values: object
) -> ResponseReturnValue:
    older = None
    if len(entries) > PAGE:
        entries = entries[:PAGE]
        older = url_for(endpoint, before=entries[-1].position)
    return render_template(
        template,
        entries=entries,
        older=older,
        kind_labels=KIND_LABELS,
        fact_lines=fact_lines,
        about=pages_views.about(db.session, entries),
        **values,
    )


def _before() -> int | None:
    raw = request.args.get("before", "")
    if not raw:
        return None
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise NotFound
    return int(raw)


def _row(entry: LogEntry) -> tuple[object, ...]:
    return (
        entry.position,
        stamp(entry.told_at),
        entry.kind,
        entry.subject,
        " ".join(entry.parents),
        entry.by_role,
        entry.by_organization or "",
        "; ".join(f"{name}={value}" for name, value in sorted(entry.facts.items())),
        "; ".join(f"{name}={value}" for name, value in sorted(entry.commitments.items())),
        entry.leaf_hash,
        entry.leaf,
    )
