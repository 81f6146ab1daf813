"""Hints on how plainly a reason reads, in two languages, from the spelling alone."""

import pytest

from feedback_app.triage.plain_words import (
    Ease,
    reading_of,
    sentences_of,
    syllables_en,
    syllables_es,
)

PLAIN = "Officers ask the family first. We changed the text in May. You can read it below."
OFFICIAL = (
    "Pursuant to departmental policy, the implementation of additional modalities will "
    "facilitate the interdisciplinary operationalization of methodologies that individuals "
    "within the organization utilize in order to ascertain sufficient comprehension, at all "
    "times."
)
LLANO = "Los agentes preguntan primero a la familia. Cambiamos el texto en mayo. Está abajo."
OFICIAL = (
    "De conformidad con la normativa departamental, la implementación de modalidades "
    "adicionales posibilitará la utilización interdisciplinaria de metodologías "
    "correspondientes a la totalidad de los individuos involucrados en procedimientos "
    "administrativos, judiciales y extraordinarios."
)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (syllables_en, {"make": 1, "asked": 1, "wanted": 2, "rules": 1, "table": 2}),
        (syllables_en, {"people": 2, "area": 3, "situation": 4, "community": 4, "the": 1}),
        (syllables_es, {"que": 1, "ciudad": 2, "policía": 4, "teoría": 4, "rey": 1}),
        (syllables_es, {"guitarra": 3, "ahora": 3, "respuesta": 3, "entrenamiento": 5}),
    ],
)
def test_syllables_are_counted_by_spelling(count, words):
    assert {word: count(word) for word in words} == words


def test_plain_and_official_english_are_told_apart():
    plain, official = reading_of(PLAIN, "en"), reading_of(OFFICIAL, "en")

    assert (plain.ease, plain.long_sentences, plain.hard_words) == (Ease.PLAIN, [], [])
    assert plain.grade < 5
    assert official.ease is Ease.VERY_HARD
    assert official.long_sentences == [OFFICIAL]
    assert {word.words: word.plain for word in official.hard_words}["Pursuant to"] == "under"


def test_spanish_has_words_and_no_grade():
    plain, official = reading_of(LLANO, "es"), reading_of(OFICIAL, "es")

    assert (plain.ease, plain.grade) == (Ease.PLAIN, None)
    assert official.ease is Ease.VERY_HARD
    assert official.hard_words[0].plain == "según"


@pytest.mark.parametrize("text", ["", "Thank you.", "…", "12 · 34", "x" * 20_000])
def test_of_a_short_text_or_none_no_formula_speaks(text):
    assert reading_of(text, "en").ease is None


def test_titles_and_numbers_end_no_sentence():
    text = "See rule No. 5 of the state. It asks for 3.5 hours, not four! Does it?"

    assert len(sentences_of(text)) == 3
