"""Finding changes of a draft again after it was edited further."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz import fuzz

from feedback_app.curricula.comparison import Comparison, Hunk, SectionComparison, WordChange

_ALIKE = 60.0


class ChangePiece(NamedTuple):
    """One change that needs a cause: a numbered one, or a section's whose words all stayed."""

    section_key: str
    hunk: int | None


def pieces(comparison: Comparison | None) -> Iterator[ChangePiece]:
    """Everything that changed, in reading order."""
    for section in comparison.changed if comparison else ():
        if section.hunks:
            yield from (ChangePiece(section.key, hunk.number) for hunk in section.hunks)
        else:
            yield ChangePiece(section.key, None)


def partner_of(comparison: Comparison, piece: ChangePiece) -> ChangePiece | None:
    """The other end of words that moved."""
    if piece.hunk is None:
        return None
    hunk = comparison.section(piece.section_key).hunk(piece.hunk)
    elsewhere = hunk.moved_to or hunk.moved_from
    if elsewhere is None or hunk.partner is None:
        return None
    return ChangePiece(comparison.section(elsewhere).key, hunk.partner)


def find_section(comparison: Comparison | None, key: str) -> SectionComparison | None:
    try:
        return comparison.section(key) if comparison else None
    except LookupError:
        return None


def new_words(section: SectionComparison, hunk: Hunk) -> str:
    return section.new_text()[hunk.new_start : hunk.new_end]


def words_of(section: SectionComparison, number: int) -> str:
    """The words by which a change is known: its new ones; its old ones where none are new."""
    hunk = section.hunk(number)
    words = new_words(section, hunk).strip()
    if not words and hunk.kind is not WordChange.MOVED:
        words = section.old_text()[hunk.old_start : hunk.old_end].strip()
    return words


def find_hunk(section: SectionComparison, excerpt: str, near: int | None) -> int | None:
    """The number that a change has now, known by its words; the nearest of several equals."""
    if not excerpt:
        return near if near is not None and near <= len(section.hunks) else None
    scored = [
        (fuzz.ratio(excerpt, words_of(section, h.number)), -abs(h.number - (near or 0)), h)
        for h in section.hunks
    ]
    best = max(scored, default=None, key=lambda found: found[:2])
    return best[2].number if best is not None and best[0] >= _ALIKE else None


def hunk_at(section: SectionComparison, start: int, end: int) -> int | None:
    """The change in which most of the new words [start, end) lie."""

    def shared(hunk: Hunk) -> int:
        if start == end or hunk.new_start == hunk.new_end:
            return int(hunk.new_start <= end and start <= hunk.new_end)
        return min(end, hunk.new_end) - max(start, hunk.new_start)

    best = max(section.hunks, default=None, key=shared)
    return best.number if best is not None and shared(best) > 0 else None


def old_hunk_at(section: SectionComparison, start: int, end: int) -> int | None:
    """The change in which most of the old words [start, end) lie."""
    shared = {
        hunk.number: min(end, hunk.old_end) - max(start, hunk.old_start)
        for hunk in section.hunks
        if hunk.old_start < hunk.old_end
    }
    best = max(shared, default=None, key=lambda number: shared[number])
    return best if best is not None and shared[best] > 0 else None


class Settled(NamedTuple):
    """Where adopted words stand now."""

    start: int
    end: int
    hunk: int | None


def settle(
    section: SectionComparison, exact: str, start: int, excerpt: str, near: int | None
) -> Settled | None:
    """Where adopted words stand after further edits; `None` when they are gone.

    Literal words count first, the ones nearest to their old place; then the change that is
    known by `excerpt`. Empty words (something was taken out) are known by their change alone.
    """
    if exact:
        place = _nearest(section.new_text(), exact, start)
        if place is not None:
            end = place + len(exact)
            return Settled(place, end, hunk_at(section, place, end))
    number = find_hunk(section, excerpt or exact, near)
    if number is None:
        return None
    hunk = section.hunk(number)
    return Settled(hunk.new_start, hunk.new_end, number)


def _nearest(text: str, words: str, start: int) -> int | None:
    places = []
    at = text.find(words)
    while at >= 0:
        places.append(at)
        at = text.find(words, at + 1)
    return min(places, default=None, key=lambda place: abs(place - start))
