"""One small recording of each kind, with planted words wherever a maker may leave some.

Every file holds `SOUND` where its sound lies, as often as `HEARD` says.
"""

from __future__ import annotations

import struct

PLANTED = b"planted phone at 41.88 -87.63 on a Friday"
SOUND = bytes(range(1, 98))
MOMENT = 0xE0A1B2C3
"""A time of making, as MP4 counts it."""


def id3() -> bytes:
    size = len(PLANTED)
    return b"ID3\x04\x00\x00" + bytes([0, 0, size >> 7, size & 0x7F]) + PLANTED


def at_the_end() -> bytes:
    ape = PLANTED + b"APETAGEX" + struct.pack("<IIII", 2000, len(PLANTED) + 32, 1, 0) + bytes(8)
    return ape + b"TAG" + PLANTED.ljust(125, b"\0")


def mp3() -> bytes:
    """64 kbit/s at 24 kHz, second version: 192 bytes and 24 ms a frame."""
    frame = b"\xff\xf3\x84\xc4" + SOUND + bytes(91)
    return id3() + frame * 250 + PLANTED + frame * 250 + at_the_end()


def aac() -> bytes:
    size = 7 + len(SOUND)
    head = struct.pack(">I", 0xFFF15040 | size >> 11) + bytes(
        [size >> 3 & 255, size << 5 & 255]
    )
    frame = head + b"\x00" + SOUND
    return id3() + frame * 86 + at_the_end()


def amr() -> bytes:
    """Twenty milliseconds in each of the frames; here of the largest kind."""
    frame = b"\x3c" + SOUND[:31]
    return b"#!AMR\n" + frame * 100 + PLANTED


def flac() -> bytes:
    packed = (8000 << 44 | 3 << 41 | 15 << 36 | 8000 * 5).to_bytes(8)
    info = bytes(10) + packed + bytes(16)
    blocks = [(0, info), (4, PLANTED), (6, PLANTED), (2, PLANTED)]
    parts = [bytes([kind]) + len(each).to_bytes(3) + each for kind, each in blocks]
    last = bytes([0x81]) + len(PLANTED).to_bytes(3) + PLANTED
    return b"fLaC" + b"".join(parts) + last + b"\xff\xf8" + SOUND + at_the_end()


def wav() -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)

    form = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 97, 97, 1, 8))
    told = chunk(b"LIST", b"INFO" + PLANTED) + chunk(b"bext", PLANTED)
    return b"RIFF" + bytes(4) + b"WAVE" + told + form + chunk(b"data", SOUND * 4) + told


def ogg() -> bytes:
    """Opus, whose comments run over two pages, beside a stream of neither sound nor picture."""

    def page(kind: int, granule: int, serial: int, lacing: bytes, content: bytes) -> bytes:
        head = struct.pack("<BBQIIIB", 0, kind, granule, serial, 0, 0, len(lacing))
        return b"OggS" + head + lacing + content

    tags = b"OpusTags" + struct.pack("<I", 600) + PLANTED.ljust(600) + bytes(4)
    return b"".join(
        [
            page(2, 0, 7, b"\x13", b"OpusHead" + bytes(11)),
            page(2, 0, 8, bytes([8 + len(PLANTED)]), b"fishead\0" + PLANTED),
            page(0, 0, 7, b"\xff", tags[:255]),
            page(1, 0, 7, bytes([255, len(tags) - 510]), tags[255:]),
            PLANTED,
            page(0, 0, 8, bytes([len(PLANTED)]), PLANTED),
            page(4, 48_000 * 3, 7, bytes([len(SOUND)]), SOUND),
        ]
    )


