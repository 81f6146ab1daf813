"""Pieces of pages that are the same for everybody, kept in memory while nothing changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from markupsafe import Markup

ROOM = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fragment:
    """The body of a page, and the title that the frame around it needs."""

    title: str
    body: Markup


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
        drawn = draw()
        with self._lock:
            replaced = self._pieces.pop(key, None)
            self.taken += len(drawn.body) - (len(replaced.body) if replaced is not None else 0)
            self._pieces[key] = drawn
            while self.taken > self.room and len(self._pieces) > 1:
                _key, dropped = self._pieces.popitem(last=False)
                self.taken -= len(dropped.body)
        return drawn

    def clear(self) -> None:
        with self._lock:
            self._pieces.clear()
            self.taken = 0
