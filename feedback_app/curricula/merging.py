"""Two authors' texts of one section, paragraph by paragraph, and what is made of both."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Postfix, Prefix

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})(.*)")
_INDENTED = re.compile(r"(?: {4}|\t)")
_BREAK = "\n\n"
_MOST_PAIRS = 4_000_000
_MOST_LIKENED = 400
_ALIKE = 50.0


class Side(enum.StrEnum):
    """Whose words are taken; of both, mine stand first."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True)
class Passage:
    """A run of paragraphs: the same in both texts, or what each has in its place.

    `offered` is what a look at the text that both began with suggests; nobody's words are left
    out of it where both changed them.
    """

    mine: str
    theirs: str
    offered: Side = Side.BOTH

    @property
    def is_same(self) -> bool:
        return self.mine == self.theirs

    def taken(self, side: Side) -> str:
        if side is Side.BOTH and not self.is_same:
            return _BREAK.join(words for words in (self.mine, self.theirs) if words)
        return self.theirs if side is Side.THEIRS else self.mine


def paragraphs(source: str) -> list[str]:
    """The paragraphs of a Markdown source without the blank lines between them.

    Blank lines inside a code block are part of it.
    """
    parts: list[str] = []
    fence, gap = "", 0
    for line in source.split("\n"):
        if not line.strip() and not fence:
            gap += 1
            continue
        goes_on = bool(fence) or gap == 0 or _is_code_after(line, parts)
        if parts and goes_on:
            parts[-1] += "\n" * (gap + 1) + line
        else:
            parts.append(line)
        gap = 0
        fence = _fence_after(line, fence)
    return [part.rstrip() for part in parts]


def _is_code_after(line: str, parts: list[str]) -> bool:
    """Whether an indented line after blank ones continues an indented code block."""
    before = parts[-1].rpartition("\n")[2] if parts else ""
    return bool(_INDENTED.match(line) and _INDENTED.match(before))


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open behind this line, if any (CommonMark 4.5)."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    if not fence:
        return found.group(1)
    closes = found.group(1)[0] == fence[0] and len(found.group(1)) >= len(fence)
    return "" if closes and not found.group(2).strip() else fence


def passages(mine: str, theirs: str, began: str = "") -> list[Passage]:
    """Both texts side by side; `began` is the text from which both were written, if known."""
    a, b, old = paragraphs(mine), paragraphs(theirs), paragraphs(began)
    found: list[Passage] = []
    for same, left, right in _aligned(a, b):
        for one, other in [(left, right)] if same else _paired(left, right):
            offered = _offered(one, other, old) if old and not same else Side.BOTH
            found.append(Passage(_BREAK.join(one), _BREAK.join(other), offered))
    return found


def put_together(found: Sequence[Passage], chosen: Mapping[int, Side]) -> str:
    """One text of both; `chosen` says by the passage's place whose words are taken."""
    taken = (
        passage.taken(chosen.get(place, passage.offered)) for place, passage in enumerate(found)
    )
    return _BREAK.join(words for words in taken if words)


def _aligned(a: list[str], b: list[str]) -> list[tuple[bool, list[str], list[str]]]:
    before = Prefix.similarity(a, b)
    after = Postfix.similarity(a[before:], b[before:])
    mid_a, mid_b = a[before : len(a) - after], b[before : len(b) - after]
    runs = [(True, a[:before], b[:before]), *_differing(mid_a, mid_b)]
    runs.append((True, a[len(a) - after :], b[len(b) - after :]))
    return [(same, left, right) for same, left, right in runs if left or right]


def _differing(a: list[str], b: list[str]) -> list[tuple[bool, list[str], list[str]]]:
    """Where two lists part and meet; very long ones are taken as one difference."""
    if not a or not b or len(a) * len(b) > _MOST_PAIRS:
        return [(False, a, b)]
    runs: list[tuple[bool, list[str], list[str]]] = []
    for step in Indel.opcodes(a, b):
        left, right = a[step.src_start : step.src_end], b[step.dest_start : step.dest_end]
        if step.tag == "equal" or not runs or runs[-1][0]:
            runs.append((step.tag == "equal", left, right))
        else:
            _, earlier_left, earlier_right = runs.pop()
            runs.append((False, earlier_left + left, earlier_right + right))
    return runs


def _paired(a: list[str], b: list[str]) -> list[tuple[list[str], list[str]]]:
    """Paragraphs that are versions of one another side by side, in order; the others alone.

    The pairs with the greatest likeness in all, as in Needleman and Wunsch, 1970; a paragraph
    alone stands as a run of its own.
    """
    if not a or not b or len(a) * len(b) > _MOST_LIKENED:
        return [(a, b)]
    likeness = [[fuzz.ratio(one, other) for other in b] for one in a]
    best = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            pair = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= _ALIKE else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    runs: list[tuple[list[str], list[str]]] = []
    i = j = 0
    while i < len(a) or j < len(b):
        here = best[i][j]
        if (
            i < len(a)
            and j < len(b)
            and likeness[i][j] >= _ALIKE
            and (here == likeness[i][j] + best[i + 1][j + 1])
        ):
            runs.append(([a[i]], [b[j]]))
            i, j = i + 1, j + 1
        elif i < len(a) and here == best[i + 1][j]:
            runs.append(([a[i]], []))
            i += 1
        else:
            runs.append(([], [b[j]]))
            j += 1
    return _faced(runs)


def _faced(runs: list[tuple[list[str], list[str]]]) -> list[tuple[list[str], list[str]]]:
    """Paragraphs alone that stand at one place are each other's alternative."""
    found: list[tuple[list[str], list[str]]] = []
    alone = False
    for left, right in runs:
        pair = bool(left and right)
        if found and alone and not pair:
            found[-1] = (found[-1][0] + left, found[-1][1] + right)
        else:
            found.append((left, right))
        alone = not pair
    return found


def _offered(mine: list[str], theirs: list[str], old: list[str]) -> Side:
    """Whoever kept what was there before has not changed it; the other one's words count."""
    if mine and theirs:
        kept_mine, kept_theirs = _stands(mine, old), _stands(theirs, old)
        if kept_mine == kept_theirs:
            return Side.BOTH
        return Side.THEIRS if kept_mine else Side.MINE
    if mine:
        return Side.THEIRS if _stands(mine, old) else Side.MINE
    return Side.MINE if _stands(theirs, old) else Side.THEIRS


def _stands(part: list[str], old: list[str]) -> bool:
    known = set(old)
    return all(paragraph in known for paragraph in part)
