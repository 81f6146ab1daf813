"""Covering words of a text: which places a phrase names, and where positions go."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence

COVER = "▮▮▮"
"""Always of one length, so that it does not tell how long a name is."""

Span = tuple[int, int]


def places_of(text: str, phrases: Sequence[str]) -> list[Span]:
    """Every place where one of these phrases stands as whole words, in order and apart.

    Capitals and the kind of white space do not matter. Spans count code points.
    """
    found = sorted(m.span() for phrase in phrases for m in _pattern(phrase).finditer(text))
    apart: list[Span] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, phrase.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)" if words else r"(?!)", re.IGNORECASE)


def cover(text: str, places: Sequence[Span]) -> str:
    """The text with each place, in order and apart, under the same sign."""
    pieces, at = [], 0
    for start, end in places:
        pieces += [text[at:start], COVER]
        at = end
    return "".join(pieces) + text[at:]


class Shape(enum.StrEnum):
    """What kind of words are covered, for somebody who may not read them."""

    NUMBER = "number"
    ADDRESS = "address"
    """An e-mail or web address."""
    NAME_LIKE = "name_like"
    """Every word begins with a capital letter."""
    MIXED = "mixed"
    """Words with a number among them: a street, a plate, a day."""
    WORDS = "words"
    """Ordinary words, which a detail seldom is."""


def shape_of(phrase: str) -> tuple[Shape, int]:
    """The kind of a phrase, and how many words it has."""
    words = phrase.split()
    if "@" in phrase or "://" in phrase:
        return Shape.ADDRESS, len(words)
    if any(character.isdigit() for character in phrase):
        has_letters = any(character.isalpha() for character in phrase)
        return (Shape.MIXED if has_letters else Shape.NUMBER), len(words)
    if words and all(word[0].isupper() for word in words):
        return Shape.NAME_LIKE, len(words)
    return Shape.WORDS, len(words)


def to_shown(position: int, places: Sequence[Span], *, is_end: bool = False) -> int:
    """Where a position of the original stands in the covered text; from inside, at its edge."""
    shift = 0
    for start, end in places:
        if position <= start:
            break
        if position < end:
            return start + shift + (len(COVER) if is_end else 0)
        shift += len(COVER) - (end - start)
    return position + shift


def to_original(position: int, places: Sequence[Span], *, is_end: bool = False) -> int:
    """The way back; a position inside the sign becomes an edge of what it covers."""
    shift = 0
    for start, end in places:
        shown = start + shift
        if position <= shown:
            break
        if position < shown + len(COVER):
            return end if is_end else start
        shift += len(COVER) - (end - start)
    return position - shift
