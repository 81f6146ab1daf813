"""The smallest recordings that say how long they are."""

from __future__ import annotations

import struct


def wav(seconds: int, rate: int = 100) -> bytes:
    sound = bytes(seconds * rate)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate, 1, 8)
    body = b"WAVE" + form + struct.pack("<4sI", b"data", len(sound)) + sound
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def mp4(seconds: int, wide: bool = False) -> bytes:
    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", len(content) + 8, name) + content

    times = struct.pack(">QQIQ", 0, 0, 1000, seconds * 1000)
    if not wide:
        times = struct.pack(">IIII", 0, 0, 1000, seconds * 1000)
    header = box(b"mvhd", bytes([int(wide), 0, 0, 0]) + times + bytes(80))
    places = (
        box(b"stsz", struct.pack(">III", 0, 50, 1))
        + box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1))
        + box(b"stco", struct.pack(">III", 0, 1, 20))
    )
    handler = box(b"hdlr", bytes(8) + b"soun" + bytes(12))
    track = box(b"trak", box(b"mdia", handler + box(b"minf", box(b"stbl", places))))
    return box(b"ftyp", b"M4A ") + box(b"mdat", bytes(50)) + box(b"moov", header + track)
