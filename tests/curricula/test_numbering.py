"""Numbers of sections come from their levels alone."""

import pytest

from feedback_app.curricula.numbering import numbers, subtree


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([], []),
        ([1, 2, 3, 2, 1], ["1", "1.1", "1.1.1", "1.2", "2"]),
        ([1, 3, 3, 2], ["1", "1.1", "1.2", "1.3"]),
        ([2, 1, 2], ["1", "2", "2.1"]),
        ([1, 2, 1, 2, 2], ["1", "1.1", "2", "2.1", "2.2"]),
    ],
)
def test_levels_give_numbers_without_a_zero(levels, expected):
    assert numbers(levels) == expected


def test_a_section_brings_all_below_it():
    assert subtree([1, 2, 3, 2, 1], 1) == range(1, 3)
    assert subtree([1, 2, 3, 2, 1], 0) == range(4)
