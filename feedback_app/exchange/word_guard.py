"""Looks at an uploaded file before anything parses it, and refuses what is unsafe or broken."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import IO

from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ENTRIES = 2000
_MOST_DIRECTORY = 1024 * 1024
_CHUNK = 64 * 1024

SENTENCES: dict[str, str] = {
    "broken": N_(
        "This file is damaged, so we could not read it. Save it again and try once more."
    ),
    "cut_off": N_("The end of this file is missing. Please upload it again."),
    "empty": N_("This file is empty."),
    "entities": N_("This file holds code that a course does not need. We did not open it."),
    "locked": N_("This file has a password. Save it without one and upload it again."),
    "names": N_("This file holds parts with unsafe names. We did not open it."),
    "not_document": N_(
        "We can read Word (.docx), Markdown and web page files. This is none of them."
    ),
    "old_word": N_("This is an old Word file (.doc). Save it as .docx and upload it again."),
    "pdf": N_("We cannot read PDF files. Please upload the Word file it was made from."),
    "too_big": N_(
        "This file is larger than 20 MB. Make its pictures smaller or take them out."
    ),
    "too_long": N_(
        "This text is too long to be read in one piece. Split it into several files."
    ),
    "too_many_parts": N_("This file has far more parts than a course. We did not open it."),
    "too_slow": N_("Reading this file took too long, so we stopped. Try saving it again."),
    "unpacks_too_big": N_("This file grows too large when it is opened. We did not open it."),
}

_WORD_TYPE = re.compile(
    rb"application/(?:vnd\.openxmlformats-officedocument\.wordprocessingml\.(?:document|template)"
    rb"|vnd\.ms-word\.(?:document|template)\.macroEnabled)\.main\+xml"
)
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


class Unreadable(Invalid):
    """The file was refused; `code` says why (a key of SENTENCES), `part` where in the file."""

    field = "file"

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(SENTENCES.get(code, SENTENCES["broken"]), part=part)
        self.code = code if code in SENTENCES else "broken"
        self.part = part


def check_word(data: bytes) -> None:
    """Refuse anything but a whole, plain Word file of bearable size.

    The unpacked size is counted while unpacking piece by piece, since the sizes written in the
    file may lie; nothing larger than one piece is held.
    """
    check_size(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        is_locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Unreadable("locked" if is_locked else "old_word")
    _check_directory(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            _check_entries(package)
            _check_type(package)
            _check_contents(package)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        struct.error,
        NotImplementedError,
    ) as error:
        raise Unreadable("broken") from error


def check_size(data: bytes) -> None:
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big")


def _check_directory(data: bytes) -> None:
    """Read the zip's closing record by hand: the library would take in the whole directory."""
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(data):
        raise Unreadable("cut_off")
    _sign, _disk, _start, _here, entries, size, offset, _comment = _END.unpack_from(data, at)
    if entries > MOST_ENTRIES or size > _MOST_DIRECTORY:
        raise Unreadable("too_many_parts")
    if offset + size > at:
        raise Unreadable("cut_off")
    if b"PK\x06\x06" in data[max(0, at - 200) : at]:
        raise Unreadable("too_many_parts")


def _check_entries(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Unreadable("too_many_parts")
    names = [entry.filename for entry in entries]
    for entry in entries:
        name = entry.orig_filename
        if entry.flag_bits & 0x1:
            raise Unreadable("locked", name)
        is_outside = name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name)
        if is_outside or "\x00" in name or ":" in name:
            raise Unreadable("names", name[:80])
    if len(set(names)) != len(names):
        raise Unreadable("names", next(name for name in names if names.count(name) > 1)[:80])


def _check_type(package: zipfile.ZipFile) -> None:
    try:
        with package.open("[Content_Types].xml") as part:
            declared = part.read(_MOST_DIRECTORY)
    except KeyError as error:
        raise Unreadable("not_document") from error
    if not _WORD_TYPE.search(declared):
        raise Unreadable("not_document")


def _check_contents(package: zipfile.ZipFile) -> None:
    left = MOST_UNPACKED
    for entry in package.infolist():
        try:
            with package.open(entry) as part:
                is_xml = entry.filename.lower().endswith((".xml", ".rels"))
                left -= _read_through(part, entry.filename, left, is_xml=is_xml)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
            raise Unreadable("broken", entry.filename[:80]) from error


def _read_through(part: IO[bytes], name: str, left: int, *, is_xml: bool) -> int:
    size = 0
    tail = b""
    while piece := part.read(_CHUNK):
        if is_xml and not size:
            _check_encoding(piece, name)
        size += len(piece)
        if size > left:
            raise Unreadable("unpacks_too_big", name[:80])
        if is_xml:
            seen = tail + piece
            if any(form in seen for form in _FORBIDDEN_FORMS):
                raise Unreadable("entities", name[:80])
            tail = seen[-_OVERLAP:]
    return size


def _check_encoding(start: bytes, name: str) -> None:
    """Other encodings could hide what is looked for here."""
    found = _ENCODING.match(start)
    if found and found.group(1).lower() not in _ENCODINGS:
        raise Unreadable("entities", name[:80])
