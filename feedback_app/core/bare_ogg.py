"""Ogg files without what their headers tell of maker, place and time: RFC 3533.

The header of comments becomes an empty one of the same length, so that no page moves; streams
that are neither sound nor picture are emptied. Pages that changed get a new check sum.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

MOST_PAGES = 50_000
_NOTHING = (1 << 64) - 1
_COMMENTS = {b"OpusHead": 8, b"\x01vorbis": 7, b"\x80theora": 7, b"Speex   ": 0}
"""{how a stream begins: the bytes before the comments in its second packet}"""
_FLAC = b"\x7fFLAC"
_FLAC_COMMENTS, _FLAC_SEEKS, _FLAC_PADDING = 4, 3, 1
_CHECK = []
for _byte in range(256):
    _sum = _byte << 24
    for _bit in range(8):
        _sum = (_sum << 1 ^ 0x04C11DB7 if _sum & 0x80000000 else _sum << 1) & 0xFFFFFFFF
    _CHECK.append(_sum)

Piece = tuple[int, int, int]
"""A part of a packet: where it begins and ends, and the page it lies in."""


@dataclass
class Stream:
    """A stream as far as its headers have been read."""

    head: bytes = b""
    number: int = 0
    pieces: list[Piece] = field(default_factory=list)
    rate: int = 0
    is_over: bool = False
    """Its headers."""


def bare_ogg(data: bytes) -> tuple[bytes, float | None]:
    """`ValueError`, `struct.error` or `IndexError` where it cannot be read to its end."""
    out, pages = bytearray(), list[int]()
    streams: dict[int, Stream] = {}
    changed, seconds, at = set[int](), 0.0, 0
    while (at := data.find(b"OggS", at)) >= 0:
        _version, kind, granule, serial, _number, _sum, count = struct.unpack_from(
            "<BBQIIIB", data, at + 4
        )
        lacing = data[at + 27 : at + 27 + count]
        size = 27 + count + sum(lacing)
        if at + size > len(data):
            break  # a recorder was cut off within a page
        page, start = len(pages), len(out)
        if page > MOST_PAGES:
            raise ValueError("too many pages")
        pages.append(start)
        out += data[at : at + size]
        at += size
        if kind & 2:
            streams[serial] = Stream()
        stream = streams[serial] if serial in streams else streams.setdefault(serial, Stream())
        where = start + 27 + count
        if not stream.is_over:
            _read_headers(out, stream, lacing, where, page, changed)
        if stream.rate and granule != _NOTHING:
            seconds = max(seconds, granule / stream.rate)
        if stream.head and not _is_known(stream.head):
            out[where : start + size] = bytes(start + size - where)
            changed.add(page)
    if not any(stream.is_over and _is_known(stream.head) for stream in streams.values()):
        raise ValueError("neither sound nor picture in it")
    pages.append(len(out))
    for page in changed:
        _write_check(out, pages[page], pages[page + 1])
    return bytes(out), seconds or None


def _is_known(head: bytes) -> bool:
    return head.startswith((*_COMMENTS, _FLAC))


def _read_headers(
    out: bytearray,
    stream: Stream,
    lacing: bytes,
    where: int,
    page: int,
    changed: set[int],
) -> None:
    begins = where
    for length in lacing:
        where += length
        if length == 255:
            continue
        stream.pieces.append((begins, where, page))
        _packet(out, stream, changed)
        stream.pieces, begins = [], where
        if stream.is_over:
            return
    if begins < where:
        stream.pieces.append((begins, where, page))


def _packet(out: bytearray, stream: Stream, changed: set[int]) -> None:
    """One packet of the headers is whole: learn from the first, empty what tells something."""
    packet = b"".join(bytes(out[start:end]) for start, end, _page in stream.pieces)
    stream.number += 1
    if stream.number == 1:
        stream.head = packet
        stream.rate = _rate(packet)
        stream.is_over = not _is_known(packet)
        return
    bare = _bare_packet(stream, packet)
    for start, end, page in stream.pieces:
        out[start:end], bare = bare[: end - start], bare[end - start :]
        changed.add(page)


def _bare_packet(stream: Stream, packet: bytes) -> bytes:
    if stream.head.startswith(_FLAC):
        stream.is_over = bool(packet[0] & 0x80) or packet[0] == 0xFF
        if packet[0] == 0xFF or packet[0] & 0x7F == _FLAC_SEEKS:
            return packet
        if packet[0] & 0x7F == _FLAC_COMMENTS:
            return _without_comments(packet, 4, b"")
        return bytes([packet[0] & 0x80 | _FLAC_PADDING]) + packet[1:4] + bytes(len(packet) - 4)
    stream.is_over = True
    before = next(size for head, size in _COMMENTS.items() if stream.head.startswith(head))
    end = b"\x01" if stream.head.startswith(b"\x01vorbis") else b""
    return _without_comments(packet, before, end)


def _without_comments(packet: bytes, before: int, end: bytes) -> bytes:
    """No comment, and a maker's name of blanks that fills the packet."""
    blanks = len(packet) - before - 8 - len(end)
    if blanks < 0:
        raise ValueError("no room for comments")
    filled = struct.pack("<I", blanks) + b" " * blanks + bytes(4)
    return packet[:before] + filled + end


def _rate(head: bytes) -> int:
    """The units of a page's position that make a second; 0 where they are no samples."""
    if head.startswith(b"OpusHead"):
        return 48_000
    if head.startswith((b"\x01vorbis", b"Speex   ")):
        at = 12 if head.startswith(b"\x01vorbis") else 36
        return int(struct.unpack_from("<I", head, at)[0])
    if head.startswith(_FLAC):
        return int.from_bytes(head[27:31]) >> 12
    return 0


def _write_check(out: bytearray, start: int, end: int) -> None:
    out[start + 22 : start + 26] = bytes(4)
    check = 0
    for byte in out[start:end]:
        check = (check << 8 & 0xFFFFFFFF) ^ _CHECK[check >> 24 ^ byte]
    struct.pack_into("<I", out, start + 22, check)
