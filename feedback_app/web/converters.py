"""What an id, a slug and a section key may look like in an address."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter


class PublicId(BaseConverter):
    regex = "[a-z2-7]{26}"


class Slug(BaseConverter):
    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"


class SectionKey(BaseConverter):
    regex = "[a-z2-7]{8}"


class Number(BaseConverter):
    """A revision's number; wide ones would not fit a database's integer."""

    regex = "[1-9][0-9]{0,5}"

    def to_python(self, value: str) -> int:
        return int(value)


def init_app(app: Flask) -> None:
    app.url_map.converters |= {
        "public_id": PublicId,
        "slug": Slug,
        "key": SectionKey,
        "number": Number,
    }
