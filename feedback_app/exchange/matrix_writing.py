"""The response matrix as a workbook that reads well, written row by row through a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO

import xlsxwriter

from feedback_app.core.i18n import N_
from feedback_app.exchange.matrix import ALLOWED, COLUMNS, NAMES, Row
from feedback_app.triage.wording import OUTCOME_HINTS, OUTCOME_LABELS, REASON_LABELS

Say = Callable[[str], str]

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET, EXPLAINED = "matrix", "columns"
LONGEST_CELL = 32_767
NUMBERS = frozenset({"point", "endorsements", "group_size"})
_PIECE = 64 * 1024

HOW = N_(
    "One row for each thing that was asked. The dark columns are those of the answer; the "
    "others tell what was said, and where."
)
NAME, MEANING = N_("Column"), N_("What stands in it")
WORD, SAYS, HINT = N_("Allowed word"), N_("What it means"), N_("What it needs")


def write_matrix(rows: Iterable[Row], explained: Sequence[Sequence[str]]) -> IO[bytes]:
    """An open temporary file, at its start; whoever takes it closes it.

    Every text is written as text: no formula and no link of anybody's runs. `explained` is
    the second sheet, in the words of whoever takes the file.
    """
    taken = tempfile.TemporaryFile()  # noqa: SIM115 - whoever takes it closes it
    book = xlsxwriter.Workbook(
        taken,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    plain = {"text_wrap": True, "valign": "top"}
    head = plain | {"bold": True}
    look = {
        "head": book.add_format(head | {"bg_color": "#E3E8EE"}),
        "back": book.add_format(head | {"bg_color": "#1D3A5F", "font_color": "#FFFFFF"}),
        "cell": book.add_format(plain),
    }
    _write_rows(book, look, rows)
    _write_columns(book, look, explained)
    book.close()
    taken.seek(0)
    return taken


def _write_rows(
    book: xlsxwriter.Workbook, look: dict[str, object], rows: Iterable[Row]
) -> None:
    sheet = book.add_worksheet(SHEET)
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.name, look["back" if column.comes_back else "head"])
    number = 0
    for number, row in enumerate(rows, start=1):
        for place, name in enumerate(NAMES):
            text = row.get(name, "")
            if not text:
                continue
            if name in NUMBERS:
                sheet.write_number(number, place, int(text), look["cell"])
            else:
                sheet.write_string(number, place, text[:LONGEST_CELL], look["cell"])
    sheet.autofilter(0, 0, max(number, 1), len(NAMES) - 1)
    for name, words in ALLOWED.items():
        place = NAMES.index(name)
        chosen = {"validate": "list", "source": list(words), "error_type": "warning"}
        sheet.data_validation(1, place, max(number, 1), place, chosen)


def explained_in(say: Say) -> list[list[str]]:
    """The second sheet: every column, and every word that may stand in one."""
    lines: list[list[str]] = [["", say(HOW)], [], [say(NAME), say(MEANING)]]
    lines += [[c.name, say(c.says)] for c in COLUMNS]
    lines += [[], [f"disposition: {say(WORD)}", say(SAYS), say(HINT)]]
    lines += [[o.value, say(OUTCOME_LABELS[o]), say(OUTCOME_HINTS[o])] for o in OUTCOME_LABELS]
    lines += [[], [f"reason_code: {say(WORD)}", say(SAYS)]]
    lines += [[r.value, say(label)] for r, label in REASON_LABELS.items()]
    return lines


def _write_columns(
    book: xlsxwriter.Workbook, look: dict[str, object], lines: Sequence[Sequence[str]]
) -> None:
    sheet = book.add_worksheet(EXPLAINED)
    for place, width in enumerate((24, 70, 50)):
        sheet.set_column(place, place, width)
    for number, line in enumerate(lines):
        is_head = number > 0 and not lines[number - 1]  # whatever follows an empty line
        for place, text in enumerate(line):
            sheet.write_string(number, place, text, look["head" if is_head else "cell"])


def pieces(taken: IO[bytes]) -> Iterator[bytes]:
    """The file for a download, which closes it."""
    with taken:
        while piece := taken.read(_PIECE):
            yield piece
