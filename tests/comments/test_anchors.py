"""A quote is found again where its words stand, or said to be gone, and never guessed."""

from __future__ import annotations

import pytest

from feedback_app.comments.anchors import (
    Anchor,
    PlacementState,
    SectionText,
    as_shown,
    cut,
    relocate,
    resolve,
)
from tests.comments.quoting import (
    DEAF,
    DISTANCE,
    FAMILY,
    SILENCE,
    TEAM,
    WAIT,
    course,
    quote,
    words,
)


def test_a_quote_in_an_unchanged_text_is_the_same():
    text = course(first=f"{WAIT} {SILENCE}", second=FAMILY)

    placement = relocate([quote(text, SILENCE)], text, text)[0]

    assert placement.state is PlacementState.SAME
    assert words(placement, text) == SILENCE


def test_a_quote_is_the_same_when_only_the_text_around_it_changed():
    old = course(first=f"{WAIT}\n\n{SILENCE}")
    new = course(first=f"{TEAM}\n\n{DEAF} {WAIT}\n\n{SILENCE} {DISTANCE}")

    placement = relocate([quote(old, SILENCE)], old, new)[0]

    assert placement.state is PlacementState.SAME
    assert words(placement, new) == SILENCE


def test_a_quote_whose_words_changed_is_reworded_and_covers_the_new_words():
    old = course(first=f"{TEAM}\n\n{WAIT}\n\n{SILENCE}")
    changed = WAIT.replace("one full minute", "two minutes")
    new = course(first=f"{TEAM}\n\n{changed}\n\n{SILENCE}")

    placement = relocate([quote(old, WAIT)], old, new)[0]

    assert placement.state is PlacementState.REWORDED
    assert words(placement, new) == changed


def test_a_quote_that_kept_nine_letters_in_ten_is_the_same_but_never_shown_as_unchanged():
    said = "Officers may enter when the family asks them to come in."
    old = course(first=f"{WAIT} {said} {TEAM}")
    new = course(first=f"{WAIT} {said.replace('may', 'may not')} {TEAM}")

    placement = relocate([quote(old, said)], old, new)[0]

    assert (placement.state, placement.score) == (PlacementState.SAME, 1.0)
    shown = as_shown(placement.state, said, words(placement, new))
    assert shown is PlacementState.REWORDED


def test_white_space_alone_is_shown_as_the_same():
    assert as_shown(PlacementState.SAME, "one\u00a0full minute", "one full\nminute") == "same"


def test_a_quote_into_which_much_was_put_is_reworded():
    old = course(first=f"{TEAM} {SILENCE} {DEAF}")
    new = course(
        first=f"{TEAM} {SILENCE.replace(', and', f', as {WAIT.lower()} says, and')} {DEAF}"
    )

    assert relocate([quote(old, SILENCE)], old, new)[0].state is PlacementState.REWORDED


def test_a_thoroughly_reworded_sentence_between_its_old_neighbors_is_reworded():
    old = course(first=f"{WAIT} {TEAM} {SILENCE}")
    changed = "A crisis team may come along, or go alone, at any hour that the caller names."
    new = course(first=f"{WAIT} {changed} {SILENCE}")

    placement = relocate([quote(old, TEAM)], old, new)[0]

    assert (placement.state, words(placement, new)) == (PlacementState.REWORDED, changed)


def test_words_that_replaced_the_end_of_a_quote_belong_to_it():
    old = course(first=f"{TEAM}\n\nOfficers rest after the last call.\n\n{SILENCE}")
    new = course(first=f"{TEAM}\n\nOfficers rest after every night shift.\n\n{SILENCE}")

    placement = relocate([quote(old, "Officers rest after the last call")], old, new)[0]

    assert words(placement, new) == "Officers rest after every night shift"


def test_a_quote_that_went_to_another_section_is_moved():
    old = course(first=f"{WAIT}\n\n{SILENCE}\n\n{TEAM}", second=DISTANCE)
    new = course(first=f"{WAIT}\n\n{TEAM}", second=f"{DISTANCE}\n\n{SILENCE}")

    placement = relocate([quote(old, SILENCE)], old, new)[0]

    assert (placement.state, placement.section_key) == (PlacementState.MOVED, "second")
    assert words(placement, new) == SILENCE


def test_a_few_words_move_when_their_surroundings_move_too():
    old = course(first=f"{WAIT} {SILENCE}\n\n{TEAM}", second=DISTANCE)
    new = course(first=f"{WAIT}\n\n{TEAM}", second=f"{DISTANCE} {SILENCE}")

    placement = relocate([quote(old, "not refusal")], old, new)[0]

    assert (placement.state, words(placement, new)) == (PlacementState.MOVED, "not refusal")


