"""The smallest pictures, with planted words wherever a camera or a program leaves some."""

from __future__ import annotations

import struct
import zlib


def chunk(kind, data):
    return (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    )


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"tEXt", b"Author\x00Ana Planted")
    + chunk(b"eXIf", b"MM\x00*planted-place")
    + chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + chunk(b"IEND", b"")
    + b"planted-tail"
)
EXIF = (
    b"Exif\x00\x00"
    + struct.pack("<2sHIHHHIHHHHII", b"II", 42, 8, 2, 0x0112, 3, 1, 6, 0, 0x010F, 2, 7, 38)
    + b"\x00\x00\x00\x00planted"
)
JPEG = (
    b"\xff\xd8"
    + b"\xff\xe1" + struct.pack(">H", len(EXIF) + 2) + EXIF
    + b"\xff\xfe" + struct.pack(">H", 9) + b"planted"
    + b"\xff\xdb" + struct.pack(">H", 4) + b"qt"
    + b"\xff\xda" + struct.pack(">H", 4) + b"ss" + b"scanned\xff\xd9planted"
)  # fmt: skip
