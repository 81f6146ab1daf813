"""A stylesheet that is written in parts and sent as one answer."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import cast

from flask import Flask, Response, send_file

PARTS = {
    "css/main.css": ("base", "frame", "facts", "voices", "redline", "pages", "print"),
}
"""In the order in which they count: `base` names the layers of them all."""
_COMMENTS = re.compile(rb"\s*/\*.*?\*/", re.DOTALL)


def init_app(app: Flask) -> None:
    """Answer for a sheet of parts at its static address; a first visit asks once."""
    whole = app.view_functions["static"]
    folder = str(app.static_folder)

    def static(filename: str) -> Response:
        if filename not in PARTS:
            return cast(Response, whole(filename=filename))
        text = read(folder, filename)
        return send_file(
            io.BytesIO(text),
            mimetype="text/css",
            etag=digest(text),
            max_age=app.get_send_file_max_age(filename),
        )

    app.view_functions["static"] = static


def read(folder: str, name: str) -> bytes:
    """A static file as it is sent; what parts say to people who edit them stays here."""
    path = Path(folder) / name
    if name not in PARTS:
        return path.read_bytes()
    parts = (path.with_suffix("") / f"{part}.css" for part in PARTS[name])
    return _COMMENTS.sub(b"", b"".join(part.read_bytes() for part in parts)).lstrip()


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:10]