def webm() -> bytes:
    """A stream as browsers record it: neither the segment nor the cluster says its length."""

    def element(kind: int, content: bytes) -> bytes:
        name = kind.to_bytes((kind.bit_length() + 7) // 8)
        return name + struct.pack(">H", 0x4000 | len(content)) + content

    info = element(
        0x1549A966,
        element(0x2AD7B1, (1_000_000).to_bytes(3))
        + element(0x4461, struct.pack(">q", 799_000_000))
        + element(0x7BA9, PLANTED)
        + element(0x4D80, PLANTED)
        + element(0x5741, PLANTED),
    )
    track = element(
        0xAE, element(0xD7, b"\1") + element(0x83, b"\2") + element(0x536E, PLANTED)
    )
    block = element(0xA3, b"\x81\x00\x64\x80" + SOUND)
    group = element(
        0xA0, element(0xA1, b"\x81\x03\xe8\x00" + SOUND) + element(0x75A1, PLANTED * 4)
    )
    cluster = element(0xE7, (1000).to_bytes(2)) + block + group + element(0xEC, PLANTED)
    return (
        element(0x1A45DFA3, element(0x4282, b"webm"))
        + b"\x18\x53\x80\x67\x01"
        + b"\xff" * 7
        + info
        + element(0x1654AE6B, track)
        + b"\x1f\x43\xb6\x75\xff"
        + cluster
        + element(0x1254C367, PLANTED * 5)
    )


def box(name: bytes, *content: bytes) -> bytes:
    joined = b"".join(content)
    return struct.pack(">I4s", len(joined) + 8, name) + joined


def mp4() -> bytes:
    """Sound, and a track of places; the media data hold both, and bytes of nobody."""
    media = SOUND + PLANTED + SOUND + PLANTED
    at = 16 + 8  # behind the type of the file and the head of the media data

    def track(number: int, kind: bytes, offsets: list[int], size: int) -> bytes:
        times = struct.pack(">III", 0, MOMENT, MOMENT)
        description = bytes(8) + PLANTED[:12] + bytes(16)
        table = box(
            b"stbl",
            box(b"stsd", struct.pack(">II", 0, 1), box(b"mp4a", description)),
            box(b"stsz", struct.pack(">III", 0, size, len(offsets))),
            box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1)),
            box(b"stco", struct.pack(f">II{len(offsets)}I", 0, len(offsets), *offsets)),
        )
        elsewhere = box(b"url ", struct.pack(">I", 1) + PLANTED)
        return box(
            b"trak",
            box(b"tkhd", times, struct.pack(">I", number), bytes(68)),
            box(
                b"mdia",
                box(b"mdhd", times, struct.pack(">II", 1000, 4000), bytes(4)),
                box(b"hdlr", bytes(8) + kind + bytes(12) + PLANTED),
                box(
                    b"minf",
                    box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), elsewhere)),
                    table,
                ),
            ),
            box(b"udta", PLANTED),
        )

    movie = box(
        b"moov",
        box(b"mvhd", struct.pack(">IIIII", 0, MOMENT, MOMENT, 1000, 4000), bytes(80)),
        track(1, b"soun", [at, at + len(SOUND) + len(PLANTED)], len(SOUND)),
        track(2, b"meta", [at + len(SOUND)], len(PLANTED)),
        box(b"udta", box(b"\xa9xyz", PLANTED)),
        box(b"meta", PLANTED),
    )
    return (
        box(b"ftyp", b"M4A " + bytes(4)) + box(b"mdat", media) + movie + box(b"uuid", PLANTED)
    )


def streamed_mp4(kind: bytes = b"soun", *, lasts: int = 500, lost: int = 0) -> bytes:
    """As browsers record it: where its samples lie and how long they last, the pieces say.

    Two tracks: one counts from the piece and says the size of each sample, the other goes on
    where the first ended, with one size for all. `lost` moves the samples out of the file.
    """
    length = box(b"mdhd", struct.pack(">IIIII", 0, MOMENT, MOMENT, 500, 0), bytes(4))
    empty = [struct.pack(">II", 0, 0)] * 3 + [struct.pack(">III", 0, 0, 0)]
    names = (b"stsd", b"stsc", b"stco", b"stsz")
    tables = [box(*each) for each in zip(names, empty, strict=True)]

    def track(number: int, of: bytes) -> bytes:
        head = box(b"tkhd", struct.pack(">IIII", 0, MOMENT, MOMENT, number), bytes(68))
        handler = box(b"hdlr", bytes(8) + of + bytes(12))
        return box(
            b"trak", head, box(b"mdia", length, handler, box(b"minf", box(b"stbl", *tables)))
        )

    def trex(number: int, size: int) -> bytes:
        return box(b"trex", struct.pack(">IIIIII", 0, number, 1, lasts, size, 0))

    movie = box(
        b"moov",
        box(b"mvhd", struct.pack(">IIIII", 0, MOMENT, MOMENT, 1000, 0), bytes(80)),
        track(1, kind),
        track(2, b"vide"),
        box(b"mvex", trex(1, 0), trex(2, len(SOUND))),
    )

    def piece(begins: int, offset: int) -> bytes:
        own = struct.pack(">IIiII", 0x201, 2, offset + lost, len(SOUND) - 40, 40)
        return box(
            b"moof",
            box(
                b"traf",
                box(b"tfhd", struct.pack(">II", 0x20000, 1)),
                box(b"tfdt", struct.pack(">II", 0, begins)),
                box(b"trun", own),
            ),
            box(
                b"traf",
                box(b"tfhd", struct.pack(">II", 0, 2)),
                box(b"trun", struct.pack(">II", 0, 1)),
            ),
            box(b"uuid", PLANTED),
        )

    def both(begins: int) -> bytes:
        offset = len(piece(begins, 0)) + 8 + len(PLANTED)
        return piece(begins, offset) + box(b"mdat", PLANTED + SOUND + SOUND + PLANTED)

    return (
        box(b"ftyp", b"isom" + bytes(4))
        + movie
        + box(b"prft", PLANTED)
        + both(0)
        + both(2 * lasts)
        + box(b"mdat", PLANTED)
    )


FILES = {
    "mp3": (mp3, 500, 12),
    "aac": (aac, 86, 2),
    "flac": (flac, 1, 5),
    "wav": (wav, 4, 4),
    "ogg": (ogg, 1, 3),
    "webm": (webm, 2, 2),
    "mp4": (mp4, 2, 4),
    "fragmented": (streamed_mp4, 4, 4),
}
"""{kind: what makes it, how often its sound is in it, its seconds}"""
