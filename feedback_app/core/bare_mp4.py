"""MP4, M4A, 3GP and QuickTime files with sound and picture alone: ISO/IEC 14496-12.

What tells of maker, place and time lies in boxes beside the sound, in tracks of its own, or in
bytes of the media data that nothing points to. Boxes are renamed to `free` and emptied rather
than taken out: every position in the file stays right.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from feedback_app.core.bare_fragments import Run, runs

MOST_BOXES, MOST_SAMPLES = 20_000, 100_000
_KEPT = {
    b"": "ftyp moov mdat moof sidx styp mfra pdin",
    b"moov": "mvhd trak mvex iods",
    b"trak": "tkhd edts mdia tref",
    b"edts": "elst",
    b"mdia": "mdhd hdlr minf elng",
    b"minf": "vmhd smhd dinf stbl hdlr",
    b"dinf": "dref",
    b"stbl": "stsd stts ctts cslg stss stps stsc stsz stco co64 sdtp sbgp sgpd",
    b"mvex": "mehd trex",
    b"moof": "mfhd traf",
    b"traf": "tfhd tfdt trun sdtp sbgp sgpd saiz saio",
    b"mfra": "tfra mfro",
}
KEPT = {parent: frozenset(names.encode().split()) for parent, names in _KEPT.items()}
TIMED = (b"mvhd", b"tkhd", b"mdhd")
_MAKER, _NAME_OF_CODER = slice(20, 24), slice(50, 82)
"""Where a description names who made it; of pictures, also what made them."""


@dataclass
class Box:
    name: bytes
    start: int
    content: int
    end: int
    inner: list[Box] = field(default_factory=list)

    def find(self, *names: bytes) -> Box | None:
        """The first box of each name within the one before."""
        inner, found = self.inner, None
        for name in names:
            found = next((box for box in inner if box.name == name), None)
            inner = found.inner if found else []
        return found


def bare_mp4(data: bytes) -> tuple[bytes, float | None]:
    """The file without what tells of its maker, and its seconds where it says them.

    `ValueError`, `struct.error` or `IndexError` where it cannot be read to its end.
    """
    out = bytearray(data)
    whole = Box(b"", 0, 0, len(data))
    _read(data, whole, [0])
    movie = whole.find(b"moov")
    if movie is None:
        raise ValueError("no movie in it")
    is_streamed = whole.find(b"moof") is not None
    tracks = [box for box in movie.inner if box.name == b"trak"]
    others = [track for track in tracks if _handler(data, track) not in (b"soun", b"vide")]
    if len(others) == len(tracks) or (others and is_streamed):
        raise ValueError("not sound and pictures alone")
    for box in _all(whole):
        if box.name in TIMED:
            width = 8 if data[box.content] == 1 else 4
            _empty(out, box.content + 4, box.content + 4 + 2 * width)
        elif box.name == b"hdlr":
            _empty(out, box.content + 24, box.end)
        elif box.name == b"dref":
            _close_references(data, out, box)
        elif box.name == b"stsd":
            _unname_coders(data, out, box)
    for track in others:
        _free(out, track)
        track.inner.clear()
    pieces = list(runs(data, whole, movie)) if is_streamed else []
    kept = [(piece.start, piece.end) for piece in pieces]
    kept += [span for track in tracks if track not in others for span in _spans(data, track)]
    if not any(end > start for start, end in kept):
        raise ValueError("no sound in it")
    _empty_between(out, whole, kept)
    _free_others(out, whole)
    return bytes(out), _seconds(data, movie, tracks, pieces)


def _read(data: bytes, parent: Box, count: list[int]) -> None:
    at = parent.content
    while at < parent.end:
        count[0] += 1
        if count[0] > MOST_BOXES:
            raise ValueError("too many boxes")
        if parent.end - at < 8:
            if parent.name == b"" or any(data[at : parent.end]):
                raise ValueError("cut off")
            return
        size, name = struct.unpack_from(">I4s", data, at)
        content = at + 8
        if size == 1:
            (size,), content = struct.unpack_from(">Q", data, content), at + 16
        end = parent.end if size == 0 and parent.name == b"" else at + size
        if end < content or end > parent.end:
            raise ValueError("a box that does not fit")
        box = Box(name, at, content, end)
        parent.inner.append(box)
        if name in KEPT and name in KEPT[parent.name]:
            _read(data, box, count)
        at = end


def _all(box: Box) -> Iterator[Box]:
    for inner in box.inner:
        yield inner
        yield from _all(inner)


def _empty(out: bytearray, start: int, end: int) -> None:
    if start < end:
        out[start:end] = bytes(end - start)


def _free(out: bytearray, box: Box) -> None:
    out[box.start + 4 : box.start + 8] = b"free"
    _empty(out, box.content, box.end)


def _free_others(out: bytearray, parent: Box) -> None:
    for box in parent.inner:
        if box.name not in KEPT[parent.name]:
            _free(out, box)
        elif box.name in KEPT:
            _free_others(out, box)


def _handler(data: bytes, track: Box) -> bytes:
    """What a track is of: `soun`, `vide`, or something else."""
    box = track.find(b"mdia", b"hdlr")
    return data[box.content + 8 : box.content + 12] if box else b""


def _close_references(data: bytes, out: bytearray, box: Box) -> None:
    """Media that lie in another file are not there; a path would tell of a computer."""
    at = box.content + 8
    for _ in range(struct.unpack_from(">I", data, box.content + 4)[0]):
        (size, _kind, flags) = struct.unpack_from(">I4sI", data, at)
        if size < 12 or at + size > box.end or not flags & 1:
            raise ValueError("the media are elsewhere")
        _empty(out, at + 12, at + size)
        at += size


def _unname_coders(data: bytes, out: bytearray, box: Box) -> None:
    at = box.content + 8
    while at + 8 <= box.end:
        (size,) = struct.unpack_from(">I", data, at)
        if size < 24 or at + size > box.end:
            raise ValueError("a description that does not fit")
        _empty(out, at + _MAKER.start, at + _MAKER.stop)
        if data[at + 4 : at + 8] in _PICTURES and size >= _NAME_OF_CODER.stop:
            _empty(out, at + _NAME_OF_CODER.start, at + _NAME_OF_CODER.stop)
        at += size


_PICTURES = frozenset(b"avc1 avc3 hvc1 hev1 mp4v s263 vp08 vp09 av01 jpeg dvh1 dvhe".split())


def _spans(data: bytes, track: Box) -> Iterator[tuple[int, int]]:
    """Where the samples of a track lie, chunk by chunk."""
    table = track.find(b"mdia", b"minf", b"stbl")
    chunks, sizes, groups = (
        table.find(name) if table else None for name in (b"stco", b"stsz", b"stsc")
    )
    wide = table.find(b"co64") if table else None
    if sizes is None or groups is None or (chunks or wide) is None:
        raise ValueError("a track without its places")
    same, number = struct.unpack_from(">II", data, sizes.content + 4)
    offsets = _numbers(data, chunks, "I") if chunks else _numbers(data, wide, "Q")
    if not same and number > MOST_SAMPLES:
        raise ValueError("too many samples")
    lengths = () if same else struct.unpack_from(f">{number}I", data, sizes.content + 12)
    groups_of = _numbers(data, groups, "III")
    if not offsets and not groups_of:  # all of its samples lie in pieces
        return
    firsts = [*groups_of[::3][1:], len(offsets) + 1]
    sample, chunk = 0, 0
    for each, until in zip(groups_of[1::3], firsts, strict=True):
        while chunk < min(until - 1, len(offsets)):
            stop = min(sample + each, number)
            length = same * (stop - sample) if same else sum(lengths[sample:stop])
            yield offsets[chunk], offsets[chunk] + length
            sample, chunk = stop, chunk + 1


def _numbers(data: bytes, box: Box | None, kind: str) -> tuple[int, ...]:
    """A table of numbers behind its count."""
    assert box is not None
    (count,) = struct.unpack_from(">I", data, box.content + 4)
    if count > MOST_SAMPLES:
        raise ValueError("too long a table")
    return struct.unpack_from(">" + kind * count, data, box.content + 8)


def _empty_between(out: bytearray, whole: Box, kept: list[tuple[int, int]]) -> None:
    """Nothing stays in the media data but what the tracks of sound and picture point to."""
    kept.sort()
    for box in whole.inner:
        if box.name != b"mdat":
            continue
        at = box.content
        for start, end in kept:
            if end <= box.content or start >= box.end:
                continue
            _empty(out, at, min(start, box.end))
            at = max(at, min(end, box.end))
        _empty(out, at, box.end)


def _seconds(data: bytes, movie: Box, tracks: list[Box], pieces: Sequence[Run]) -> float | None:
    header = movie.find(b"mvhd")
    if header is None:
        raise ValueError("no header of the movie")
    scale, length = _scale_and_length(data, header)
    if length and not pieces:
        return length / scale
    scales = {}
    for track in tracks:
        named, times = track.find(b"tkhd"), track.find(b"mdia", b"mdhd")
        if named and times:
            at = named.content + (20 if data[named.content] == 1 else 12)
            scales[struct.unpack_from(">I", data, at)[0]] = _scale_and_length(data, times)[0]
    return (
        max(
            (run.ends_at / scales[run.track] for run in pieces if run.track in scales),
            default=0,
        )
        or None
    )


def _scale_and_length(data: bytes, box: Box) -> tuple[int, int]:
    """The units in a second, and how many of them there are."""
    if data[box.content] == 1:
        scale, length = struct.unpack_from(">IQ", data, box.content + 20)
    else:
        scale, length = struct.unpack_from(">II", data, box.content + 12)
    if not scale:
        raise ValueError("no time in it")
    return int(scale), int(length)
