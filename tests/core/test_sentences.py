from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_app.core.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stop. Wait.", ["Stop.", "Wait."]),
        (
            "Ask Dr. Ruiz and Sgt. J. Hill. Then go.",
            ["Ask Dr. Ruiz and Sgt. J. Hill.", "Then go."],
        ),
        ("It ends at 5 p.m. Come early.", ["It ends at 5 p.m.", "Come early."]),
        (
            "See sec. 4 of No. 12. The answer is no. Go on.",
            ["See sec. 4 of No. 12.", "The answer is no.", "Go on."],
        ),
        ("“Are you hurt?” she asks. He nods.", ["“Are you hurt?” she asks.", "He nods."]),
        ("“Leave.” He left.", ["“Leave.”", "He left."]),
        (
            "¿Está bien? ¡Espere! La Sra. Gil, p. ej., habla. Sí.",
            ["¿Está bien?", "¡Espere!", "La Sra. Gil, p. ej., habla.", "Sí."],
        ),
        ("EE. UU. tiene leyes. Lea el art. 5.", ["EE. UU. tiene leyes.", "Lea el art. 5."]),
        (
            "Wait 2.5 minutes. Count.[3] Then speak.",
            ["Wait 2.5 minutes.", "Count.[3]", "Then speak."],
        ),
        ("I. INTRODUCTION\n\nA. Aims", ["I. INTRODUCTION", "A. Aims"]),
        (
            "Topic\tTime\n\nSafety. Gear.\t10 min",
            ["Topic", "Time", "Safety.", "Gear.", "10 min"],
        ),
        ("Well… maybe. Or not", ["Well… maybe.", "Or not"]),
        ("A line\nthat goes on. New.", ["A line\nthat goes on.", "New."]),
        ("", []),
    ],
)
def test_text_is_cut_where_a_reader_would_cut_it(text, expected):
    assert cut(text) == expected


@given(
    st.lists(st.sampled_from([". ", "? ", "A", "b", "\n\n", "\t", "\n", "Dr. ", "”", " "])).map(
        "".join
    )
)
def test_every_word_lies_in_exactly_one_sentence_of_one_block(text):
    spans = sentences(text)

    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all("\n\n" not in text[a:b] and "\t" not in text[a:b] for a, b in spans)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
