"""A list of sheets that was filled in elsewhere (CSV, RFC 4180), row by row with its faults."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from feedback_app.comments.models import Channel, CommentKind
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_

COLUMNS = (
    *("number", "section", "kind", "comment", "suggested_wording", "channel", "language"),
    *("received_on", "name", "collected_by"),
)
MOST_ROWS = 500
LONGEST = 10_000
BY = {Channel.PAPER, Channel.MEETING, Channel.PHONE, Channel.EMAIL}

NO_WORDS = N_("There is no comment in this row.")
TOO_LONG = N_("The comment is longer than 10,000 characters.")
NO_SECTION = N_("This section is not in the version that people comment on.")
NO_KIND = N_("The kind is none of: support, concern, suggestion, question, lived_experience.")
NO_CHANNEL = N_("How it came is none of: paper, meeting, phone, email.")
NO_DAY = N_("The day is not written like 2026-12-11.")
NO_NUMBER = N_("The number is not a whole number from 1 to 9999.")
NO_LANGUAGE = N_("The language is not a code like en or es.")
LONG_NAME = N_("A name may be up to 80 characters long.")


class NotAList(Invalid):
    message = N_("We could not read this as a list: save the sheet as CSV and try again.")
    field = "file"


class NoCommentColumn(Invalid):
    message = N_("The first row names the columns; one of them must be “comment”.")
    field = "file"


class TooManyRows(Invalid):
    message = N_("Up to 500 rows fit. Split the list.")
    field = "file"


@dataclass
class Row:
    """One row as it was read; `faults` are sentences, and then nothing of the list is kept."""

    line: int
    comment: str
    suggested_wording: str = ""
    section_key: str | None = None
    kind: CommentKind | None = None
    channel: Channel = Channel.PAPER
    language: str = "en"
    received_on: date | None = None
    number: int | None = None
    name: str = ""
    collected_by: str = ""
    faults: list[str] = field(default_factory=list)


def decoded(data: bytes) -> str:
    """UTF-8, UTF-16 or what old spreadsheets write."""
    for encoding in (
        "utf-8-sig",
        "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "",
        "cp1252",
    ):
        try:
            text = data.decode(encoding) if encoding else ""
        except UnicodeDecodeError:
            continue
        if text and "\x00" not in text:
            return text
    raise NotAList


def read_list(text: str, places: Mapping[str, str], language: str) -> list[Row]:
    """The rows of a list; `places` are sections by number, title and key, in lower case."""
    lines = io.StringIO(text.lstrip("\ufeff"), newline="")
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    try:
        reader = csv.DictReader(lines, delimiter=mark, strict=True)
        names = [
            (name or "").strip().lower().replace(" ", "_") for name in reader.fieldnames or []
        ]
        if "comment" not in names:
            raise NoCommentColumn
        reader.fieldnames = names
        rows: list[Row] = []
        for given in reader:
            cells = {k: (v or "").strip() for k, v in given.items() if isinstance(v, str) and k}
            if not any(cells.values()):
                continue
            if len(rows) == MOST_ROWS:
                raise TooManyRows
            rows.append(_row(reader.line_num, cells, places, language))
    except csv.Error:
        raise NotAList from None
    return rows


def _row(line: int, cells: Mapping[str, str], places: Mapping[str, str], language: str) -> Row:
    row = Row(
        line,
        cells.get("comment", ""),
        cells.get("suggested_wording", ""),
        language=cells.get("language", "") or language,
        name=cells.get("name", ""),
        collected_by=cells.get("collected_by", "")[:80],
    )
    if not row.comment:
        row.faults.append(NO_WORDS)
    if max(len(row.comment), len(row.suggested_wording)) > LONGEST:
        row.faults.append(TOO_LONG)
    if len(row.name) > 80:
        row.faults.append(LONG_NAME)
    if not (row.language.isascii() and row.language.isalpha() and 2 <= len(row.language) <= 3):
        row.faults.append(NO_LANGUAGE)
    section = cells.get("section", "").lower()
    if section:
        row.section_key = places.get(section) or places.get(section.split(" ")[0])
        if row.section_key is None:
            row.faults.append(NO_SECTION)
    _read_kind(row, cells)
    _read_day_and_number(row, cells)
    return row


def _read_kind(row: Row, cells: Mapping[str, str]) -> None:
    kind, channel = cells.get("kind", "").lower(), cells.get("channel", "").lower()
    if kind:
        row.kind = next((one for one in CommentKind if one.value == kind), None)
        if row.kind is None:
            row.faults.append(NO_KIND)
    if channel:
        found = next((one for one in BY if one.value == channel), None)
        row.channel = found or Channel.PAPER
        if found is None:
            row.faults.append(NO_CHANNEL)


def _read_day_and_number(row: Row, cells: Mapping[str, str]) -> None:
    if day := cells.get("received_on", ""):
        try:
            row.received_on = date.fromisoformat(day)
        except ValueError:
            row.faults.append(NO_DAY)
    if number := cells.get("number", ""):
        is_number = (
            number.isascii() and number.isdigit() and len(number) <= 4 and int(number) > 0
        )
        row.number = int(number) if is_number else None
        if not is_number:
            row.faults.append(NO_NUMBER)
