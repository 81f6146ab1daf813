"""Files that people hand in: kept under their SHA-256, without what they say of their maker."""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
import zlib
from datetime import datetime
from pathlib import Path

from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_

MOST_BYTES = 10 * 1024 * 1024
PICTURES = {"jpeg": "image/jpeg", "png": "image/png"}
RECORDINGS = ("aac", "amr", "flac", "mp3", "mp4", "ogg", "wav", "webm")
TYPES = PICTURES | dict.fromkeys(
    ("docx", "eml", "pdf", "txt", *RECORDINGS), "application/octet-stream"
)
"""What may be kept; whatever is no picture is never called by a type that a browser opens."""
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_KEPT_SEGMENTS = {0xE0, 0xE2, 0xEE}
"""APP0 (JFIF), APP2 (color profile) and APP14 (Adobe's colors); the rest tells of the maker."""
_TOLD_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}


class WrongFile(Invalid):
    message = N_("Choose a picture of the sheet: a JPEG or PNG file of at most 10 MB.")
    field = "scan"


class Media:
    """A folder of files; one that comes twice is kept once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Its SHA-256 in hex; on disk before this returns."""
        key = hashlib.sha256(data).hexdigest()
        path = self._path(key)
        if path.exists():
            path.touch()  # whoever sweeps takes it for new
            return key
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        return key

    def get(self, key: str) -> bytes | None:
        """What was put, or nothing where it is gone or is not what it was."""
        path = self._path(key)
        data = path.read_bytes() if path.exists() else None
        return data if data is None or hashlib.sha256(data).hexdigest() == key else None

    def older_than(self, at: datetime) -> list[str]:
        """The keys of all files that nobody has put since."""
        return [
            path.name
            for path in self.folder.glob("??/*")
            if len(path.name) == 64 and path.stat().st_mtime < at.timestamp()
        ]

    def drop(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not all(letter in "0123456789abcdef" for letter in key):
            raise ValueError("not a SHA-256 in hex")
        return self.folder / key[:2] / key


def picture(data: bytes) -> tuple[bytes, str]:
    """A picture told by its content, with everything but the picture left out, and its type.

    Which way up a phone held it is kept, because nobody could read the sheet otherwise.
    """
    if len(data) > MOST_BYTES:
        raise WrongFile
    try:
        if data.startswith(_JPEG):
            return _bare_jpeg(data), "jpeg"
        if data.startswith(_PNG):
            return _bare_png(data), "png"
    except (struct.error, IndexError, ValueError):
        raise WrongFile from None
    raise WrongFile


def _bare_jpeg(data: bytes) -> bytes:
    """ISO/IEC 10918-1, annex B: segments up to the scan, then the scan up to the end mark."""
    out, at = [data[:2]], 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no segment here")
        mark = data[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        segment = data[at : at + 2 + length]
        if len(segment) < 4 or length < 2:
            raise ValueError("cut off")
        if mark == 0xE1:
            out.append(_turned(segment))
        elif mark not in range(0xE0, 0xF0) or mark in _KEPT_SEGMENTS:
            out.append(segment if mark != 0xFE else b"")
        at += 2 + length
        if mark == 0xDA:
            end = data.rfind(b"\xff\xd9")
            if end < at:
                raise ValueError("cut off")
            return b"".join([*out, data[at : end + 2]])


def _turned(segment: bytes) -> bytes:
    """A segment that says which way up the picture is and nothing else."""
    body = segment[4:]
    if not body.startswith(b"Exif\x00\x00"):
        return b""
    tiff = body[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return b""
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for number in range(min(count, 200)):
        tag, _kind, _count, value = struct.unpack_from(
            f"{order}HHIH", tiff, first + 2 + 12 * number
        )
        if tag == 0x0112 and 2 <= value <= 8:
            kept = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, value, 0, 0)
            return b"\xff\xe1" + struct.pack(">H", len(kept) + 8) + b"Exif\x00\x00" + kept
    return b""


def _bare_png(data: bytes) -> bytes:
    """PNG (third edition), section 5: the signature, then chunks with their check sums."""
    out, at = [_PNG], len(_PNG)
    while True:
        (length,) = struct.unpack_from(">I", data, at)
        kind, chunk = data[at + 4 : at + 8], data[at : at + 12 + length]
        if len(chunk) < 12 + length or (
            zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]
        ):
            raise ValueError("cut off or damaged")
        if kind not in _TOLD_CHUNKS:
            out.append(chunk)
        at += 12 + length
        if kind == b"IEND":
            return b"".join(out)
