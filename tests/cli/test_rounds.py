"""Comment periods and their comments on a terminal."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from feedback_app.core import clock


def test_rounds_are_listed_with_their_state(run, make):
    make.round(open=True, slug="spring")

    listed = run("rounds", "list")

    assert listed.exit_code == 0
    slug, state, closes, many, _title = listed.output.splitlines()[0].split("\t")
    assert (slug, state, many) == ("spring", "open", "0")
    assert closes.endswith("Z")


def test_a_round_is_extended_with_a_public_reason(run, make, session):
    round_ = make.round(open=True, slug="spring")
    before = round_.closes_at
    until = (before + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")

    assert run("rounds", "extend", "spring", until).exit_code == 2
    assert run("rounds", "extend", "spring", until, "--reason", "Snow").exit_code == 0

    session.refresh(round_)
    assert round_.closes_at > before
    earlier = run("rounds", "extend", "spring", "2020-01-01T10:00", "--reason", "No")
    assert earlier.exit_code == 1
    assert earlier.output.strip().count("\n") == 0


def test_a_round_is_closed_at_once(run, make, session):
    round_ = make.round(open=True, slug="spring")

    assert run("rounds", "close", "spring", "--reason", "Both sides agreed").exit_code == 0

    session.refresh(round_)
    assert round_.closes_at <= clock.now()
    assert run("rounds", "close", "nothing-here", "--reason", "x").exit_code == 1


def test_comments_are_exported_and_cannot_run_in_a_spreadsheet(run, make):
    round_ = make.round(open=True, slug="spring")
    make.comment(round=round_, body="=HYPERLINK(1)")

    exported = run("comments", "export", "spring")

    assert exported.exit_code == 0
    row = next(csv.DictReader(io.StringIO(exported.output)))
    assert row["comment"] == "'=HYPERLINK(1)"
    assert "participation" not in exported.output


def test_a_report_is_printed_once_it_is_published(run, make):
    make.round(slug="spring")

    printed = run("rounds", "report", "spring")

    assert printed.exit_code == 0
    assert printed.output.startswith("comment_id,part,")


def test_the_database_is_found_whole(run, make):
    make.comment()

    checked = run("db", "check")

    assert "was changed" in checked.output  # the factory's version carries no real seal
    assert "gap" not in checked.output
