"""Looks at a zipped Office file before anything parses it; refuses what is unsafe or broken."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import IO

MOST_UNPACKED = 100 * 1024 * 1024
MOST_ENTRIES = 2000
_MOST_DIRECTORY = 1024 * 1024
_CHUNK = 64 * 1024
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_FORBIDDEN_FORMS = tuple(
    word.decode().encode(code)
    for word in _FORBIDDEN
    for code in ("ascii", "utf-16-le", "utf-16-be")
)
_OVERLAP = max(map(len, _FORBIDDEN_FORMS)) - 1
_ENCODING = re.compile(rb"^.{0,40}?<\?xml[^>]{0,200}?encoding=[\"']([^\"']{1,40})", re.DOTALL)
_ENCODINGS = frozenset({b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"utf8"})
_END = struct.Struct("<4s4H2LH")


class Unsafe(Exception):
    """Why a package is not opened: broken, cut_off, entities, locked, names, not_document,
    too_many_parts or unpacks_too_big; `part` says where.
    """

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(code)
        self.code, self.part = code, part


def check_package(
    data: bytes, kind: re.Pattern[bytes], *, most_unpacked: int = MOST_UNPACKED
) -> None:
    """Refuse anything but a whole, plain package of bearable size that declares this kind.

    The unpacked size is counted while unpacking piece by piece, since the sizes written in the
    file may lie; nothing larger than one piece is held.
    """
    _check_directory(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            _check_entries(package)
            _check_type(package, kind)
            _check_contents(package, most_unpacked)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        struct.error,
        NotImplementedError,
    ) as error:
        raise Unsafe("broken") from error


def _check_directory(data: bytes) -> None:
    """Read the zip's closing record by hand: the library would take in the whole directory."""
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(data):
        raise Unsafe("cut_off")
    _sign, _disk, _start, _here, entries, size, offset, _comment = _END.unpack_from(data, at)
    if entries > MOST_ENTRIES or size > _MOST_DIRECTORY:
        raise Unsafe("too_many_parts")
    if offset + size > at:
        raise Unsafe("cut_off")
    if b"PK\x06\x06" in data[max(0, at - 200) : at]:
        raise Unsafe("too_many_parts")


def _check_entries(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Unsafe("too_many_parts")
    names = [entry.filename for entry in entries]
    for entry in entries:
        name = entry.orig_filename
        if entry.flag_bits & 0x1:
            raise Unsafe("locked", name)
        is_outside = name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name)
        if is_outside or "\x00" in name or ":" in name:
            raise Unsafe("names", name[:80])
    if len(set(names)) != len(names):
        raise Unsafe("names", next(name for name in names if names.count(name) > 1)[:80])


def _check_type(package: zipfile.ZipFile, kind: re.Pattern[bytes]) -> None:
    try:
        with package.open("[Content_Types].xml") as part:
            declared = part.read(_MOST_DIRECTORY)
    except KeyError as error:
        raise Unsafe("not_document") from error
    if not kind.search(declared):
        raise Unsafe("not_document")


def _check_contents(package: zipfile.ZipFile, left: int) -> None:
    for entry in package.infolist():
        try:
            with package.open(entry) as part:
                is_xml = entry.filename.lower().endswith((".xml", ".rels"))
                left -= _read_through(part, entry.filename, left, is_xml=is_xml)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
            raise Unsafe("broken", entry.filename[:80]) from error


def _read_through(part: IO[bytes], name: str, left: int, *, is_xml: bool) -> int:
    size = 0
    tail = b""
    while piece := part.read(_CHUNK):
        if is_xml and not size:
            _check_encoding(piece, name)
        size += len(piece)
        if size > left:
            raise Unsafe("unpacks_too_big", name[:80])
        if is_xml:
            seen = tail + piece
            if any(form in seen for form in _FORBIDDEN_FORMS):
                raise Unsafe("entities", name[:80])
            tail = seen[-_OVERLAP:]
    return size


def _check_encoding(start: bytes, name: str) -> None:
    """Other encodings could hide what is looked for here."""
    found = _ENCODING.match(start)
    if found and found.group(1).lower() not in _ENCODINGS:
        raise Unsafe("entities", name[:80])
