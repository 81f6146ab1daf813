"""A comment's trail as a file: what anyone may read, and nothing before its day."""

from __future__ import annotations

import csv
import io

import pytest

from tests.triage.redrafting import Redraft


@pytest.fixture
def redraft(session, make):
    return Redraft(session, make)


def rows(page):
    return list(csv.DictReader(io.StringIO(page.html)))


def test_the_file_leads_from_the_comment_to_the_exact_new_words(redraft, browser):
    redraft.reword()
    comment = redraft.comment(quote="One officer should speak where practical")
    redraft.tie(redraft.answer(comment.points[0]))
    redraft.publish()

    (row,) = rows(browser.get(f"/comments/{comment.public_id}.csv"))

    assert row["disposition"] == "adopted"
    assert row["revision"] == "2"
    assert row["exact_new_words"] == "speaks"
    assert row["before"] != row["after"]


def test_before_an_answer_is_public_the_file_is_empty_for_its_moderator_too(redraft, browser):
    comment = redraft.comment()
    answer = redraft.answer(comment.points[0])

    page = browser.get(f"/comments/{comment.public_id}.csv")

    assert page.status_code == 200
    assert rows(page) == []
    assert answer.rationale not in page.html


def test_an_unknown_comment_has_no_file(browser):
    assert browser.get(f"/comments/{'a' * 26}.csv").status_code == 404
