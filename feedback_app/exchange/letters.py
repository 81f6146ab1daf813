"""The words of a letter: Word, PDF and text by guarded readers, mail by the library."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

from feedback_app.core.html import plain_text
from feedback_app.exchange.letter_pdf import read_pdf
from feedback_app.exchange.reading import parse_upload
from feedback_app.exchange.word_guard import Unreadable, check_size

MOST_PARTS = 200


def read_letter(data: bytes, filename: str) -> tuple[str, str]:
    """What the letter says as plain text, and the type under which its original is kept.

    Raises `Unreadable`. Of a mail only its text is read: who sent it and to whom stays in the
    original, and nothing that hangs on it is opened.
    """
    check_size(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return _document(data, filename), "docx"
    if data.startswith(b"%PDF"):
        return read_pdf(data), "pdf"
    if filename.lower().endswith(".eml"):
        return _mail(data), "eml"
    return _document(data, filename), "txt"


def _document(data: bytes, filename: str) -> str:
    try:
        document = parse_upload(data, filename)
    except Unreadable as error:
        if error.code == "not_document":
            raise Unreadable("not_letter") from error
        raise
    parts = [
        part.strip()
        for section in document.sections
        for part in (section.title if len(document.sections) > 1 else "", section.source)
        if part.strip()
    ]
    return "\n\n".join(parts)


def _mail(data: bytes) -> str:
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        if not isinstance(message, EmailMessage) or not message.keys():
            raise Unreadable("not_letter")
        if (
            sum(1 for _ in zip(message.walk(), range(MOST_PARTS + 1), strict=False))
            > MOST_PARTS
        ):
            raise Unreadable("too_many_parts")
        body = message.get_body(preferencelist=("plain", "html"))
        words = str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError, RecursionError, AttributeError, TypeError) as error:
        raise Unreadable("broken") from error
    if body is not None and body.get_content_subtype() == "html":
        words = plain_text(words)
    words = "".join(one for one in words if one.isprintable() or one in "\n\t")
    if not words.strip():
        raise Unreadable("empty")
    return words.strip()
