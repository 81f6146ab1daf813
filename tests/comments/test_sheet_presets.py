"""Other people's comment sheets: those of ISO and NIST, as untidy as they come."""

from __future__ import annotations

import io

import openpyxl
import pytest

from feedback_app.comments.models import Channel
from feedback_app.comments.sheet_lists import NO_WORDS, NoCommentColumn, as_text, read_list

PLACES = {"5.2": "aaaaaaaa", "what helps": "aaaaaaaa", "aaaaaaaa": "aaaaaaaa"}
PLACES |= {"7": "bbbbbbbb", "safety": "bbbbbbbb", "bbbbbbbb": "bbbbbbbb"}


def rows_of(book):
    out = io.BytesIO()
    book.save(out)
    return read_list(as_text(out.getvalue()), PLACES, "en")


def test_an_iso_sheet_comes_in_with_its_title_merged_clauses_and_capitals_astray():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(
        ["Template for comments and secretariat observations", None, "Date: 2026-11-02"]
    )
    sheet.append(
        [
            *("MB/NC\u00b9", "LINE number\n(e.g. 17)", "Clause/ Subclause\n(e.g. 3.1)"),
            *("Paragraph/ Figure/ Table/\n(e.g. Table 1)", "Type of comment\u00b2", "COMMENTS"),
            *("Proposed  change", "Observations of the secretariat on each comment submitted"),
        ]
    )
    sheet.append(["1", "2", "(3)", "4", "5", "(6)", "(7)", "(8)"])
    sheet.append(["US-001", 17, 5.2, "Table 1", "te", "The hour is too short.", "Two hours."])
    sheet.append(["US-002", None, None, None, "GE", "Who checks it?", None, "Accepted"])
    sheet.append([])
    sheet.append(["a@b.example", None, "99.1", None, "ed", "A comma is missing."])
    sheet.append(["DE-003", None, "Clause 7: Safety", None, "ed", None, "Say it."])
    sheet.merge_cells("C4:C5")

    first, second, third, fourth = rows_of(book)

    assert (first.line, first.section_key, first.name) == (4, "aaaaaaaa", "US-001")
    assert first.comment == "[l. 17, Table 1]\n\nThe hour is too short."
    assert first.suggested_wording == "Two hours."
    assert (second.section_key, second.comment) == ("aaaaaaaa", "Who checks it?")
    assert third.section_key is None
    assert third.comment == "[99.1]\n\nA comma is missing."
    assert third.name == ""
    assert (fourth.line, fourth.section_key, fourth.faults) == (8, "bbbbbbbb", [NO_WORDS])
    assert {row.channel for row in (first, second, third)} == {Channel.IMPORT}
    assert not first.faults + second.faults + third.faults


def test_a_nist_sheet_comes_in_as_csv_with_columns_missing():
    text = (
        "Comment #;Organization Name;Submitted By (Name/Email);Page #;Section #;"
        "Comment (Include rationale for comment);Suggested Change\n"
        '1;Neighbors\' Council;Ana;12;what HELPS;"Add a break; people tire.";Ten minutes.\n'
        "2;;;;;;\n"
    )

    first, second = read_list(text, PLACES, "en")

    assert (first.section_key, first.name) == ("aaaaaaaa", "Neighbors' Council")
    assert first.comment == "[p. 12]\n\nAdd a break; people tire."
    assert first.suggested_wording == "Ten minutes."
    assert second.faults == [NO_WORDS]


def test_a_list_behind_a_page_of_instructions_is_found_and_no_other_column_taken_for_it():
    book = openpyxl.Workbook()
    for line in ("How to fill this in", "One comment in each row", "Send it back by Friday"):
        book.active.append([line])
    hidden = book.create_sheet("Codes")
    hidden.append(["Comment", "Suggested change"])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("Comments")
    sheet.append(["Comment ID", "Commentor", "SECTION #", "Comment", "Suggested change"])
    sheet.append([17, "Ana", 7, "Say it aloud.", "Aloud."])

    (row,) = rows_of(book)

    assert (row.line, row.section_key, row.name) == (2, "bbbbbbbb", "Ana")
    assert (row.comment, row.suggested_wording) == ("Say it aloud.", "Aloud.")


def test_a_sheet_without_a_column_of_comments_is_refused():
    with pytest.raises(NoCommentColumn):
        read_list("MB/NC,Clause,Proposed change\nUS,5.2,Two hours.\n", PLACES, "en")
