"""Counts the numbers of Word's automatic lists."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feedback_app.exchange.word_package import Element, ListLevel, Style, WordPackage, value

_STYLE_DEPTH = re.compile(r"list (?:bullet|number) (\d)")
_SIMPLE = re.compile(r"[\s(]*%\d[\s.)\]:;-]*")
_ROMAN = {1000: "M", 900: "CM", 500: "D", 400: "CD", 100: "C", 90: "XC", 50: "L", 40: "XL"}
_ROMAN |= {10: "X", 9: "IX", 5: "V", 4: "IV", 1: "I"}


@dataclass(frozen=True)
class ListPlace:
    """What an automatic list gives a paragraph; a heading keeps the `words` of its number."""

    is_list: bool = False
    depth: int = 0
    number: int | None = None
    label: str = ""
    words: str = ""
    is_nested_number: bool = False


class Numbering:
    def __init__(self, package: WordPackage) -> None:
        self.package = package
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[tuple[str, int]] = set()

    def next(
        self, properties: Element | None, styles: list[Style], *, has_words: bool
    ) -> ListPlace:
        """Advance the list that a paragraph belongs to and return its place there."""
        list_id, at, deeper = _list_of(properties, styles)
        depth = at + deeper
        level = self.package.list_level(list_id, at) if list_id not in ("", "0") else None
        if level is None or level.format == "none" or not has_words:
            return ListPlace()
        number = self._count(list_id, at, level)
        if level.format == "bullet":
            return ListPlace(is_list=True, depth=depth)
        label = self._label(list_id, level)
        if level.format.startswith("decimal"):
            if _SIMPLE.fullmatch(level.pattern or "%1."):
                return ListPlace(is_list=True, depth=depth, number=number)
            if re.fullmatch(r"[\d.()\s-]*", label):
                return ListPlace(
                    is_list=True, depth=depth, number=number, is_nested_number=True
                )
        words = label if re.search(r"[^\W\d_]{3,}", level.pattern) else ""
        return ListPlace(is_list=True, depth=depth, label=label, words=words)

    def _count(self, list_id: str, depth: int, level: ListLevel) -> int:
        counts = self.counts.setdefault(self.package.list_family(list_id), {})
        if (list_id, depth) not in self.begun and self.package.starts_anew(list_id, depth):
            counts.pop(depth, None)
        self.begun.add((list_id, depth))
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [each for each in counts if each > depth]:
            del counts[deeper]
        return counts[depth]

    def _label(self, list_id: str, level: ListLevel) -> str:
        counts = self.counts[self.package.list_family(list_id)]

        def number(found: re.Match[str]) -> str:
            at = int(found.group(1)) - 1
            of = self.package.list_level(list_id, at) or ListLevel()
            return write_number(counts.get(at, of.start), of.format)

        return re.sub(r"%(\d)", number, level.pattern).strip()


def write_number(number: int, format_: str) -> str:
    """Write a list number as Word's format says: 3 as c, C, iii, III, 3."""
    if format_ in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if format_ == "lowerLetter" else letter.upper()
    if format_ in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        roman = _roman(number)
        return roman.lower() if format_ == "lowerRoman" else roman
    return str(number)


def _roman(number: int) -> str:
    out = ""
    for worth, sign in _ROMAN.items():
        out += sign * (number // worth)
        number %= worth
    return out


def _list_of(properties: Element | None, styles: list[Style]) -> tuple[str, int, int]:
    """The list's id, the level in it, and how deep the style stands (“List Bullet 2”)."""
    own = value(properties, "numPr", "numId")
    level = value(properties, "numPr", "ilvl")
    from_style = next((style for style in styles if style.list_id), None)
    if own:
        return own, int(level) if level.isdigit() else 0, 0
    if from_style is not None:
        deeper = _STYLE_DEPTH.search(from_style.name)
        depth = int(level) if level.isdigit() else from_style.list_level
        return from_style.list_id, depth, int(deeper.group(1)) - 1 if deeper else 0
    return "", 0, 0
