from __future__ import annotations

import json

import pytest

from feedback_app.core.html import render
from feedback_app.exchange.document import (
    Document,
    ImportFacts,
    Note,
    SectionDraft,
    Withheld,
    blocks,
    change_section,
    join,
    retitle,
    split,
)

SOURCE = "First words.[^1]\n\n- a\n- b\n\n## Later on\n\nMore.[^2]\n\n[^1]: One\n\n[^2]: Two"


def course(*sections: SectionDraft) -> Document:
    return Document(title="Course", sections=sections)


def test_a_document_comes_back_from_json_as_it_went():
    document = Document(
        title="Course",
        language="es",
        summary="About",
        origin="word",
        sections=(
            SectionDraft("One", 1, "activity", 45, "Text", "paragraph 3", "abcd2345"),
            SectionDraft(
                "Two", 2, withheld=Withheld("Radio codes", "Chief", "safety", "Board")
            ),
        ),
        notes=(Note("merged", "One", "wide", 2),),
        warnings=("typed_headings",),
        facts=ImportFacts(1, 2, ("a",), ("b",), ("c",), ("d",), {"creator": "c"}),
    )

    assert Document.from_json(json.loads(json.dumps(document.to_json()))) == document


@pytest.mark.parametrize("data", [{}, {"format": "other"}])
def test_json_of_others_is_refused(data):
    with pytest.raises(ValueError):
        Document.from_json(data)


def test_blocks_are_counted_as_a_reader_counts_them():
    assert blocks(SOURCE) == ["First words.[^1]", "- a\n- b", "## Later on", "More.[^2]"]


def test_splitting_at_a_heading_makes_it_the_title_and_footnotes_follow():
    document = split(course(SectionDraft("One", minutes=30, source=SOURCE)), 0, 2)

    assert [s.title for s in document.sections] == ["One", "Later on"]
    assert document.sections[0].source == "First words.[^1]\n\n- a\n- b\n\n[^1]: One"
    assert document.sections[1].source == "More.[^2]\n\n[^2]: Two"
    assert [s.minutes for s in document.sections] == [30, None]


def test_splitting_at_a_paragraph_takes_its_first_words_or_the_given_title():
    document = course(
        SectionDraft("One", source="A.\n\nThe very first words of a long new line.")
    )

    assert split(document, 0, 1).sections[1].title == "The very first words of a long new …"
    assert split(document, 0, 1, title="Named").sections[1].title == "Named"


def test_splitting_where_nothing_stands_is_refused():
    with pytest.raises(IndexError):
        split(course(SectionDraft("One", source="A.")), 0, 1)


def test_joining_keeps_every_word_and_tells_footnotes_apart():
    document = course(
        SectionDraft("One", minutes=10, source="A.[^1]\n\n[^1]: First"),
        SectionDraft("Two *stars*", minutes=5, source="B.[^1]\n\n[^1]: Second"),
    )

    (section,) = join(document, 1).sections

    assert render(section.source).text == (
        "A.[1]\n\nTwo *stars*\n\nB.[2]\n\n[1] First\n\n[2] Second"
    )
    assert section.minutes == 15


def test_what_was_joined_can_be_split_again():
    document = course(SectionDraft("One", source="A."), SectionDraft("Two #1", source="B."))

    again = split(join(document, 1), 0, 1)

    assert [(s.title, s.source) for s in again.sections] == [("One", "A."), ("Two #1", "B.")]


def test_the_first_section_cannot_be_joined_to_another():
    with pytest.raises(IndexError):
        join(course(SectionDraft("One")), 0)


def test_retitling_and_levels():
    document = course(SectionDraft("One"), SectionDraft("Two"), SectionDraft("Three", 3))

    assert retitle(document, 0, "  New \n name ").sections[0].title == "New name"
    assert [s.level for s in change_section(document, 1, level=3).sections] == [1, 2, 3]
