"""Texts that are alike show no change; blank paragraphs that went or came do."""

from __future__ import annotations

from hypothesis import given, settings

from feedback_app.curricula.comparison import compare
from tests.curricula.test_comparison import COURSES, SILENCE, WAIT, one


@settings(max_examples=50, deadline=None)
@given(COURSES)
def test_a_text_against_itself_shows_no_change(text):
    assert compare(text, text).changed == ()


def test_an_empty_paragraph_that_went_was_removed_and_one_that_came_was_added():
    went = one(f"{WAIT}\n\n\n\n{SILENCE}", f"{WAIT}\n\n{SILENCE}")
    came = one(f"{WAIT}\n\n{SILENCE}", f"{WAIT}\n\n\n\n{SILENCE}")

    assert [hunk.kind for hunk in (*went.hunks, *came.hunks)] == ["removed", "added"]
