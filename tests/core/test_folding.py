"""Words are found however they are written: capitals and accents make no difference."""

import pytest
from sqlalchemy import bindparam, literal, select

from feedback_app.core.folding import given, holds, holds_given, plain


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Oigan a los JÓVENES.", "jóvenes"),
        ("Oigan a los jóvenes.", "JOVENES"),
        ("Oigan a los jovenes.", "jóvenes"),
        ("El niño no contestó", "nino no"),
        ("Wait ONE minute", "one Min"),
        ("Жук и ёж", "ЖУК"),
        ("100 % — a_b (c) [d] \\ ^$ é", "% — a_b (c) [d] \\ ^$"),
        ("100 % a_b (c) [d] \\ ^$ /", "% a_b (c) [d] \\ ^$ /"),
    ],
)
def test_a_part_of_a_word_is_found(session, text, word):
    column = bindparam("text", text)

    assert session.scalar(select(holds(column, word)))
    assert session.scalar(select(holds_given(column, "one")), given("one", word))


@pytest.mark.parametrize(
    ("text", "word"),
    [("año de espera", "dia"), ("abc é", "a_c"), ("axc", "a_c"), ("5 é", "%"), ("é", ".")],
)
def test_what_is_not_there_is_not_found(session, text, word):
    assert not session.scalar(select(holds(literal(text), word)))


def test_letters_without_a_plain_form_stay():
    assert plain("ÀÉÎÕÜÑ ß Ж 中") == "aeioun ß ж 中"
