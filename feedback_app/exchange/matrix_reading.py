"""A matrix that comes back, as text: which file it is, its headings and its rows."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from feedback_app.comments.sheet_lists import decoded
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.core.workbook import is_workbook, read_workbook
from feedback_app.exchange.matrix import BACK, NAMES

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 50_000, 80
KEYS = ("comment_id", "point", "row_check")
WANTED = (*KEYS, *BACK)
_LOOKED_AT = 10
"""So many rows may stand above the headings, as a title does."""

OTHER_NAMES = {
    "comment_id": ("id", "ref", "reference", "comment_number", "referencia"),
    "point": ("part", "punto"),
    "row_check": ("check", "rowcheck"),
    "theme": ("themes", "subject", "subjects", "topic", "tema", "temas"),
    "disposition": ("outcome", "answer", "decision", "resolution", "status", "respuesta"),
    "reason_code": ("reason", "motivo"),
    "rationale": ("why", "response", "justification", "public_reason", "porque", "explicacion"),
    "reason_detail": ("proof", "evidence", "citation", "prueba"),
    "due_on": ("due", "due_date", "date", "fecha"),
    "referred_to": ("referred", "belongs_to"),
    "covered_section": ("covered_in",),
    "covered_words": ("covered_text",),
    "office": ("department_office", "oficina"),
    "authority": ("decided_by", "autoridad"),
    "answer_language": ("language_of_the_answer",),
    "translation": ("rationale_translated", "traduccion"),
    "evidence_url": ("link", "evidence_link", "enlace"),
    "evidence_title": ("link_title", "evidence_name"),
    "corrects": ("correction", "corrige", "correccion"),
}


class MatrixTooLarge(Invalid):
    message = N_("This file is too large: up to 20 MB and 50,000 rows.")
    field = "file"


class EmptyMatrix(Invalid):
    message = N_("There is no row in this file.")
    field = "file"


class NotATable(Invalid):
    message = N_("We could not read this as a table. Save it as .xlsx or CSV and try again.")
    field = "file"


class Sheet(NamedTuple):
    """The headings, and each row that is not blank with its number in the file."""

    heads: list[str]
    rows: list[tuple[int, list[str]]]


def read_sheet(data: bytes) -> Sheet:
    """The first sheet of a workbook, or a CSV; raises `Invalid` with a sentence."""
    if len(data) > MOST_BYTES:
        raise MatrixTooLarge
    rows = (
        read_workbook(
            data,
            most_rows=MOST_ROWS,
            most_columns=MOST_COLUMNS,
            most_unpacked=MOST_UNPACKED,
            most_bytes=MOST_BYTES,
        )
        if is_workbook(data)
        else _table(decoded(data))
    )
    if len(rows) > MOST_ROWS:
        raise MatrixTooLarge
    filled = [(n, [_kept(c) for c in row]) for n, row in enumerate(rows, start=1) if any(row)]
    if not filled:
        raise EmptyMatrix
    head = max(
        range(len(filled[:_LOOKED_AT])), key=lambda at: (*_like_heads(filled[at][1]), -at)
    )
    if len(filled) == head + 1:
        raise EmptyMatrix
    return Sheet(filled[head][1], filled[head + 1 :])


def _like_heads(row: Sequence[str]) -> tuple[int, int]:
    """The more a row looks like headings the more: known names first, then filled cells."""
    return len(guess(row)), sum(bool(cell.strip()) for cell in row)


def _table(text: str) -> list[list[str]]:
    text = text.lstrip("\ufeff")
    lines = text.split("\n", _LOOKED_AT)[:_LOOKED_AT]
    mark = max(
        ",;\t",
        key=lambda sign: max(
            _like_heads(ln.split(sign, MOST_COLUMNS)[:MOST_COLUMNS]) for ln in lines
        ),
    )
    try:
        rows = [
            row[:MOST_COLUMNS]
            for _number, row in zip(
                range(MOST_ROWS + 2),
                csv.reader(io.StringIO(text, newline=""), delimiter=mark),
                strict=False,
            )
        ]
    except csv.Error:
        raise NotATable from None
    return rows


def _kept(cell: str) -> str:
    """The cell as a database keeps it."""
    text = cell.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", text.replace("\x00", ""))


def guess(heads: Sequence[str]) -> dict[str, int]:
    """{column of ours: its place} by the names that people give them; the first one counts."""
    named: dict[str, int] = {}
    for place, head in enumerate(heads):
        named.setdefault(_folded(head), place)
    found = {name: named[_folded(name)] for name in WANTED if _folded(name) in named}
    taken = set(found.values())
    for name in WANTED:
        if name in found:
            continue
        other = _other(name, named, taken)
        if other is not None:
            found[name] = other
            taken.add(other)
    return found


def unknown(heads: Sequence[str], mapping: Mapping[str, int]) -> list[str]:
    """Headings that nobody reads: neither taken in nor of our own export, as typed."""
    ours = {_folded(name) for name in NAMES}
    used = set(mapping.values())
    return [
        head.strip()
        for place, head in enumerate(heads)
        if head.strip() and place not in used and _folded(head) not in ours
    ]


def _other(name: str, named: dict[str, int], taken: set[int]) -> int | None:
    for other in OTHER_NAMES[name]:
        place = named.get(_folded(other))
        if place is not None and place not in taken:
            return place
    return None


def _folded(head: str) -> str:
    plain = unicodedata.normalize("NFKD", head).casefold()
    return re.sub(r"[^a-z0-9]+", "", plain)


def packed(sheet: Sheet) -> bytes:
    """What was read, for the table in which it waits."""
    return zlib.compress(json.dumps(sheet.rows, ensure_ascii=False).encode(), 6)


def unpacked(cells: bytes) -> list[tuple[int, list[str]]]:
    return [(number, row) for number, row in json.loads(zlib.decompress(cells))]
