"""Which changes stand near a quote, and where its words can be replaced."""

from __future__ import annotations

import pytest

from feedback_app.curricula.comparison import compare, nearest_hunks, occurs_once
from tests.curricula.test_comparison import DISTANCE, FAMILY, SILENCE, WAIT, course, section


def test_changes_nearest_to_a_quote_are_offered_first():
    old = f"{WAIT}\n\n{SILENCE}\n\n{FAMILY}"
    new = old.replace("one full minute", "two minutes").replace("usually calms", "frightens")
    comparison = compare([section(old)], [section(new)])
    start = old.index("family member")

    found = nearest_hunks(comparison, "aaaa", start, start + 13)

    assert [hunk.number for hunk in found] == [2, 1]
    assert nearest_hunks(comparison, "zzzz", 0, 1) == []


def test_where_words_moved_away_the_other_end_is_offered_next():
    old = course(section(f"{WAIT}\n\n{FAMILY}", "aaaa"), section(DISTANCE, "bbbb"))
    new = course(section(WAIT, "aaaa"), section(f"{DISTANCE}\n\n{FAMILY}", "bbbb"))
    start = len(WAIT) + 2

    found = nearest_hunks(compare(old, new), "aaaa", start, start + 10)

    assert [hunk.section_key for hunk in found] == ["aaaa", "bbbb"]


@pytest.mark.parametrize(
    ("source", "exact", "at"),
    [("a **b** c", "**b**", 2), ("b b", "b", None), ("aaa", "aa", None), ("a", "", None)],
)
def test_a_quote_is_replaced_only_where_it_stands_once(source, exact, at):
    assert occurs_once(source, exact) == at
