"""Finds the sentences of canonical text, in English and Spanish, and counts words."""

from __future__ import annotations

import re

# Words that a full stop shortens wherever they stand, and words it shortens before a number.
_SHORTENED = frozenset(
    re.findall(
        r"\S+",
        """
        mr mrs ms dr prof rev hon sr sra srta sres dra dres lic ing arq gral cnel tte sgt lt
        capt gen cpl det ofc insp cmdr gov sen atty supt jr vs al approx cf e.g i.e viz ej
        p.ej u.s u.k ee uu ee.uu ph.d m.d ste depto dept st inc ltd corp ave blvd rd hwy avda
        """,
    )
)
_SHORTENED_BEFORE_NUMBERS = frozenset(
    re.findall(
        r"\S+",
        """
        no nos nro núm num art arts sec secs ch chap cap col fig figs p pp pág pag págs par
        para vol ed ord subd subsec apt ext tel jan feb mar apr jun jul aug sep sept oct nov
        dec ene abr ago dic cód
        """,
    )
)
_END = re.compile(r"([.!?…‽。！？]+)[)\]}\"'”’»›]*(?:\[\d+\])*(?=\s|$)")
_NUMBER = re.compile(r"\d|[IVXLC]+\b")
_BLOCK = re.compile(r"[^\n\t](?:[^\n\t]|\n(?!\n))*")
_WORD_BEFORE = re.compile(r"[^\s(\[{\"'“‘«¿¡]+$")
_OPENING = "([{\"'“‘«¿¡—–- "
_WORD = re.compile(r"\S*\w\S*")


def sentences(text: str) -> list[tuple[int, int]]:
    """Return (start, end) in code points of each sentence, in order.

    No sentence crosses a block or a table cell; a heading or list item without a full stop is
    one sentence; white space around a sentence belongs to none.
    """
    spans: list[tuple[int, int]] = []
    for block in _BLOCK.finditer(text):
        start = block.start()
        for end in _ends(text, block.start(), block.end()):
            _add(spans, text, start, end)
            start = end
        _add(spans, text, start, block.end())
    return spans


def word_count(text: str) -> int:
    """Count words as a word processor does: runs between spaces that hold a letter or digit."""
    return sum(1 for _ in _WORD.finditer(text))


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    inner = piece.strip()
    if inner:
        left = start + len(piece) - len(piece.lstrip())
        spans.append((left, left + len(inner)))


def _ends(text: str, start: int, end: int) -> list[int]:
    found = []
    for stop in _END.finditer(text, start, end):
        if stop.end() < end and _is_end(text, start, stop, end):
            found.append(stop.end())
    return found


def _is_end(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether what stands here closes a sentence, judged by the words on both sides."""
    following = text[stop.end() : min(end, stop.end() + 40)].lstrip().lstrip(_OPENING)
    opens = bool(following) and not following[0].islower()
    mark = stop.group(1)
    if mark not in (".", "...", "…"):
        return opens or _starts_new(text, stop.end(), end)
    if not opens:
        return False
    if mark != ".":
        return True
    before = _WORD_BEFORE.search(text[max(start, stop.start() - 30) : stop.start()])
    word = before.group().lower() if before else ""
    if word in _SHORTENED_BEFORE_NUMBERS and _NUMBER.match(following):
        return False
    return not _is_short_form(word, text, start, stop.start())


def _starts_new(text: str, at: int, end: int) -> bool:
    return text[at:end].lstrip()[:1] in tuple('¿¡“«"')


def _is_short_form(word: str, text: str, start: int, at: int) -> bool:
    if word in _SHORTENED:
        return True
    if len(word) == 1 and word.isalpha():  # an initial, or the letter of an outline
        return True
    line = text[start:at].rsplit("\n", 1)[-1].strip()
    return bool(re.fullmatch(r"(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6})", line))
