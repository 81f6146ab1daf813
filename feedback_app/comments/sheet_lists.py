"""A list of sheets that was filled in elsewhere (CSV, XLSX), row by row with its faults."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from feedback_app.comments.models import Channel, CommentKind
from feedback_app.comments.sheet_presets import is_heading_of_many, preset_of, translated
from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.core.workbook import is_workbook, read_workbook

COLUMNS = (
    *("number", "section", "kind", "comment", "suggested_wording", "channel", "language"),
    *("received_on", "name", "collected_by"),
)
MOST_ROWS = 500
MOST_LINES, MOST_COLUMNS = 2000, 40
"""Of a spreadsheet, blank rows among them."""
LONGEST = 10_000
_ABOVE = 10
"""So many lines a title may take above the headings."""
_DAY_ZERO = date(1899, 12, 30)
BY = {Channel.PAPER, Channel.MEETING, Channel.PHONE, Channel.EMAIL}

NO_WORDS = N_("There is no comment in this row.")
TOO_LONG = N_("The comment is longer than 10,000 characters.")
NO_SECTION = N_("This section is not in the version that people comment on.")
NO_KIND = N_("The kind is none of: support, concern, suggestion, question, lived_experience.")
NO_CHANNEL = N_("How it came is none of: paper, meeting, phone, e-mail.")
NO_DAY = N_("The day is not written like 2026-12-11.")
NO_NUMBER = N_("The number is not a whole number from 1 to 9999.")
NO_LANGUAGE = N_("The language is not a code like en or es.")
LONG_NAME = N_("A name may be up to 80 characters long.")


class NotAList(Invalid):
    message = N_(
        "We could not read this as a list: save the sheet as .xlsx or CSV and try again."
    )
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


def as_text(data: bytes) -> str:
    """What a file holds as the text of a CSV list, so that the page can show and keep it.

    Blank rows stay, so that a row has the number that it has in the spreadsheet.
    """
    if not is_workbook(data):
        return decoded(data)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    for row in read_workbook(
        data, most_rows=MOST_LINES, most_columns=MOST_COLUMNS, fits=_is_list
    ):
        writer.writerow(row if any(row) else [])
    return lines.getvalue()


def read_list(text: str, places: Mapping[str, str], language: str) -> list[Row]:
    """The rows of a list; `places` are sections by number, title and key, in lower case.

    The sheets of ISO and NIST are known by their headings, which may stand below a title.
    """
    text = text.lstrip("\ufeff")
    lines = io.StringIO(text, newline="")
    head = "".join(text.lstrip("\r\n").split("\n", _ABOVE)[:_ABOVE])
    mark = max(",;\t", key=head.count)
    names: list[str] = []
    of_others = False
    first: int | None = None
    rows: list[Row] = []
    try:
        for line, given in enumerate(csv.reader(lines, delimiter=mark, strict=True), start=1):
            cells = [cell.strip() for cell in given]
            if not any(cells):
                continue
            first = first or line
            if not names:
                names, of_others = _heads(cells)
                if not names and line - first >= _ABOVE:
                    raise NoCommentColumn
                continue
            if of_others and is_heading_of_many(cells):
                continue
            if len(rows) == MOST_ROWS:
                raise TooManyRows
            named = _by_name(names, cells)
            if of_others:
                named = translated(named, places)
            rows.append(_row(line, named, places, language))
            if of_others:
                rows[-1].channel = Channel.IMPORT
    except csv.Error:
        raise NotAList from None
    if not names:
        raise NoCommentColumn
    return rows


def _is_list(rows: Sequence[Sequence[str]]) -> bool:
    filled = [[cell.strip() for cell in row] for row in rows if any(row)]
    return any(_heads(cells)[0] for cells in filled[: _ABOVE + 1])


def _heads(cells: list[str]) -> tuple[list[str], bool]:
    """Our names for the columns, and whether others made it; none for a title above."""
    preset = preset_of(cells)
    if preset is not None:
        return [preset.get(place, "") for place in range(len(cells))], True
    names = [_named(cell) for cell in cells]
    return (names, False) if "comment" in names else ([], False)


def _named(cell: str) -> str:
    """A column’s name as people write it: capitals, spaces, a colon."""
    return re.sub(r"[\s_-]+", "_", cell.strip(" \t\n:*").casefold())


def _by_name(names: list[str], cells: list[str]) -> dict[str, str]:
    """The first column of a name counts; a merged heading repeats it."""
    found: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if cell:
            found.setdefault(name, cell)
    return found


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
    channel = channel.replace("e-mail", Channel.EMAIL)
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
        row.received_on = _day(day)
        if row.received_on is None:
            row.faults.append(NO_DAY)
    if number := cells.get("number", ""):
        is_number = (
            number.isascii() and number.isdigit() and len(number) <= 4 and int(number) > 0
        )
        row.number = int(number) if is_number else None
        if not is_number:
            row.faults.append(NO_NUMBER)


def _day(written: str) -> date | None:
    """A day as ISO 8601, with or without an hour, or as a spreadsheet counts days."""
    if len(written) == 5 and written.isascii() and written.isdigit():
        return _DAY_ZERO + timedelta(days=int(written))
    try:
        return date.fromisoformat(written.partition(" ")[0])
    except ValueError:
        return None
