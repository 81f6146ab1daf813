"""Looks at an uploaded file before anything parses it, and refuses what is unsafe or broken."""

from __future__ import annotations

import re

from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.core.package_guard import Unsafe, check_package

MOST_BYTES = 20 * 1024 * 1024

SENTENCES: dict[str, str] = {
    "broken": N_(
        "This file is damaged, so we could not read it. Save it again and try once more."
    ),
    "cut_off": N_("The end of this file is missing. Please upload it again."),
    "empty": N_("This file is empty."),
    "entities": N_("This file holds code that a course does not need. We did not open it."),
    "locked": N_("This file has a password. Save it without one and upload it again."),
    "locked_pdf": N_("This PDF is locked. Type its words below, or paste them."),
    "long_pdf": N_("This PDF has more than 60 pages. Paste the words of the letter below."),
    "pdf_scan": N_(
        "This PDF holds a picture of a letter and no words. Type or paste its words below."
    ),
    "names": N_("This file holds parts with unsafe names. We did not open it."),
    "not_document": N_(
        "We can read Word (.docx), Markdown and web page files. This is none of them."
    ),
    "not_letter": N_(
        "We can read PDF, Word (.docx), saved mail (.eml) and plain text. This is none of them."
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


class Unreadable(Invalid):
    """The file was refused; `code` says why (a key of SENTENCES), `part` where in the file."""

    field = "file"

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(SENTENCES.get(code, SENTENCES["broken"]), part=part)
        self.code = code if code in SENTENCES else "broken"
        self.part = part


def check_word(data: bytes) -> None:
    """Refuse anything but a whole, plain Word file of bearable size."""
    check_size(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        is_locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Unreadable("locked" if is_locked else "old_word")
    try:
        check_package(data, _WORD_TYPE)
    except Unsafe as error:
        raise Unreadable(error.code, error.part) from error.__cause__


def check_size(data: bytes) -> None:
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big")