def test_a_deleted_sentence_is_removed_though_others_look_like_it():
    old = course(first=f"{WAIT}\n\nOfficers wait for the team to come.\n\n{TEAM}")
    new = course(first=f"{WAIT}\n\n{TEAM}", second="Officers call for the nurse to come.")

    placement = relocate([quote(old, "Officers wait for the team to come.")], old, new)[0]

    assert placement.state is PlacementState.REMOVED
    assert (placement.section_key, placement.start, placement.end) == (None, None, None)
    assert placement.reason == "removed:first"


def test_the_removed_one_of_two_equal_phrases_is_removed():
    old = course(
        first=f"{WAIT} Ask the family first.\n\n{TEAM}", second=f"{DEAF} Ask the family first."
    )
    new = course(first=f"{WAIT}\n\n{TEAM}", second=f"{DEAF} Ask the family first.")

    gone, kept = relocate(
        [
            quote(old, "Ask the family first.", "first"),
            quote(old, "Ask the family first.", "second"),
        ],
        old,
        new,
    )

    assert gone.state is PlacementState.REMOVED
    assert kept.state is PlacementState.SAME


def test_words_that_now_stand_at_two_places_are_not_placed():
    old = course(first=f"{WAIT}\n\n{SILENCE}\n\n{TEAM}", second=DISTANCE, third=DEAF)
    new = course(
        first=f"{WAIT}\n\n{TEAM}",
        second=f"{DISTANCE}\n\n{SILENCE}",
        third=f"{DEAF}\n\n{SILENCE}",
    )

    placement = relocate([quote(old, SILENCE)], old, new)[0]

    assert placement.state is PlacementState.UNPLACED
    assert placement.section_key is None


def test_quotes_of_a_removed_section_are_removed():
    old = course(first=f"{WAIT}\n\n{TEAM}", second=f"{FAMILY} {DEAF}")
    new = course(first=f"{WAIT}\n\n{TEAM}")

    placements = relocate([quote(old, FAMILY), Anchor("second", 0, 0, "")], old, new)

    assert [p.state for p in placements] == [PlacementState.REMOVED] * 2
    assert placements[1].reason == "section_removed:second"


def test_a_section_keeps_its_comments_by_its_key_whatever_its_words():
    old = course(first=f"{WAIT} {TEAM}", second=FAMILY)
    new = [SectionText("first", "Another heading", DEAF), SectionText("second", "S", FAMILY)]

    placements = relocate([Anchor("first", 0, 0, ""), Anchor("second", 0, 0, "")], old, new)

    assert [p.section_key for p in placements] == ["first", "second"]
    assert [p.state for p in placements] == [PlacementState.REWORDED, PlacementState.SAME]


def test_sections_that_lost_their_keys_are_found_by_words_and_heading():
    old = course(first=f"{WAIT} {SILENCE}", second=f"{FAMILY} {TEAM}", third=DEAF)
    new = [
        SectionText("x", "Families", f"{FAMILY} {TEAM}"),
        SectionText("y", "First", f"{WAIT} {SILENCE} {DISTANCE}"),
    ]

    placements = relocate([Anchor(s.key, 0, 0, "") for s in old], old, new)

    assert [p.section_key for p in placements] == ["y", "x", None]


def test_a_section_merged_into_another_takes_its_comments_there():
    old = course(first=f"{WAIT} {SILENCE}", second=f"{FAMILY} {TEAM}", third=DEAF)
    new = course(first=f"{WAIT} {SILENCE}\n\n{FAMILY} {TEAM}", third=DEAF)

    whole, said = relocate([Anchor("second", 0, 0, ""), quote(old, FAMILY)], old, new)

    assert (whole.state, whole.section_key) == (PlacementState.MOVED, "first")
    assert (said.state, words(said, new)) == (PlacementState.MOVED, FAMILY)


def test_of_two_sections_with_one_heading_the_deleted_one_is_removed():
    old = course(a=f"{WAIT} {SILENCE}", b=f"{TEAM} {DEAF}")
    old = [SectionText(s.key, "Practice", s.text) for s in old]
    new = [SectionText("x", "Practice", f"{TEAM} {DEAF}")]

    gone, kept = relocate([Anchor("a", 0, 0, ""), Anchor("b", 0, 0, "")], old, new)

    assert (gone.state, gone.section_key) == (PlacementState.REMOVED, None)
    assert (kept.state, kept.section_key) == (PlacementState.SAME, "x")


