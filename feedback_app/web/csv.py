"""Downloads as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

STARTS_FORMULA = frozenset("=+-@|%\t\r\n")


def safe_cell(value: object) -> str:
    """The value as text; one that a spreadsheet could run gets a leading apostrophe.

    Full-width forms are folded before the look (NFKC), because some programs fold them too.
    """
    text = "" if value is None else str(value)
    if not text:
        return text
    head = unicodedata.normalize("NFKC", text.strip()[:1] or text[:1])
    return f"'{text}" if head[:1] in STARTS_FORMULA or text[0] in "\t\r\n" else text


def csv_lines(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headers)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        if buffer.tell() > 32_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def csv_response(
    filename: str, headers: Sequence[str], rows: Iterable[Sequence[object]]
) -> Response:
    """A streamed download: its memory does not grow with the list."""
    response = Response(
        stream_with_context(csv_lines(headers, rows)), mimetype="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
