"""What the import makes of awkward files, without pages."""

import json

import pytest

from feedback_app.exchange.document import FORMAT
from feedback_app.exchange.preview import slug_of
from feedback_app.exchange.services import read_course, render_sections
from feedback_app.exchange.word_guard import Unreadable


def tree(**values) -> bytes:
    section = {"title": "One", "source": "Words."}
    return json.dumps({"format": FORMAT, "title": "A", "sections": [section]} | values).encode()


def test_text_that_no_database_keeps_is_mended():
    preview = read_course(tree(title="Half \ud83d and \x00 null"), "a.json")

    assert preview.course.title == "Half \ufffd and null"


def test_keys_of_an_export_are_kept_and_odd_ones_replaced():
    sections = [
        {"title": "A", "key": "abcdefgh"},
        {"title": "B", "key": "abcdefgh"},
        {"title": "C", "key": "../../x"},
    ]

    keys = [s.key for s in read_course(tree(sections=sections), "a.json").sections]

    assert keys[0] == "abcdefgh"
    assert len(set(keys)) == 3
    assert all(len(key) == 8 for key in keys)


def test_what_is_not_shown_comes_back_as_a_placeholder():
    hidden = {"what": "Codes", "by": "Chief", "ground": "Safety", "seen_by": ""}
    half = {"what": "Codes"}
    sections = [{"title": "A", "withheld": hidden}, {"title": "B", "withheld": half}]

    first, second = render_sections(read_course(tree(sections=sections), "a.json"))

    assert first.withheld.ground == "Safety"
    assert second.withheld is None


@pytest.mark.parametrize(
    "values",
    [
        {"sections": [{"title": str(n)} for n in range(501)]},
        {"sections": [{"title": "A", "source": "word " * 310_000}]},
    ],
)
def test_a_text_that_is_no_course_s_size_is_refused(values):
    with pytest.raises(Unreadable) as refusal:
        read_course(tree(**values), "a.json")

    assert refusal.value.code == "too_long"


def test_huge_numbers_are_bounded():
    preview = read_course(
        tree(sections=[{"title": "A", "minutes": 10**30, "level": 99, "openness": "odd"}]),
        "a.json",
    )

    assert render_sections(preview)[0].minutes == 60_000
    assert preview.course.minutes == 60_000


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Crisis Response & De-Escalation", "crisis-response-de-escalation"),
        ("Evaluación básica", "evaluacion-basica"),
        ("危機", ""),
        ("word " * 30, "word-" * 11 + "word"),
    ],
)
def test_a_title_gives_a_short_name(title, slug):
    assert slug_of(title) == slug
