"""A change in a table stands in its cell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_app.curricula.cells import row_edits

ROWS = st.lists(
    st.sampled_from(["", "a", "9:00", "Role play", "Role play again", ". .", "🙂"]), max_size=6
).map("\t".join)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (
            "9:00\tWelcome and rules\t30",
            "9:00\tWelcome\t45",
            [(" and rules", ""), ("30", "45")],
        ),
        ("9:00\tRole play", "9:00\tHall\tRole play", [("", "Hall\t")]),
        ("9:00\tHall\tRole play", "9:00\tRole play", [("Hall\t", "")]),
        ("Role play", "Role play\t60", [("", "\t60")]),
        ("Time\tRole play\t60", "Role play", [("Time\t", ""), ("\t60", "")]),
    ],
)
def test_cells_are_compared_one_by_one(old, new, changed):
    edits = row_edits(old, new)

    assert [(old[a1:a2], new[b1:b2]) for a1, a2, b1, b2 in edits] == changed


@settings(max_examples=150, deadline=None)
@given(ROWS, ROWS)
def test_the_edits_of_a_row_lead_from_one_wording_to_the_other(old, new):
    at = to = 0
    for a1, a2, b1, b2 in row_edits(old, new):
        assert old[at:a1] == new[to:b1]
        at, to = a2, b2
    assert old[at:] == new[to:]
    if old.count("\t") == new.count("\t"):
        assert all("\t" not in old[a:b] + new[c:d] for a, b, c, d in row_edits(old, new))
