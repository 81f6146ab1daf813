"""What holds of anchors whatever the texts: found with all words, removed, or not placed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_app.comments.anchors import (
    Anchor,
    PlacementState,
    SectionText,
    cut,
    relocate,
)
from tests.comments.quoting import SENTENCES, course, quote, words


@st.composite
def courses(draw: st.DrawFn) -> list[SectionText]:
    sentences = draw(st.permutations(SENTENCES))
    cuts = sorted(draw(st.sets(st.integers(1, 5), max_size=3)))
    parts = [sentences[a:b] for a, b in zip([0, *cuts], [*cuts, 6], strict=True)]
    joint = draw(st.sampled_from([" ", "\n\n"]))
    return course(**{f"s{n}": joint.join(part) for n, part in enumerate(parts)})


@settings(max_examples=60, deadline=None)
@given(courses(), st.data())
def test_any_span_of_an_unchanged_text_stays_where_it_is(text, data):
    section = data.draw(st.sampled_from(text))
    start = data.draw(st.integers(0, len(section.text) - 1))
    end = data.draw(st.integers(start + 1, len(section.text)))
    exact, prefix, suffix = cut(section.text, start, end)

    placement = relocate([Anchor(section.key, start, end, exact, prefix, suffix)], text, text)[
        0
    ]

    if exact.strip():
        assert placement.state is PlacementState.SAME
        assert words(placement, text).split() == exact.split()


@settings(max_examples=60, deadline=None)
@given(courses(), courses(), st.sampled_from(SENTENCES))
def test_whatever_moves_a_sentence_is_found_with_all_its_words(old, new, sentence):
    placement = relocate([quote(old, sentence)], old, new)[0]

    assert placement.state in (PlacementState.SAME, PlacementState.MOVED)
    assert words(placement, new) == sentence


@settings(max_examples=60, deadline=None)
@given(courses(), st.sampled_from(SENTENCES))
def test_a_deleted_sentence_is_never_put_elsewhere(old, sentence):
    new = [SectionText(s.key, s.title, s.text.replace(sentence, "")) for s in old]

    placement = relocate([quote(old, sentence)], old, new)[0]

    assert placement.state is PlacementState.REMOVED


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text("ab .\n\t", max_size=30), max_size=3),
    st.lists(st.text("ab .\n", max_size=30), max_size=3),
)
def test_whatever_the_texts_the_same_question_gets_the_same_answer(old, new):
    before = course(**{f"s{n}": text for n, text in enumerate(old)})
    after = course(**{f"s{n}": text for n, text in enumerate(new)})
    anchors = [Anchor(s.key, 0, len(s.text), s.text) for s in before]

    placements = relocate(anchors, before, after)

    assert placements == relocate(anchors, before, after)
    for placement in placements:
        if placement.start is not None and placement.end is not None:
            assert words(placement, after) or placement.start == placement.end


@settings(max_examples=40, deadline=None)
@given(courses(), st.sampled_from(SENTENCES), st.data())
def test_a_paragraph_that_moves_to_another_section_is_moved_with_all_its_words(
    old, sentence, data
):
    old = [SectionText(s.key, s.title, s.text.replace(". ", ".\n\n")) for s in old]
    home = next(s.key for s in old if sentence in s.text)
    target = data.draw(st.sampled_from([s.key for s in old if s.key != home] or ["new"]))
    new = [
        SectionText(
            s.key, s.title, "\n\n".join(b for b in s.text.split("\n\n") if b != sentence)
        )
        for s in old
    ]
    new = [
        s if s.key != target else SectionText(s.key, s.title, f"{s.text}\n\n{sentence}")
        for s in new
    ]
    if target == "new":
        new.append(SectionText("new", "New", sentence))

    placement = relocate([quote(old, sentence)], old, new)[0]

    assert (placement.state, placement.section_key) == (PlacementState.MOVED, target)
    assert words(placement, new) == sentence


@settings(max_examples=40, deadline=None)
@given(courses(), st.data())
def test_whatever_stood_in_a_deleted_section_is_removed(old, data):
    gone = data.draw(st.sampled_from(old))
    new = [s for s in old if s.key != gone.key]

    placements = relocate(
        [Anchor(gone.key, 0, 0, ""), quote(old, gone.text, gone.key)], old, new
    )

    assert [p.state for p in placements] == [PlacementState.REMOVED] * 2


@settings(max_examples=40, deadline=None)
@given(courses(), courses(), courses(), st.sampled_from(SENTENCES))
def test_going_by_way_of_a_version_between_is_never_worse_than_going_straight(
    first, second, third, sentence
):
    straight = relocate([quote(first, sentence)], first, third)[0]
    step = relocate([quote(first, sentence)], first, second)[0]
    assert step.section_key is not None

    there = next(s for s in second if s.key == step.section_key)
    again = Anchor(there.key, step.start, step.end, *cut(there.text, step.start, step.end))
    composed = relocate([again], second, third)[0]

    assert words(composed, third) == words(straight, third) == sentence
