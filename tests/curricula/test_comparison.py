"""A redline shows every change, at its place, in words a person would mark."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_app.curricula.comparison import (
    Comparison,
    Form,
    Op,
    SectionChange,
    SectionComparison,
    SectionVersion,
    WordChange,
    compare,
    from_json,
    summary_in_numbers,
    to_json,
)

WAIT = "If the person does not answer, wait for one full minute before anyone speaks again."
SILENCE = "Silence is not refusal, and nobody in the room should read it so."
FAMILY = "Ask whoever called, and any family member present, what usually calms this person."
DISTANCE = "Keep your distance, keep your hands in sight, and say your name first."


def section(text: str, key: str = "aaaa", title: str = "First contact", position: int = 0):
    return SectionVersion(key=key, title=title, level=1, position=position, text=text)


def course(*sections: SectionVersion) -> list[SectionVersion]:
    return [SectionVersion(s.key, s.title, s.level, n, s.text) for n, s in enumerate(sections)]


def one(old: str, new: str) -> SectionComparison:
    return compare([section(old)], [section(new)]).sections[0]


def marked(found: SectionComparison) -> str:
    """The redline in one line: [-gone-] and {+come+}."""
    signs = {Op.SAME: ("", ""), Op.REMOVED: ("[-", "-]"), Op.ADDED: ("{+", "+}")}
    return " ¶ ".join(
        "".join(signs[run.op][0] + run.text + signs[run.op][1] for run in block.runs)
        for block in found.blocks
    )


def kinds(comparison: Comparison) -> dict[str, set[str]]:
    return {s.key: {str(kind) for kind in s.kinds} for s in comparison.sections}


@pytest.mark.parametrize(
    ("old", "new", "redline"),
    [
        ("They wait four days.", "They wait six days.", "They wait [-four-]{+six+} days."),
        ("We pass. We go.", "We pass. We rest. We go.", "We pass. {+We rest. +}We go."),
        ("Call from 9:00 on.", "Call from 7:30 on.", "Call from [-9:00-]{+7:30+} on."),
        ("Don’t de-escalate.", "Don’t escalate.", "Don’t [-de-escalate-]{+escalate+}."),
        ("Sí, la policía.", "Sí, la ciudad.", "Sí, la [-policía-]{+ciudad+}."),
        ("time\tTopic", "time\tTheme", "time\t[-Topic-]{+Theme+}"),
        (
            "One officer should speak where practical. The remaining officers stand ready.",
            "One officer speaks. The others watch and keep their hands away from their belts.",
            "One officer [-should speak where practical-]{+speaks+}. The [-remaining officers"
            " stand ready-]{+others watch and keep their hands away from their belts+}.",
        ),
    ],
)  # fmt: skip
def test_words_are_marked_as_a_person_would_mark_them(old, new, redline):
    assert marked(one(old, new)) == redline


def test_changes_close_together_are_one_change_and_far_apart_are_two():
    near = one("The four old officers waited.", "The six old deputies waited.")
    far = one(
        "Four officers work through the scenes with trained actors on Friday.",
        "Six officers work through the scenes with trained actors on Monday.",
    )

    assert [hunk.number for hunk in near.hunks] == [1]
    assert [hunk.number for hunk in far.hunks] == [1, 2]


def test_changes_are_told_apart_at_the_end_of_a_sentence():
    found = one("We wait here. Then we go there now.", "We wait today. Now we go there now.")

    assert len(found.hunks) == 2


def test_a_change_knows_where_it_stands_in_both_texts():
    old, new = "They wait four days. Then rest.", "They wait six long days. Then rest."

    hunk = one(old, new).hunks[0]

    assert old[hunk.old_start : hunk.old_end] == "four"
    assert new[hunk.new_start : hunk.new_end] == "six long"


def test_a_paragraph_with_nothing_in_common_is_replaced_in_one_change():
    found = one(f"{WAIT}\n\nUse a louder voice.", f"{WAIT}\n\nCount slowly until sixty, twice.")

    assert [b.kind for b in found.blocks] == ["unchanged", "removed", "added"]
    assert [hunk.kind for hunk in found.hunks] == [WordChange.REWORDED]


def test_a_new_paragraph_is_added_and_a_lost_one_removed():
    added = one(WAIT, f"{WAIT}\n\n{SILENCE}")
    removed = one(f"{WAIT}\n\n{SILENCE}", SILENCE)

    assert [b.kind for b in added.blocks] == ["unchanged", "added"]
    assert [b.kind for b in removed.blocks] == ["removed", "unchanged"]


def test_a_paragraph_divided_in_two_keeps_its_words():
    found = one(f"{WAIT} {SILENCE}", f"{WAIT}\n\n{SILENCE}")

    assert [block.new_words for block in found.blocks] == [WAIT, SILENCE]
    assert all(
        run.op is Op.SAME for block in found.blocks for run in block.runs if run.text.strip()
    )
    assert found.old_text() == f"{WAIT} {SILENCE}"


def test_two_paragraphs_run_together_keep_their_words():
    found = one(f"{WAIT}\n\n{SILENCE}", f"{WAIT} {SILENCE}")

    assert len(found.blocks) == 1
    assert {run.text for run in found.blocks[0].runs if run.op is Op.SAME} == {WAIT, SILENCE}


def test_a_paragraph_that_moved_to_another_section_is_moved_not_rewritten():
    old = course(section(f"{WAIT}\n\n{FAMILY}", "aaaa"), section(DISTANCE, "bbbb"))
    new = course(section(WAIT, "aaaa"), section(f"{DISTANCE}\n\n{FAMILY}", "bbbb"))

    there, here = compare(old, new).sections

    assert [(b.kind, b.moved_to) for b in there.blocks] == [
        ("unchanged", None),
        ("moved", "bbbb"),
    ]
    assert [(b.kind, b.moved_from) for b in here.blocks] == [
        ("unchanged", None),
        ("moved", "aaaa"),
    ]
    assert here.hunks[0].partner == there.hunks[0].number
    assert there.hunks[0].partner == here.hunks[0].number


def test_a_moved_paragraph_shows_which_of_its_words_changed():
    reworded = FAMILY.replace("usually calms", "calms or frightens")
    old = course(section(f"{WAIT}\n\n{FAMILY}", "aaaa"), section(DISTANCE, "bbbb"))
    new = course(section(WAIT, "aaaa"), section(f"{DISTANCE}\n\n{reworded}", "bbbb"))

    block = compare(old, new).section("bbbb").blocks[-1]

    assert block.kind is WordChange.MOVED
    assert [run.text for run in block.runs if run.op is Op.ADDED] == ["calms or frightens"]


def test_a_sentence_that_moved_into_another_paragraph_is_a_change_of_its_own():
    old = f"{WAIT} {FAMILY} {SILENCE}\n\n{DISTANCE}"
    new = f"{WAIT} {SILENCE}\n\n{DISTANCE} {FAMILY}"

    found = one(old, new)

    moved = [hunk for hunk in found.hunks if hunk.kind is WordChange.MOVED]
    assert [old[h.old_start : h.old_end].strip() for h in moved if h.moved_to] == [FAMILY]
    assert [new[h.new_start : h.new_end].strip() for h in moved if h.moved_from] == [FAMILY]


def test_paragraphs_that_moved_side_by_side_are_one_change():
    old = course(section(f"{WAIT}\n\n{SILENCE}\n\n{FAMILY}", "aaaa"), section(DISTANCE, "bbbb"))
    new = course(section(FAMILY, "aaaa"), section(f"{DISTANCE}\n\n{WAIT}\n\n{SILENCE}", "bbbb"))

    comparison = compare(old, new)

    assert [len(s.hunks) for s in comparison.sections] == [1, 1]


def test_sections_are_added_removed_retitled_and_moved():
    old = course(
        section(WAIT, "aaaa", "Waiting"),
        section(SILENCE, "bbbb", "Silence"),
        section(FAMILY, "cccc", "Families"),
        section("Tests stand here.", "dddd", "Tests"),
    )
    new = course(
        section(FAMILY, "cccc", "Families"),
        section(WAIT, "aaaa", "How to wait"),
        section(SILENCE, "bbbb", "Silence"),
        section("An interpreter is called before questions are asked.", "eeee", "Languages"),
    )

    assert kinds(compare(old, new)) == {
        "cccc": {"moved"},
        "aaaa": {"retitled"},
        "bbbb": set(),
        "dddd": {"removed"},
        "eeee": {"added"},
    }


def test_a_removed_section_stands_after_the_one_it_followed():
    old = course(section(WAIT, "aaaa"), section(SILENCE, "bbbb"), section(FAMILY, "cccc"))
    new = course(section(WAIT, "aaaa"), section(FAMILY, "cccc"))

    assert [s.key for s in compare(old, new).sections] == ["aaaa", "bbbb", "cccc"]


def test_sections_without_their_keys_are_found_by_their_words():
    old = course(section(f"{WAIT}\n\n{SILENCE}", "aaaa"), section(FAMILY, "bbbb", "Families"))
    new = course(section(FAMILY, "xxxx", "The family"), section(f"{WAIT}\n\n{SILENCE}", "yyyy"))

    comparison = compare(old, new)

    assert comparison.section("xxxx").old_key == "bbbb"
    assert comparison.section("yyyy").old_key == "aaaa"
    assert SectionChange.RETITLED in comparison.section("bbbb").kinds


def test_a_section_divided_in_two_is_split():
    old = course(section(f"{WAIT}\n\n{SILENCE}\n\n{FAMILY}\n\n{DISTANCE}", "aaaa"))
    new = course(
        section(f"{WAIT}\n\n{SILENCE}", "aaaa"),
        section(f"{FAMILY}\n\n{DISTANCE}", "bbbb", "Families"),
    )

    comparison = compare(old, new)

    assert SectionChange.SPLIT in comparison.section("aaaa").kinds
    assert comparison.section("bbbb").kinds == {SectionChange.SPLIT}
    assert comparison.section("bbbb").sources == ("aaaa",)


def test_a_section_taken_into_another_is_merged():
    old = course(section(f"{WAIT}\n\n{SILENCE}", "aaaa"), section(FAMILY, "bbbb", "Families"))
    new = course(section(f"{WAIT}\n\n{SILENCE}\n\n{FAMILY}", "aaaa"))

    comparison = compare(old, new)

    assert comparison.section("bbbb").kinds == {SectionChange.MERGED}
    assert comparison.section("bbbb").targets == ("aaaa",)
    assert SectionChange.MERGED in comparison.section("aaaa").kinds


def test_two_sections_of_one_key_are_refused():
    with pytest.raises(ValueError, match="same key"):
        compare([section(WAIT), section(FAMILY)], [])


def test_counts_name_paragraphs_items_and_rows():
    old = SectionVersion("aaaa", "T", 1, 0, "Intro.\n\nOne apple\n\n9:00\tTalk", ())
    forms = (Form.PARAGRAPH, Form.LIST_ITEM, Form.LIST_ITEM, Form.ROW)
    new = SectionVersion(
        "aaaa", "T", 1, 0, "Intro.\n\nOne apple\n\nTwo ripe pears\n\n9:00\tLong talk", forms
    )

    counts = summary_in_numbers(compare([old], [new]).sections[0])

    assert counts == {
        (WordChange.UNCHANGED, Form.PARAGRAPH): 1,
        (WordChange.UNCHANGED, Form.LIST_ITEM): 1,
        (WordChange.ADDED, Form.LIST_ITEM): 1,
        (WordChange.REWORDED, Form.ROW): 1,
    }


def test_a_stored_comparison_of_another_format_is_refused():
    with pytest.raises(ValueError, match="format"):
        from_json({"v": 0, "sections": []})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("same " * 20_000, "same " * 19_000),
        ("yes no " * 9_000, "no yes no " * 6_000),
        ("a" * 100_000, "a" * 50_000 + "b" + "a" * 50_000),
        ("\n\n".join(["same words here"] * 3_000), "\n\n".join(["same words there"] * 2_500)),
        ("", "\n\n\n\n"),
    ],
)
def test_hostile_texts_are_compared_exactly(old, new):
    found = one(old, new)

    assert (found.old_text(), found.new_text()) == (old, new)


SENTENCES = st.sampled_from([WAIT, SILENCE, FAMILY, DISTANCE, " ", " ", "\n\n", "\n\n", "x\ty"])
LITTLE = st.sampled_from(
    [*"the officer waits . asks ¿Quién? 👩🏽‍⚕️ one two".split(), "\n\n", "\n", " "]
)
TEXTS = (
    st.lists(SENTENCES, max_size=12).map("".join)
    | st.lists(LITTLE, max_size=30).map(" ".join)
    | st.text(alphabet="ab .\n\t", max_size=30)
)
STRANGE = st.lists(
    st.sampled_from(
        [
            "a\u0301",
            "e\u0308 ",
            "👩🏽\u200d⚕️",
            "🏳️\u200d🌈 ",
            "שָׁלוֹם ",
            "مَرْحَبًا. ",
            "日本語",
            "\u00a0",
            "\u200b",
            "\u200e",
            "\u2028",
            "wait. ",
            "\n\n",
            "\t",
            FAMILY,
            " ",
        ]
    ),
    max_size=14,
).map("".join)
COURSES = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), TEXTS | STRANGE, st.sampled_from(["Why", "First contact"])
    ),
    max_size=4,
    unique_by=lambda drawn: drawn[0],
).map(lambda drawn: course(*(section(text, key, title) for key, text, title in drawn)))


@settings(max_examples=150, deadline=None)
@given(COURSES, COURSES)
def test_every_redline_holds_both_texts_and_numbers_its_changes(old, new):
    """Old text: same, removed, moved from here; new text: same, added, moved to here; in any
    script, with combining marks, emoji and spaces that nobody sees."""
    before, after = {s.key: s for s in old}, {s.key: s for s in new}

    comparison = compare(old, new)

    assert {s.old_key for s in comparison.sections} - {None} == set(before)
    assert {s.new_key for s in comparison.sections} - {None} == set(after)
    for found in comparison.sections:
        assert found.old_key is None or found.old_text() == before[found.old_key].text
        assert found.new_key is None or found.new_text() == after[found.new_key].text
        assert [hunk.number for hunk in found.hunks] == list(range(1, len(found.hunks) + 1))
        assert {n for b in found.blocks for n in b.hunks} == {h.number for h in found.hunks}
        for hunk in found.moves.values():
            other = comparison.section(hunk.moved_to or hunk.moved_from).hunk(hunk.partner)
            assert (other.partner, other.kind) == (hunk.number, WordChange.MOVED)
        for block in found.blocks:
            for run in block.runs:
                if run.op is not Op.REMOVED:
                    assert after[found.new_key].text[slice(*run.new_span)] == run.text
                if run.op is not Op.ADDED and not block.moved_from:
                    assert before[found.old_key].text[slice(*run.old_span)] == run.text


@settings(max_examples=80, deadline=None)
@given(COURSES, COURSES)
def test_a_comparison_is_repeatable_and_survives_storing(old, new):
    comparison = compare(old, new)

    assert compare(old, new) == comparison
    assert from_json(json.loads(json.dumps(to_json(comparison)))) == comparison
