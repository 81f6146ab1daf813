"""WebM and Matroska files with sound and picture alone: RFC 8794 and RFC 9559.

Elements that tell of maker, place and time become `Void` elements of the same length, so that
every position in the file stays right.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MOST_ELEMENTS = 100_000
HEAD, SEGMENT, VOID, CHECK = 0x1A45DFA3, 0x18538067, 0xEC, 0xBF
SEEK, INFO, TRACKS, CLUSTER, CUES = 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B
MUXER, WRITER, SCALE, LENGTH = 0x4D80, 0x5741, 0x2AD7B1, 0x4489
TRACK, TRACK_KIND, TRACK_NAME, CODER_NAME = 0xAE, 0x83, 0x536E, 0x258688
TIME, SIMPLE, GROUP, BEFORE, PLACE = 0xE7, 0xA3, 0xA0, 0xAB, 0xA7
BLOCK, BLOCK_LENGTH, BLOCK_NEEDS, BLOCK_SKIP = 0xA1, 0x9B, 0xFB, 0x75A2
PICTURE, SOUND = 1, 2


@dataclass(frozen=True)
class Element:
    """`end` is the parent's where the file does not say how long it is."""

    kind: int
    start: int
    content: int
    end: int
    is_open: bool


def bare_webm(data: bytes) -> tuple[bytes, float | None]:
    """`ValueError`, `struct.error` or `IndexError` where it cannot be read."""
    return _Reading(data).bare()


class _Reading:
    """One file on its way: the original, its copy, and how many elements were met."""

    def __init__(self, data: bytes) -> None:
        self.data, self.out = data, bytearray(data)
        self.count = 0
        self.scale, self.length, self.latest = 1_000_000, 0.0, 0
        self.kinds: set[int] = set()

    def bare(self) -> tuple[bytes, float | None]:
        head = self._at(0, len(self.data))
        segment = self._at(head.end, len(self.data))
        if head.kind != HEAD or segment.kind != SEGMENT:
            raise ValueError("not as these files begin")
        at = segment.content
        while at < segment.end:
            at = self._part(self._at(at, segment.end))
        if not self.kinds or self.kinds - {PICTURE, SOUND}:
            raise ValueError("not sound and pictures alone")
        units = self.length or self.latest
        return bytes(self.out[: segment.end]), units * self.scale / 1e9 or None

    def _part(self, part: Element) -> int:
        """One part of the segment; where the next begins."""
        if part.kind == CLUSTER:
            return self._cluster(part)
        if part.is_open:
            raise ValueError("a part without an end")
        if part.kind == INFO:
            self._info(part)
        elif part.kind == TRACKS:
            for track in self._inside(part):
                if track.kind == TRACK:
                    self._track(track)
                else:
                    self._void(track)
        elif part.kind not in (SEEK, CUES):
            self._void(part)
        return part.end

    def _info(self, part: Element) -> None:
        for each in self._inside(part):
            if each.kind == SCALE:
                self.scale = int.from_bytes(self.data[each.content : each.end])
            elif each.kind == LENGTH:
                form = ">f" if each.end - each.content == 4 else ">d"
                (self.length,) = struct.unpack(form, self.data[each.content : each.end])
            elif each.kind in (MUXER, WRITER):  # have to be there
                self.out[each.content : each.end] = b" " * (each.end - each.content)
            else:
                self._void(each)
        if not 0 <= self.length < 1e15:
            raise ValueError("no length")

    def _track(self, track: Element) -> None:
        for each in self._inside(track):
            if each.kind == TRACK_KIND:
                self.kinds.add(int.from_bytes(self.data[each.content : each.end]))
            elif each.kind in (TRACK_NAME, CODER_NAME, VOID, CHECK):
                self._void(each)

    def _cluster(self, cluster: Element) -> int:
        time, at = 0, cluster.content
        while at < cluster.end:
            each = self._at(at, cluster.end)
            if cluster.is_open and each.kind in (CLUSTER, CUES, INFO, TRACKS, SEEK, *_TOLD):
                return at
            if each.is_open:
                raise ValueError("a block without an end")
            if each.kind == TIME:
                time = int.from_bytes(self.data[each.content : each.end])
            elif each.kind == SIMPLE:
                self._block(each, time)
            elif each.kind == GROUP:
                for inner in self._inside(each):
                    if inner.kind == BLOCK:
                        self._block(inner, time)
                    elif inner.kind not in (BLOCK_LENGTH, BLOCK_NEEDS, BLOCK_SKIP):
                        self._void(inner)
            elif each.kind not in (BEFORE, PLACE):
                self._void(each)
            at = each.end
        return at

    def _block(self, block: Element, time: int) -> None:
        at = block.content + _width(self.data[block.content])
        self.latest = max(self.latest, time + struct.unpack_from(">h", self.data, at)[0])

    def _inside(self, parent: Element) -> Iterator[Element]:
        at = parent.content
        while at < parent.end:
            found = self._at(at, parent.end)
            if found.is_open:
                raise ValueError("an element without an end")
            yield found
            at = found.end

    def _at(self, at: int, until: int) -> Element:
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise ValueError("too many elements")
        width = _width(self.data[at])
        if width > 4:
            raise ValueError("no element here")
        kind = int.from_bytes(self.data[at : at + width])
        first = self.data[at + width]
        size_width = _width(first)
        content = at + width + size_width
        size = int.from_bytes(self.data[at + width : content]) & ((1 << 7 * size_width) - 1)
        is_open = size == (1 << 7 * size_width) - 1
        end = until if is_open else content + size
        if end > until:
            if kind not in (SEGMENT, CLUSTER):  # a recorder may be cut off in these
                raise ValueError("cut off")
            end = until
        return Element(kind, at, content, end, is_open)

    def _void(self, element: Element) -> None:
        size = element.end - element.start
        if size <= 128:
            head = bytes([VOID, 0x80 | size - 2])
        else:
            head = bytes([VOID, 1]) + (size - 9).to_bytes(7)
        self.out[element.start : element.end] = head + bytes(size - len(head))


_TOLD = (0x1254C367, 0x1941A469, 0x1043A770)
"""Tags, attachments and chapters: they end a cluster that does not say how long it is."""


def _width(first: int) -> int:
    """How many bytes a number takes: its leading zeros, and one."""
    if not first:
        raise ValueError("too wide a number")
    return 9 - first.bit_length()
