"""A large matrix: made by a worker; and, in the soak alone, 20,000 rows out and back."""

from __future__ import annotations

import io
import os

import openpyxl
import pytest
from sqlalchemy import func, select

from benchmarks import matrix
from feedback_app.comments.changing import withdraw
from feedback_app.comments.holders import Holder
from feedback_app.core import jobs
from feedback_app.exchange.matrix_models import MatrixPiece
from feedback_app.housekeeping import tidy
from feedback_app.policy import VISITOR


@pytest.mark.one_engine
@pytest.mark.long
@pytest.mark.skipif(os.environ.get("FEEDBACK_SOAK") != "1", reason="the soak takes it")
def test_planted_conflicts_are_found_among_twenty_thousand_rows_in_flat_memory(tmp_path):
    few, many = (matrix.measured(tmp_path, size) for size in matrix.SIZES)

    for found in (few, many):
        assert found["back"]["conflicts"] == matrix.CONFLICTS
        assert found["back"]["changes"] == matrix.EDITED - matrix.CONFLICTS
        assert found["back"]["faults"] == 0
    assert many["out"]["peak"] <= 1.3 * few["out"]["peak"]


def test_a_large_matrix_is_made_by_a_worker_and_waits_a_day_for_whoever_asked(
    browser, database, session, make, monkeypatch, time
):
    monkeypatch.setattr("feedback_app.exchange.matrix_taking.MANY", 2)
    round_ = make.round()
    for number in range(3):
        make.point(round=round_, body=f"Comment number {number}.")
    moderator, reviewer = make.moderator(), make.reviewer()
    session.commit()
    browser.sign_in(moderator)
    here = f"/triage/{round_.slug}/matrix"

    sent_on = browser.get(f"{here}.xlsx")
    assert sent_on.headers["Location"] == f"{here}/file"
    page = browser.get(f"{here}/file")
    assert "There are 3 rows" in page.text
    asked = browser.send(f"{here}/file", page.hidden())
    again = browser.send(f"{here}/file", page.hidden())
    address = asked.headers["Location"]
    assert again.headers["Location"] == address, "what somebody waits for is begun once"
    assert "We are making the spreadsheet." in browser.get(address).text
    assert browser.get(f"{address}/matrix.xlsx").status_code == 404

    jobs.run_due(database)

    assert f'"next":"{address}"' in browser.get(f"{address}/progress").text.replace(" ", "")
    assert f"{address}/matrix.xlsx" in browser.get(address).data.decode()
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{address}/matrix.xlsx").data))
    assert [row[10].value for row in book["matrix"].iter_rows(min_row=2)] == [
        f"Comment number {number}." for number in range(3)
    ]
    assert book["columns"]["A3"].font.bold
    assert book["columns"]["A4"].value == "comment_id"
    browser.sign_in(reviewer)
    assert browser.get(address).status_code == 404
    time.move(hours=25)
    browser.sign_in(moderator)
    assert browser.get(address).status_code == 404
    tidy(database)
    session.commit()
    assert session.scalar(select(func.count()).select_from(MatrixPiece)) == 0


def test_a_workbook_that_was_made_is_not_saved_once_somebody_took_words_back(
    browser, database, session, make, monkeypatch
):
    monkeypatch.setattr("feedback_app.exchange.matrix_taking.MANY", 0)
    person = make.account()
    round_ = make.round()
    part = make.participation(round_, account_id=person.id)
    comment = make.comment(round=round_, participation=part, body="I take this back.")
    moderator = make.moderator()
    session.commit()
    browser.sign_in(moderator)
    here = f"/triage/{round_.slug}/matrix/file"
    address = browser.send(here, browser.get(here).hidden()).headers["Location"]
    jobs.run_due(database)
    assert browser.get(f"{address}/matrix.xlsx").status_code == 200

    withdraw(session, comment, actor=VISITOR, holder=Holder(account_id=person.id))
    session.commit()

    assert browser.get(f"{address}/matrix.xlsx").headers["Location"] == address
    page = browser.get(address)
    assert "it cannot be saved any more" in page.text
    assert f"{address}/matrix.xlsx" not in page.data.decode()
    tidy(database)
    session.commit()
    assert session.scalar(select(func.count()).select_from(MatrixPiece)) == 0