def test_when_one_of_two_equal_sentences_went_and_the_other_moved_neither_is_guessed():
    old = course(first=f"{WAIT}\n\n{SILENCE}", second=f"{FAMILY}\n\n{SILENCE}", third=DEAF)
    new = course(first=WAIT, second=FAMILY, third=f"{DEAF}\n\n{SILENCE}")

    placements = relocate(
        [quote(old, SILENCE, "first"), quote(old, SILENCE, "second")], old, new
    )

    assert [p.section_key for p in placements] == [None, None]
    assert PlacementState.UNPLACED in [p.state for p in placements]


def test_of_two_equal_sentences_the_one_that_moved_inside_its_section_is_found_there():
    old = course(
        first=f"{TEAM}\n\n{SILENCE}", second=f"{SILENCE}\n\n{WAIT}\n\n{FAMILY}\n\n{DEAF}"
    )
    new = course(first=TEAM, second=f"{WAIT}\n\n{FAMILY}\n\n{DEAF}\n\n{SILENCE}")

    gone, moved = relocate(
        [quote(old, SILENCE, "first"), quote(old, SILENCE, "second")], old, new
    )

    assert gone.section_key is None
    assert (moved.section_key, words(moved, new)) == ("second", SILENCE)


def test_a_quote_that_is_not_in_its_own_text_is_not_placed():
    text = course(first=WAIT)

    strange, unknown = relocate(
        [Anchor("first", 0, 5, "Never"), Anchor("nowhere", 0, 2, "If")], text, text
    )

    assert (strange.state, strange.reason) == (PlacementState.UNPLACED, "not_in_old_text:first")
    assert (unknown.state, unknown.reason) == (
        PlacementState.UNPLACED,
        "unknown_section:nowhere",
    )


def test_offsets_count_code_points():
    old = course(first=f"👩🏽‍⚕️ {WAIT} {TEAM}")
    new = course(first=f"👩🏽‍⚕️👩🏽‍⚕️ ¿Quién? {WAIT} {TEAM}")

    placement = relocate([quote(old, "one full minute")], old, new)[0]

    assert words(placement, new) == "one full minute"


def test_part_of_a_word_stays_part_of_it():
    old = course(first=f"{WAIT} {TEAM}")
    new = course(first=f"{SILENCE} {WAIT} {TEAM}")

    placement = relocate([quote(old, "erson does not ans")], old, new)[0]

    assert words(placement, new) == "erson does not ans"


def test_a_long_insertion_inside_a_quote_is_not_taken_in():
    insertion = " ".join(f"Something new stands here, number {n}." for n in range(40))
    old = course(first=f"{TEAM}\n\n{SILENCE} {WAIT}\n\n{DEAF}")
    new = course(first=f"{TEAM}\n\n{SILENCE} {insertion} {WAIT}\n\n{DEAF}")

    placement = relocate([quote(old, f"{SILENCE} {WAIT}")], old, new)[0]

    assert words(placement, new) == WAIT


def test_no_anchors_need_no_texts():
    assert relocate([], [], []) == []


def test_cut_gives_the_words_and_what_stands_around_them():
    assert cut("one two three", 4, 7, context=3) == ("two", "ne ", " th")


@pytest.mark.parametrize(("start", "end"), [(3, 3), (-1, 2), (0, 99), (5, 2)])
def test_cut_refuses_a_span_without_words(start, end):
    with pytest.raises(ValueError, match="no words"):
        cut("one two", start, end)


@pytest.mark.parametrize(
    ("prefix", "suffix", "start", "found"),
    [
        ("", "", 0, 0),
        ("then ", "", 99, 9),
        ("", " again", 99, 9),
        ("", "", 99, None),
    ],
)
def test_a_shifted_quote_is_told_by_what_stands_around_it(prefix, suffix, start, found):
    assert resolve("ask then ask again", "ask", prefix, suffix, start, start + 3) == found


def test_a_quote_of_nothing_is_nowhere():
    assert resolve("ask", "", "", "", 0, 0) is None


def test_a_few_words_that_recur_in_a_new_paragraph_are_not_taken_for_the_old_ones():
    old = course(first=f"{WAIT}\n\nThen they quickly notify dispatch by radio.\n\n{TEAM}")
    new = course(first=f"{WAIT}\n\nOn Mondays trainers notify dispatch with cookies.\n\n{TEAM}")

    placement = relocate([quote(old, "quickly notify dispatch")], old, new)[0]

    assert placement.state is PlacementState.REMOVED
