"""Covering words: whole words only, always one sign, and positions that find their way back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_app.comments.masking import COVER, cover, places_of, to_original, to_shown

pytestmark = pytest.mark.one_engine
TEXT = "Officer Lee stopped Ana Ruiz. ana  ruiz said: Lee, please. Leeds is a town."


def test_whole_words_are_covered_wherever_they_stand_and_the_sign_tells_no_length():
    covered = cover(TEXT, places_of(TEXT, ["Lee", "Ana Ruiz"]))

    assert covered == (
        f"Officer {COVER} stopped {COVER}. {COVER} said: {COVER}, please. Leeds is a town."
    )
    assert places_of(TEXT, ["", "   ", "nobody", "town. x"]) == []


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a", "bb", "ccc", "Ana Ruiz", "—", "é"]), max_size=12),
    st.sets(st.sampled_from(["a", "bb", "Ana Ruiz", "é"])),
)
def test_positions_outside_of_what_is_covered_go_there_and_back(words, phrases):
    text = " ".join(words)
    places = places_of(text, sorted(phrases))
    shown = cover(text, places)
    for at in range(len(text) + 1):
        if not any(start < at < end for start, end in places):
            assert to_original(to_shown(at, places), places) == at
    for start, end in places:
        there = to_shown(start, places), to_shown(end, places, is_end=True)
        assert shown[slice(*there)] == COVER
        inside = to_shown(start + 1, places), to_shown(start + 1, places, is_end=True)
        assert end - start == 1 or inside == there
