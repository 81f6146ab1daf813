"""A filled list is looked at first, then kept whole or not at all."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from feedback_app.comments.models import Comment
from feedback_app.comments.sheet_lists import NoCommentColumn, NotAList, decoded, read_list

pytestmark = pytest.mark.one_engine

PLACES = {"2.1": "abcdefgh", "first contact": "abcdefgh", "abcdefgh": "abcdefgh"}


def test_columns_are_told_by_their_names_in_any_order_with_commas_or_semicolons():
    text = "Section;Comment;Received on;number\n2.1 First contact;Wait, please.;2026-11-20;7\n"

    (row,) = read_list(text, PLACES, "en")

    assert (row.section_key, row.comment, row.number) == ("abcdefgh", "Wait, please.", 7)
    assert str(row.received_on) == "2026-11-20"
    assert row.faults == []


def test_every_fault_of_every_row_is_named_with_its_line():
    text = "comment,section,kind,channel,number,received_on\n,9,anger,fax,0,20.11.2026\nFine.\n"

    bad, fine = read_list(text, PLACES, "en")

    assert (bad.line, len(bad.faults)) == (2, 6)
    assert (fine.line, fine.faults) == (3, [])


def test_days_as_spreadsheets_count_them_and_names_as_people_write_them_are_understood():
    text = "\n\nCOMMENT:,Received On,section\nWait.,46346,\n\nAsk.,2026-11-20 14:30,\n"

    first, second = read_list(text, PLACES, "en")

    assert (first.line, str(first.received_on)) == (4, "2026-11-20")
    assert (second.line, str(second.received_on)) == (6, "2026-11-20")


@pytest.mark.parametrize("data", [b"\x00\x01", b"\xff\xfe\x00", b'comment\n"open'])
def test_what_is_no_list_is_refused(data):
    with pytest.raises((NotAList, NoCommentColumn)):
        read_list(decoded(data), PLACES, "en")


def test_with_one_fault_nothing_is_kept_and_without_one_all_is_and_only_once(
    browser, session, make, time
):
    round_ = make.round(open=True)
    browser.sign_in(make.host())
    path = f"/host/rounds/{round_.slug}/sheets/list"
    title = round_.revision.sections[0].title
    good = f"comment,section\nFirst.,{title}\nSecond.,\n"

    def count():
        session.expire_all()
        return session.scalar(select(func.count()).select_from(Comment))

    book = Workbook()
    heads = ["Comment", "SECTION ", "Suggested wording"]
    for row in ([], heads, ["First.", title, "Sixty seconds."], ["Second.", None]):
        book.active.append(row)
    book.save(sheet := BytesIO())
    half = (BytesIO(sheet.getvalue()[:-40]), "a.xlsx")
    refused = browser.post(path, consent="written", file=half)
    assert "This spreadsheet is damaged" in refused.error_of("file")
    filled = (BytesIO(sheet.getvalue()), "a.xlsx")
    seen = browser.post(path, consent="written", file=filled)
    assert "2 rows can be kept." in seen.text
    assert "Suggested wording: Sixty seconds." in seen.text
    assert count() == 0
    faulty = good + "Third.,No such section\n"
    page = browser.post(path, consent="written", text=faulty, keep="1")
    assert page.status_code == 422
    assert "This section is not in the version" in page.text
    late = "comment,received_on\nFirst.,\nToo early.,2020-01-01\n"
    page = browser.post(path, consent="written", text=late, keep="1")
    assert "Nothing was kept." in page.text
    assert "while the comment period was open" in page.text
    assert count() == 0

    fields = seen.hidden() | {"consent": "written", "text": seen.typed("text"), "keep": "1"}
    assert browser.send(path, fields).status_code == 303
    browser.send(path, fields)
    assert count() == 2
    slips = browser.get(f"/host/rounds/{round_.slug}/sheets/slips")
    assert len(slips.soup.select(".slip .code")) == 2
