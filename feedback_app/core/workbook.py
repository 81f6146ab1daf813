"""Spreadsheets that people filled in (.xlsx): looked at before they are opened, values only."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from feedback_app.core.errors import Invalid
from feedback_app.core.i18n import N_
from feedback_app.core.package_guard import Unsafe, check_package

warnings.filterwarnings("ignore", module="openpyxl")

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 16 * 1024 * 1024
MOST_MERGED = 2000
_TYPE = re.compile(
    rb"application/(?:vnd\.openxmlformats-officedocument\.spreadsheetml\.(?:sheet|template)"
    rb"|vnd\.ms-excel\.(?:sheet|template)\.macroEnabled)\.main\+xml"
)
_MERGED = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_FIXED = re.compile(r"0\.(0{1,9})")

SENTENCES = {
    "broken": N_("This spreadsheet is damaged. Save it again, or save it as CSV."),
    "entities": N_("This spreadsheet holds code that no list needs. We did not open it."),
    "locked": N_("This spreadsheet has a password. Save it without one."),
    "names": N_("This spreadsheet holds parts with unsafe names. We did not open it."),
    "other": N_("This is no spreadsheet that we can read. Save it as .xlsx or CSV."),
    "old": N_("This is an old spreadsheet (.xls). Save it as .xlsx or CSV."),
    "too_big": N_(
        "This spreadsheet is too large for a list. Take pictures and other sheets out."
    ),
}
_CODES = {"not_document": "other", "cut_off": "broken"} | dict.fromkeys(
    ("unpacks_too_big", "too_many_parts"), "too_big"
)

Cells = list[str]


class UnreadableWorkbook(Invalid):
    """The file was refused; `code` is a key of SENTENCES."""

    field = "file"

    def __init__(self, code: str) -> None:
        self.code = _CODES.get(code, code if code in SENTENCES else "broken")
        super().__init__(SENTENCES[self.code])


def is_workbook(data: bytes) -> bool:
    """Told by its first bytes: a zip, or the container of old and of locked Office files."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"))


def read_workbook(
    data: bytes,
    *,
    most_rows: int,
    most_columns: int,
    most_unpacked: int = MOST_UNPACKED,
    most_bytes: int = MOST_BYTES,
    fits: Callable[[Sequence[Cells]], bool] | None = None,
) -> list[Cells]:
    """The rows of the first sheet that is shown, as text; blank ones keep their place.

    With `fits`, of the first such sheet whose rows fit, for people put a page of instructions
    before their list; of the first one where none does.
    At most `most_rows` and one more, so that the caller sees that there are too many. Of a
    formula the value is read that was saved with it; nothing is computed and nothing that the
    file points to is opened. Each cell of a merged area has the area's value. Raises
    `UnreadableWorkbook`.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        is_locked = "EncryptedPackage".encode("utf-16-le") in data
        raise UnreadableWorkbook("locked" if is_locked else "old")
    if len(data) > most_bytes:
        raise UnreadableWorkbook("too_big")
    try:
        check_package(data, _TYPE, most_unpacked=most_unpacked)
        return _rows(data, most_rows + 1, most_columns, fits)
    except Unsafe as error:
        raise UnreadableWorkbook(error.code) from None
    except UnreadableWorkbook:
        raise
    except (InvalidFileException, etree.LxmlError, zipfile.BadZipFile, SyntaxError) as error:
        raise UnreadableWorkbook("broken") from error
    except (
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        OverflowError,
        OSError,
    ) as error:
        # openpyxl has no error of its own for a file that breaks its rules
        raise UnreadableWorkbook("broken") from error


def _rows(
    data: bytes,
    most_rows: int,
    most_columns: int,
    fits: Callable[[Sequence[Cells]], bool] | None,
) -> list[Cells]:
    book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    first: list[Cells] | None = None
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            rows = _rows_of(data, sheet, most_rows, most_columns)
            if fits is None or fits(rows):
                return rows
            first = rows if first is None else first
    finally:
        book.close()
    return first or []


def _rows_of(data: bytes, sheet: Any, most_rows: int, most_columns: int) -> list[Cells]:
    rows = [
        [_text(cell) for cell in row]
        for row in sheet.iter_rows(max_row=most_rows, max_col=most_columns)
    ]
    part = sheet._worksheet_path  # merged areas are told nowhere else
    for top, left, bottom, right in _merged(data, part, most_rows, most_columns):
        if top < len(rows) and left < len(rows[top]):
            value = rows[top][left]
            for row in rows[top : bottom + 1]:
                row.extend([""] * (right + 1 - len(row)))
                row[left : right + 1] = [value] * (right + 1 - left)
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _text(cell: Any) -> str:
    """A value as somebody sees it in the sheet, days as ISO 8601."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float | int):
        return _number(float(value), str(cell.number_format or ""))
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")


def _number(value: float, shown_as: str) -> str:
    """7.0 is 7; 2.10 keeps its last digit where the sheet shows it."""
    fixed = _FIXED.fullmatch(shown_as)
    if fixed:
        return f"{value:.{len(fixed[1])}f}"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _merged(
    data: bytes, part: str, most_rows: int, most_columns: int
) -> Iterator[tuple[int, int, int, int]]:
    """Each merged area as first row, first column, last row, last column, counted from 0."""
    with zipfile.ZipFile(BytesIO(data)) as package, package.open(part.lstrip("/")) as source:
        found = etree.iterparse(
            source, tag=_MERGED, resolve_entities=False, no_network=True, load_dtd=False
        )
        for number, (_event, each) in enumerate(found):
            area = _RANGE.fullmatch(each.get("ref") or "")
            if number == MOST_MERGED:
                raise UnreadableWorkbook("too_big")
            each.clear()
            if area is None:
                continue
            top, bottom = int(area[2]) - 1, int(area[4]) - 1
            left, right = _column(area[1]), _column(area[3])
            if 0 <= top <= bottom and left <= right and top < most_rows and left < most_columns:
                yield top, left, min(bottom, most_rows - 1), min(right, most_columns - 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
