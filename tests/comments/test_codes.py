"""Private codes: plain words, typed in any way, never to be guessed."""

from __future__ import annotations

import pytest

from feedback_app.comments import codes
from feedback_app.comments.details import personal_details

KEY = codes.receipt_key("some secret")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_list_holds_1024_different_plain_words(language):
    words = codes.word_list(language)

    assert len(set(words)) == len(words) == 1 << codes.BITS
    assert codes.WORDS * codes.BITS >= 80
    assert all(word.isalpha() and word.isascii() and 3 <= len(word) <= 8 for word in words)


def test_the_same_form_gives_the_same_code_and_another_form_another():
    assert codes.make_code(KEY, "a") == codes.make_code(KEY, "a")
    assert codes.make_code(KEY, "a") != codes.make_code(KEY, "b")
    assert codes.make_code(KEY, "a") != codes.make_code(codes.receipt_key("other"), "a")


def test_capitals_accents_and_spaces_do_not_matter():
    code = codes.make_code(KEY, "a", "es")
    typed = "  " + code.upper().replace("-", "  ") + ". "

    assert codes.code_hash(KEY, typed) == codes.code_hash(KEY, code)
    assert codes.plain("Balcón – Jabón") == "balcon-jabon"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Officer Smith and Sgt. De la Cruz", ["Officer Smith", "Sgt. De"]),
        ("El agente Ruiz, placa 4512, el 3 de mayo de 2025", None),
        ("Call 555-123-4567 or me@example.org", ["555-123-4567", "me@example.org"]),
        ("Officers wait a full minute in section 4.", []),
        ("Sixteen hours in 2026 is two shifts.", []),
    ],
)
def test_what_tells_who_somebody_is_is_found(text, found):
    spans = [text[start:end] for start, end in personal_details(text)]

    if found is None:
        assert spans == ["agente Ruiz", "placa 4512", "3 de mayo de 2025"]
    else:
        assert spans == found
