"""Pieces of pages that are the same for everybody, kept in memory while nothing changes."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import cast

from flask import Response, current_app, request, session
from markupsafe import Markup, escape

from feedback_app.web.identity import Visitor, current_visitor
from feedback_app.web.templating import everywhere

ROOM = 16 * 1024 * 1024
_NAME, _BODY = secrets.token_hex(16), secrets.token_hex(16)
"""What stands in a frame for a name and a body; nobody can guess it into a title."""
_NAME_SENT, _BODY_SENT = _NAME.encode(), _BODY.encode()
BODY = Markup(_BODY)  # noqa: S704 - made above
"""Where a template lets a body stand that is made apart from it (`put_in`)."""


def put_in(drawn: str, body: Iterable[bytes]) -> tuple[bytes, ...]:
    """What a template drew, as it is sent, with a body in its place, where it has one.

    A text of one piece is as wide as its widest sign, and each step would copy it whole.
    """
    before, found, after = drawn.partition(_BODY)
    return (before.encode(), *body, after.encode()) if found else (before.encode(),)


@dataclass(frozen=True, slots=True)
class Fragment:
    """The body of a page as it is sent, and the title that the frame around it needs."""

    title: str
    parts: Sequence[bytes]

    @property
    def size(self) -> int:
        return sum(map(len, self.parts))

    def in_one(self) -> Fragment:
        """For keeping; what is sent once is put together only then."""
        return Fragment(self.title, (b"".join(self.parts),))


class Fragments:
    """The least used pieces go first; a key says everything that its piece depends on.

    A piece is drawn for nobody in particular: no name, token or draft of a person belongs into
    it. Two threads may draw the same piece at once; the later one stays.
    """

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.taken = 0
        self._pieces: OrderedDict[Hashable, Fragment] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, draw: Callable[[], Fragment]) -> Fragment:
        with self._lock:
            kept = self._pieces.get(key)
            if kept is not None:
                self._pieces.move_to_end(key)
                return kept
        drawn = draw().in_one()
        with self._lock:
            replaced = self._pieces.pop(key, None)
            self.taken += drawn.size - (replaced.size if replaced is not None else 0)
            self._pieces[key] = drawn
            while self.taken > self.room and len(self._pieces) > 1:
                _key, dropped = self._pieces.popitem(last=False)
                self.taken -= dropped.size
        return drawn

    def clear(self) -> None:
        with self._lock:
            self._pieces.clear()
            self.taken = 0


def kept(key: Hashable, draw: Callable[[], Fragment]) -> Fragment:
    """Each application keeps its own: several, with their databases, may share a process."""
    if not current_app.config["KEEP_PAGES"]:
        return draw()
    pieces = current_app.extensions.setdefault("fragments", Fragments())
    return cast(Fragments, pieces).get(key, draw)


@dataclass(frozen=True, slots=True)
class Reader:
    """All that a frame may know of its visitor; the name is put in when the page is sent."""

    is_signed_in: bool
    links: tuple[tuple[str, str], ...]
    name: str = _NAME


def framed(template: str, piece: Fragment) -> Response:
    """The page around a piece; two people with the same links share its frame."""
    visitor = current_visitor()
    reader = Reader(visitor.is_signed_in, tuple(visitor.links))

    def draw() -> Fragment:
        page = {"title": piece.title, "body": BODY}
        frame = current_app.jinja_env.get_template(template)
        return Fragment("", (frame.render(everywhere(reader), page=page).encode(),))

    if "_flashes" in session:
        frame = draw()
    else:
        frame = kept(
            (template, piece.title, request.script_root, request.full_path, reader), draw
        )
    (around,) = frame.parts
    before, _place, after = around.replace(_NAME_SENT, _said(visitor)).partition(_BODY_SENT)
    # In one piece: a server hands each piece to the network by itself.
    return Response(b"".join((before, *piece.parts, after)), mimetype="text/html")


def _said(visitor: Visitor) -> bytes:
    return str(escape(visitor.name)).encode()
