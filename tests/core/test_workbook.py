"""Filled spreadsheets are read as somebody sees them, and hostile ones not at all."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from feedback_app.core.workbook import UnreadableWorkbook, read_workbook

FAR_AWAY = b'<mergeCell ref="A40:XFD1048576"/>'
SHEET = "xl/worksheets/sheet1.xml"


def filled(*rows, **merged) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged.get("merged", ()):
        book.active.merge_cells(area)
    for place, shown_as in merged.get("formats", {}).items():
        book.active[place].number_format = shown_as
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def altered(data: bytes, name: str, change) -> bytes:
    """The same file with one part changed, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        before = old.read(name) if name in old.namelist() else b""
        new.writestr(name, change(before))
    return out.getvalue()


def read(data: bytes) -> list[list[str]]:
    return read_workbook(data, most_rows=50, most_columns=6)


def test_values_are_read_as_they_are_seen_and_merged_areas_in_each_cell():
    data = filled(
        [],
        ["Comment", "Day", "Section", "Number", "Sure"],
        ["Wait.\r\nPlease.", date(2026, 11, 20), 2.1, 7.0, True],
        ["Ask.", datetime(2026, 11, 20, 14, 30), None, 8, None],
        formats={"C3": "0.00"},
        merged=["C3:C4"],
    )
    data = altered(
        data, SHEET, lambda xml: xml.replace(b"</mergeCells>", FAR_AWAY + b"</mergeCells>")
    )

    rows = read(data)

    assert rows[0] == [] or not any(rows[0])
    assert rows[2][:5] == ["Wait.\nPlease.", "2026-11-20", "2.10", "7", "yes"]
    assert rows[3][:4] == ["Ask.", "2026-11-20 14:30", "2.10", "8"]
    assert len(rows) == 4


def test_a_formula_is_the_value_saved_with_it_and_is_never_computed():
    data = altered(
        filled(["comment"], ["=1+1"], ['=WEBSERVICE("http://127.0.0.1")']),
        SHEET,
        lambda xml: xml.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>5</v>").replace(
            b"<f>1+1</f><v></v>", b"<f>1+1</f><v>5</v>"
        ),
    )

    assert [row[0] for row in read(data)] == ["comment", "5"]


def test_more_rows_than_fit_are_seen_and_a_lie_about_the_size_is_not_believed():
    many = filled(*[["x"]] * 60)
    assert len(read(many)) == 51
    lying = altered(
        filled(["x"], ["y"]),
        SHEET,
        lambda xml: xml.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"').replace(
            b'<row r="2">', b'<row r="1048576">'
        ),
    )
    assert read(lying)[0][0] == "x"
    assert len(read(lying)) == 1


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (altered(filled(["x"]), SHEET, lambda _xml: BOMB), "entities"),
        (altered(filled(["x"]), "xl/big.xml", lambda _xml: b" " * (20 * 2**20)), "too_big"),
        (altered(filled(["x"]), "../out.xml", lambda _xml: b"<x/>"), "names"),
        (altered(filled(["x"]), SHEET, lambda xml: xml[:-40]), "broken"),
        (altered(filled(["x"]), SHEET, lambda xml: xml.replace(b'"A1"', b'"?"')), "broken"),
        (altered(filled(["x"]), "[Content_Types].xml", lambda _xml: b"<Types/>"), "other"),
        (filled(["x"])[:-30], "broken"),
        (b"PK\x03\x04 half", "broken"),
        (b"\xd0\xcf\x11\xe0 old", "old"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"PK\x03\x04" + b"x" * (6 * 2**20), "too_big"),
    ],
)
def test_what_is_unsafe_or_no_spreadsheet_is_refused_with_its_reason(data, code):
    with pytest.raises(UnreadableWorkbook) as refused:
        read(data)
    assert refused.value.code == code


def test_a_spreadsheet_of_many_merged_areas_costs_no_more_than_its_size():
    areas = b"".join(b'<mergeCell ref="A%d:F%d"/>' % (n, n) for n in range(1, 3000))
    data = altered(
        filled(["x"]),
        SHEET,
        lambda xml: xml.replace(
            b"</sheetData>", b"</sheetData><mergeCells>" + areas + b"</mergeCells>"
        ),
    )
    with pytest.raises(UnreadableWorkbook) as refused:
        read(data)
    assert refused.value.code == "too_big"
