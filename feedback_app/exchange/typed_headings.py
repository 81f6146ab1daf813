"""Finds headings that were typed, not styled: “I. INTRODUCTION”, “1.1 Aims”, bold lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from feedback_app.exchange.blocks import Block
from feedback_app.exchange.inline import Line

_NAMED = (
    r"module|unit|lesson|section|part|chapter|block|hour|day|session|topic|week|phase|appendix"
    r"|m[oó]dulo|unidad|lecci[oó]n|secci[oó]n|parte|cap[ií]tulo|bloque|hora|d[ií]a|sesi[oó]n|tema"
    r"|semana|fase|anexo"
)
_PATTERNS = {
    "named": re.compile(rf"(?:{_NAMED})\s+(?:\d{{1,3}}|[IVXL]+|[A-Z])\b", re.IGNORECASE),
    "roman": re.compile(r"[IVXL]{1,6}[.)]\s+\S"),
    "decimal3": re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}\.?\s+\S"),
    "decimal2": re.compile(r"\d{1,2}\.\d{1,2}\.?\s+\S"),
    "letter": re.compile(r"[A-Z][.)]\s+\S"),
    "number": re.compile(r"\d{1,2}[.)]\s+\S"),
}
_LETTER_ROMANS = frozenset("CDLM")
_MOST_WORDS = 14
_OUTLINE_MARK = re.compile(r"^(?:[IVXL]{1,6}|[A-Z]|\d{1,2}(?:\.\d{1,2}){0,2})[.)]?\s+")


def mark_typed_headings(blocks: Sequence[Block], *, above: int) -> list[Block]:
    """Return the blocks with levels on lines that act as headings, below `above` levels.

    A class of lines (Roman numerals, capital letters, decimals, lines in capitals, bold lines)
    becomes a level when it appears at least twice and its lines own text: lines of one class
    that follow each other are a list, not headings.
    """
    classes = [_class_of(block, blocks, index) for index, block in enumerate(blocks)]
    ranks = _ranks(classes, blocks)
    out: list[Block] = []
    for block, name in zip(blocks, classes, strict=True):
        rank = ranks.get(name or "")
        out.append(_as_heading(block, rank + above) if rank and rank + above <= 3 else block)
    return out


def _ranks(classes: Sequence[str | None], blocks: Sequence[Block]) -> dict[str, int]:
    kept: list[str] = []
    for name in dict.fromkeys(classes):
        if name and _is_heading_class(name, classes, blocks):
            kept.append(name)
    kept = _in_order(kept)
    return {name: rank for rank, name in enumerate(kept, start=1)}


def _in_order(names: list[str]) -> list[str]:
    """By first appearance, but 1.1 never stands above 1., nor A. above I."""
    order = ["named", "roman", "letter", "number", "decimal2", "decimal3"]
    ranked = iter(sorted((name for name in names if name in order), key=order.index))
    return [next(ranked) if name in order else name for name in names]


def _is_heading_class(
    name: str, classes: Sequence[str | None], blocks: Sequence[Block]
) -> bool:
    places = [index for index, each in enumerate(classes) if each == name]
    if len(places) < 2:
        return False
    owning = [index for index in places if _owns_text(index, name, classes)]
    if name in ("named", "roman", "caps"):
        return len(owning) * 2 >= len(places)
    if name in ("letter", "number"):
        strong = [i for i in places if blocks[i].line.is_bold or _is_capital(blocks[i].plain)]
        needed = 2 if len(strong) * 2 >= len(places) or "roman" in classes else 3
        return len(owning) * 3 >= len(places) * 2 and len(owning) >= min(needed, len(places))
    return len(owning) * 3 >= len(places) * 2


def _owns_text(index: int, name: str, classes: Sequence[str | None]) -> bool:
    following = classes[index + 1] if index + 1 < len(classes) else name
    return following != name


def _class_of(block: Block, blocks: Sequence[Block], index: int) -> str | None:
    """The class of a line that could be a heading, or None."""
    text = f"{block.label} {block.plain}".strip() if block.label else block.plain
    if block.kind not in ("paragraph", "item") or block.level is not None or not text:
        return None
    if block.kind == "item" and not block.label:
        return None
    if len(text.split()) > _MOST_WORDS or len(text) > 110:
        return None
    if re.search(r"[;,]$|[a-z)]\.$", text) and not _is_capital(text):
        return None
    return _name_of(text, block, blocks[:index])


def _name_of(text: str, block: Block, before: Sequence[Block]) -> str | None:
    for name, pattern in _PATTERNS.items():
        if pattern.match(text):
            is_letter = name == "roman" and text[0] in _LETTER_ROMANS and text[1] in ".)"
            if is_letter or (name == "roman" and _follows_letter(text, before)):
                return "letter"
            return name
    if block.kind == "item":
        return None
    if _is_capital(text):
        return "caps"
    return "bold" if block.line.is_bold else None


def _follows_letter(text: str, before: Sequence[Block]) -> bool:
    """“I.” after “H.” is a letter."""
    if not re.match(r"[IVX][.)]", text):
        return False
    previous = chr(ord(text[0]) - 1)
    for block in reversed(before[-60:]):
        words = f"{block.label} {block.plain}".strip()
        if re.match(r"[A-Z][.)]\s", words):
            return words[0] == previous
        if re.match(r"[IVXL]{2,6}[.)]\s", words):
            return False
    return False


def _is_capital(text: str) -> bool:
    words = _OUTLINE_MARK.sub("", text)
    letters = [letter for letter in words if letter.isalpha()]
    return len(letters) >= 4 and all(not letter.islower() for letter in letters)


def _as_heading(block: Block, level: int) -> Block:
    """A heading keeps its words; the number typed before them is drawn by the site."""
    text = block.plain
    if not block.label and not _PATTERNS["named"].match(text):
        text = _OUTLINE_MARK.sub("", text) or text
    title = text.rstrip(" :") or text
    line = Line(title, title)
    return replace(block, kind="paragraph", line=line, level=level, label="", number=None)
