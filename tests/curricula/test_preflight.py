from __future__ import annotations

import pytest

from feedback_app.curricula.preflight import CheckedSection, Severity, findings


def codes(text: str) -> list[str]:
    return [finding.code for finding in findings([CheckedSection("k1", "Title", text)])]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Call (312) 555-0142 for help.", "phone"),
        ("Call 312.555.0142.", "phone"),
        ("Llame al +52 55 1234 5678.", "phone"),
        ("Write to pat.doe+x@police.example.org now.", "email"),
        ("Answer Key\n\n1. b", "answer_key"),
        ("The correct answer is c.", "answer_key"),
        ("Clave de respuestas: 1 b", "answer_key"),
        ("LAW ENFORCEMENT SENSITIVE", "internal"),
        ("Material (FOUO)", "internal"),
        ("Solo para uso interno.", "internal"),
        ("Number 123-45-6789.", "social_security"),
        ("See case no. 24-118765.", "case_number"),
        ("Hours: TBD", "placeholder"),
        ("By [insert name].", "placeholder"),
    ],
)
def test_what_should_not_be_published_by_accident_is_found(text, code):
    assert codes(text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "Call 911 or 988.",
        "Use 40 minutes, 2024-2025, section 312.5 and $1,200.",
        "The right answer depends on the person.",
        "Officers answer questions. The key is patience.",
        "Les explica qué pasa: LES habla.",
        "See Penal Code 148 (a)(1) and 44 USC § 3609.",
    ],
)
def test_ordinary_words_are_left_alone(text):
    assert codes(text) == []


def test_what_blocks_stands_first_and_names_its_section():
    found = findings(
        [
            CheckedSection("k1", "Help", "Write to a@b.org."),
            CheckedSection("k2", "Answer key", "1 b"),
        ]
    )

    assert [(f.section_key, f.code, f.severity) for f in found] == [
        ("k2", "answer_key", Severity.BLOCKS),
        ("k1", "email", Severity.WARNS),
    ]


def test_a_passage_that_is_not_shown_is_not_searched():
    section = CheckedSection("k1", "Test", "Answer key: b", is_withheld=True)

    assert findings([section]) == []


def test_the_same_number_is_named_once_with_its_surroundings():
    (finding,) = findings(
        [CheckedSection("k1", "T", "Please phone Maria at 312-555-0142 today. 312-555-0142!")]
    )

    assert finding.excerpt == "Please phone Maria at 312-555-0142 today. 312-555-0142!"


def test_facts_of_a_word_file_are_told():
    facts = {
        "insertions": 1,
        "deletions": 2,
        "changed_words": ["new", "old"],
        "comments": ["Ask legal"],
        "people": ["Pat Doe"],
        "hidden": ["secret"],
    }

    found = findings([], facts)

    assert [(f.code, f.excerpt, f.severity) for f in found] == [
        ("tracked", "new · old", Severity.BLOCKS),
        ("comment", "Ask legal", Severity.WARNS),
        ("hidden", "secret", Severity.WARNS),
        ("person", "Pat Doe", Severity.WARNS),
    ]
    assert all(f.message and f.section_key is None for f in found)
