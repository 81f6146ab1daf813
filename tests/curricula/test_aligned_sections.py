"""Sections that were divided, joined, moved and renamed are recognised, edited ones too."""

from __future__ import annotations

from feedback_app.curricula.comparison import Comparison, SectionVersion, WordChange, compare

WAIT = "If the person does not answer, wait for one full minute before anyone speaks again."
SILENCE = "Silence is not refusal, and nobody in the room should read it so."
FAMILY = "Ask whoever called, and any family member present, what usually calms this person."
DISTANCE = "Keep your distance, keep your hands in sight, and say your name first."
TEAM = "The mobile team is called before the second officer arrives, not when all is over."
HOLSTER = "Weapons stay holstered unless a life is in danger that no one can leave."


def course(*sections: tuple[str, str, str]) -> list[SectionVersion]:
    return [SectionVersion(k, title, 1, n, text) for n, (k, title, text) in enumerate(sections)]


def kinds(comparison: Comparison) -> dict[str, set[str]]:
    return {s.key: {str(kind) for kind in s.kinds} for s in comparison.sections}


def test_a_section_divided_in_three_is_split_though_its_parts_were_edited():
    old = course(
        ("a", "Contact", "\n\n".join([WAIT, SILENCE, FAMILY, DISTANCE, TEAM, HOLSTER]))
    )
    new = course(
        ("a", "Contact", f"{WAIT.replace('one full minute', 'two minutes')}\n\n{SILENCE}"),
        ("b", "Family", f"{FAMILY.replace('usually', 'often')}\n\nOne new line.\n\n{DISTANCE}"),
        ("c", "Help", f"{TEAM} Say so on the radio.\n\n{HOLSTER}"),
    )

    comparison = compare(old, new)

    assert kinds(comparison) == {"a": {"split", "reworded"}, "b": {"split"}, "c": {"split"}}
    assert comparison.section("a").targets == ("b", "c")
    assert [b.kind for b in comparison.section("b").blocks] == ["moved", "added", "moved"]


def test_a_section_divided_without_keeping_its_key_is_split():
    old = course(("a", "Contact", "\n\n".join([WAIT, SILENCE, FAMILY, DISTANCE])))
    new = course(
        ("x", "Waiting", f"{WAIT}\n\n{SILENCE}"), ("y", "Family", f"{FAMILY}\n\n{DISTANCE}")
    )

    comparison = compare(old, new)

    assert all("split" in found for found in kinds(comparison).values())
    assert {s.old_key for s in comparison.sections} == {"a", None}


def test_one_paragraph_divided_over_two_sections_is_a_split_with_one_move():
    old = course(("a", "Contact", f"{WAIT} {FAMILY} {SILENCE} {DISTANCE}"))
    new = course(("a", "Contact", f"{WAIT} {FAMILY}"), ("b", "After", f"{SILENCE} {DISTANCE}"))

    comparison = compare(old, new)

    assert "split" in kinds(comparison)["a"]
    assert kinds(comparison)["b"] == {"split"}
    assert [hunk.kind for hunk in comparison.section("b").hunks] == [WordChange.MOVED]


def test_two_sections_joined_under_a_third_name_are_merged():
    old = course(("a", "A", f"{WAIT}\n\n{SILENCE}"), ("b", "B", f"{FAMILY}\n\n{DISTANCE}"))
    new = course(
        ("c", "C", "\n\n".join([WAIT, SILENCE, FAMILY.replace("any", "each"), DISTANCE]))
    )

    found = kinds(compare(old, new))

    assert sum("merged" in kinds_of for kinds_of in found.values()) == 2


def test_of_three_sections_turned_around_two_have_moved():
    old = course(("a", "A", WAIT), ("b", "B", SILENCE), ("c", "C", FAMILY))
    new = course(("c", "C", FAMILY), ("b", "B", SILENCE), ("a", "A", WAIT))

    assert kinds(compare(old, new)) == {"c": {"moved"}, "b": {"moved"}, "a": set()}


def test_a_section_moved_renamed_and_reworded_at_once_says_all_three():
    old = course(("a", "Waiting", WAIT), ("b", "B", SILENCE), ("c", "C", FAMILY))
    new = course(
        ("b", "B", SILENCE),
        ("c", "C", FAMILY),
        ("a", "How to wait", WAIT.replace("one full minute", "two minutes")),
    )

    assert kinds(compare(old, new))["a"] == {"moved", "retitled", "reworded"}


def test_a_sentence_that_took_the_place_of_another_is_still_seen_to_have_moved():
    old = course(
        ("a", "A", f"{WAIT} {FAMILY} {SILENCE}"), ("b", "B", f"{DISTANCE} {TEAM} {HOLSTER}")
    )
    new = course(("a", "A", f"{WAIT} {SILENCE}"), ("b", "B", f"{DISTANCE} {FAMILY} {HOLSTER}"))

    there, here = compare(old, new).sections

    assert [(h.kind, h.moved_to) for h in there.hunks] == [("moved", "b")]
    assert [(h.kind, h.moved_from) for h in here.hunks] == [("moved", "a"), ("removed", None)]
    moved = here.hunks[0]
    assert here.new_text()[moved.new_start : moved.new_end].strip() == FAMILY


def test_sentences_that_changed_places_in_a_paragraph_are_one_move():
    old = course(("a", "A", f"{WAIT} {FAMILY} {SILENCE} {DISTANCE}"))
    new = course(("a", "A", f"{WAIT} {SILENCE} {FAMILY} {DISTANCE}"))

    (found,) = compare(old, new).sections

    assert [hunk.kind for hunk in found.hunks] == [WordChange.MOVED] * 2
    assert {hunk.partner for hunk in found.hunks} == {1, 2}


def test_a_sentence_that_moved_and_changed_a_little_has_moved():
    changed = FAMILY.replace("usually calms", "calms or frightens")
    old = course(("a", "A", f"{WAIT} {FAMILY} {SILENCE}"), ("b", "B", f"{DISTANCE} {HOLSTER}"))
    new = course(("a", "A", f"{WAIT} {SILENCE}"), ("b", "B", f"{DISTANCE} {changed} {HOLSTER}"))

    there, here = compare(old, new).sections

    assert [hunk.moved_to for hunk in there.hunks] == ["b"]
    assert [hunk.moved_from for hunk in here.hunks] == ["a"]


def test_a_sentence_that_stands_twice_is_not_said_to_have_moved():
    old = course(("a", "A", f"{WAIT} {FAMILY}"), ("b", "B", f"{DISTANCE} {FAMILY}"))
    new = course(("a", "A", WAIT), ("b", "B", DISTANCE), ("c", "C", f"{TEAM} {FAMILY}"))

    found = [hunk for section in compare(old, new).sections for hunk in section.hunks]

    assert WordChange.MOVED not in {hunk.kind for hunk in found}
