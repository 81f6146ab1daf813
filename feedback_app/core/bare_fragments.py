"""Where the samples of a fragmented MP4 lie, and how long they last: ISO/IEC 14496-12, 8.8.

Browsers and telephones that record as they go write pieces, each a `moof` that says where its
samples are; bytes of an `mdat` that no piece points to are nobody's.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedback_app.core.bare_mp4 import Box

MOST_SAMPLES = 100_000
_BASE, _DESCRIPTION, _DURATION, _SIZE, _FLAGS = 0x1, 0x2, 0x8, 0x10, 0x20
"""What a `tfhd` holds, in its order."""
_OFFSET, _FIRST_FLAGS = 0x1, 0x4
_OF_EACH = (0x100, 0x200, 0x400, 0x800)
"""What a `trun` holds for each sample: duration, size, flags, shift."""


@dataclass(frozen=True)
class Run:
    """Samples of one track that lie one after the other, with the time at which they end."""

    track: int
    start: int
    end: int
    ends_at: int


def runs(data: bytes, whole: Box, movie: Box) -> Iterator[Run]:
    """Every run of every piece, in the order of the file.

    `ValueError` or `struct.error` where a piece does not say where its samples are.
    """
    defaults = dict(_defaults(data, movie))
    clocks: dict[int, int] = {}
    left = MOST_SAMPLES
    for piece in whole.inner:
        if piece.name != b"moof":
            continue
        at = piece.start
        for part in piece.inner:
            if part.name != b"traf":
                continue
            for run, count in _of_part(data, part, piece.start, at, defaults, clocks):
                left -= count
                if left < 0:
                    raise ValueError("too many samples")
                yield run
                at = run.end


def _of_part(
    data: bytes,
    part: Box,
    piece: int,
    after: int,
    defaults: dict[int, tuple[int, int]],
    clocks: dict[int, int],
) -> Iterator[tuple[Run, int]]:
    head = part.find(b"tfhd")
    if head is None:
        raise ValueError("a part of no track")
    flags, track = struct.unpack_from(">II", data, head.content)
    flags &= 0xFFFFFF
    base, duration, size = _head(data, head.content + 8, flags, defaults.get(track, (0, 0)))
    if base is None:  # the first part counts from its piece, others from the one before
        base = piece if flags & 0x20000 else after
    begins = part.find(b"tfdt")
    if begins is not None:
        form = ">Q" if data[begins.content] == 1 else ">I"
        (clocks[track],) = struct.unpack_from(form, data, begins.content + 4)
    at = base
    for box in part.inner:
        if box.name != b"trun":
            continue
        of_run, count = struct.unpack_from(">II", data, box.content)
        if count > MOST_SAMPLES:
            raise ValueError("too many samples")
        place = box.content + 8
        if of_run & _OFFSET:
            at, place = base + struct.unpack_from(">i", data, place)[0], place + 4
        place += 4 if of_run & _FIRST_FLAGS else 0
        held = [bool(of_run & each) for each in _OF_EACH]
        width = sum(held)
        rows = struct.unpack_from(f">{width * count}I", data, place)
        lasts = sum(rows[0::width]) if held[0] else duration * count
        length = sum(rows[int(held[0]) :: width]) if held[1] else size * count
        clocks[track] = clocks.get(track, 0) + lasts
        if at < 0 or at + length > len(data):
            raise ValueError("samples that are not there")
        yield Run(track, at, at + length, clocks[track]), count
        at += length


def _head(
    data: bytes, at: int, flags: int, default: tuple[int, int]
) -> tuple[int | None, int, int]:
    """From where a part counts, and what each of its samples lasts and weighs."""
    base, (duration, size) = None, default
    if flags & _BASE:
        (base,), at = struct.unpack_from(">Q", data, at), at + 8
    if flags & _DESCRIPTION:
        at += 4
    if flags & _DURATION:
        (duration,), at = struct.unpack_from(">I", data, at), at + 4
    if flags & _SIZE:
        (size,) = struct.unpack_from(">I", data, at)
    return base, duration, size


def _defaults(data: bytes, movie: Box) -> Iterator[tuple[int, tuple[int, int]]]:
    extends = movie.find(b"mvex")
    for box in extends.inner if extends else ():
        if box.name == b"trex":
            track, _description, duration, size = struct.unpack_from(
                ">IIII", data, box.content + 4
            )
            yield track, (duration, size)
