"""The words of a letter that came as a PDF, read in a child process; nothing of it is drawn."""

from __future__ import annotations

import re
import sys
from io import BytesIO

from feedback_app.exchange.reading import bound, in_child, serve
from feedback_app.exchange.word_guard import Unreadable, check_size

MOST_PAGES = 60
FEWEST_LETTERS = 20
"""Less than this is the number of a page or a stamp on a picture, not a letter."""
_ENDS = (".", "!", "?", ":", ";")


def read_pdf(data: bytes) -> str:
    """What the letter says. Raises `Unreadable`; a scan without text is `pdf_scan`."""
    check_size(data)
    answer = in_child("feedback_app.exchange.letter_pdf", data, "letter.pdf")
    if "refused" in answer:
        raise Unreadable(str(answer["refused"]))
    return str(answer.get("words") or "")


def words_of(data: bytes) -> str:
    """Read it in this process; `read_pdf` is the safe way to call it."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise Unreadable("locked_pdf")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable("long_pdf")
        pages = [page.extract_text() for page in reader.pages]
    except PyPdfError as error:
        raise Unreadable("broken") from error
    words = "\n\n".join(_paragraphs(page) for page in pages).strip()
    if sum(letter.isalpha() for letter in words) < FEWEST_LETTERS:
        raise Unreadable("pdf_scan")
    return words


def _paragraphs(page: str) -> str:
    """Lines that were broken at the end of the paper become one; somebody checks them."""
    text = "".join(one for one in page if one.isprintable() or one in "\n\t")
    out: list[str] = []
    for line in (each.strip() for each in text.split("\n")):
        goes_on = bool(out and out[-1] and line[:1].islower()) and not out[-1].endswith(_ENDS)
        if goes_on:
            out[-1] += line if out[-1].endswith("-") else f" {line}"
        else:
            out.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip()


if __name__ == "__main__":
    bound()
    serve(lambda: {"words": words_of(sys.stdin.buffer.read())})
