"""A list of what has happened as an Atom feed (RFC 4287), in the language of its address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, current_app, render_template, request

from feedback_app.web.templating import current_language, public_url

FRESH_FOR = 300
"""Seconds for which a reader need not ask again."""
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may hold, however they are written (section 2.2)."""
BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)
"""An empty feed must name an instant too, and the same one at each asking."""


@dataclass(frozen=True)
class Entry:
    """`mark` tells apart entries about one page; together they are the entry's id for ever."""

    path: str
    mark: str
    title: str
    at: datetime
    summary: str = ""


def feed(title: str, entries: Sequence[Entry], *, page: str) -> Response:
    """The feed at the address that was asked for, about the page; 304 where nothing is new."""
    language = current_language()
    newest = max((entry.at for entry in entries), default=BEFORE_ALL)
    body = render_template(
        "layouts/feed.atom",
        title=title,
        entries=entries,
        own_url=public_url(request.path, language),
        page_url=public_url(page, language),
        url=lambda path: public_url(path, language),
        updated=newest,
        maker=current_app.config["SITE_NAME"],
    )
    response = Response(_NO_XML.sub("\ufffd", body), mimetype="application/atom+xml")
    response.last_modified = newest
    response.headers["Cache-Control"] = f"public, max-age={FRESH_FOR}"
    response.add_etag()
    response.make_conditional(request)
    return response
