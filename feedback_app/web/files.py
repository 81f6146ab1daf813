"""Files that people handed in, given back only as files to save."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, make_response

from feedback_app.core.media import TYPES, Media


def media() -> Media:
    return cast(Media, current_app.extensions["media"])


def download(data: bytes, name: str, kind: str) -> Response:
    """Never shown in the page: a file from outside runs nowhere on this site."""
    answer = make_response(data)
    answer.headers["Content-Type"] = TYPES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
