"""The day of the answer, for one's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from feedback_app.rounds.calendar import Event, calendar

NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.mark.one_engine
def test_long_lines_are_folded_between_characters_and_signs_are_masked():
    title = "¿Qué cambió? " * 9 + "a, b; c \\ d"

    lines = calendar([Event("x@y", date(2027, 3, 8), title, "https://y/")], made_at=NOON).split(
        "\r\n"
    )

    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = "".join(f"\n{line}" if line[:1] != " " else line[1:] for line in lines)
    assert "a\\, b\\; c \\\\ d" in unfolded
    assert "DTSTART;VALUE=DATE:20270308\nDTEND;VALUE=DATE:20270309" in unfolded


@pytest.mark.one_engine
def test_a_signed_round_gives_its_closing_and_its_answer_day(browser, make):
    round_ = make.round(open=True, answers_due_on=date(2027, 3, 8))

    file = browser.get(f"/rounds/{round_.slug}/days.ics")

    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"DTSTART:{round_.closes_at:%Y%m%dT%H%M%SZ}" in file.html
    assert "DTSTART;VALUE=DATE:20270308" in file.html
    assert "Set-Cookie" not in file.headers
