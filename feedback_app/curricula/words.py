"""Words of a text, and the edits that lead from one wording to another."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from operator import add
from typing import NamedTuple

from rapidfuzz.distance import Indel

# Scripts written without spaces: there every sign stands for itself.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Marks that belong to the letter before them, though `\w` does not know them.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0966-\u0dff\u200c\u200d"
)
_LETTERS = rf"[^\W{_UNSPACED}]+"
_WORD = (
    rf"\d+(?:[.,:/]\d+)+|{_LETTERS}(?:(?:['’\-‐‑]|[{_MARKS}]+){_LETTERS})*[{_MARKS}]*"
    rf"|[^\w\s](?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[^\w\s])*|[\w{_MARKS}]"
)
_TOKEN = re.compile(rf"\s+|(?:{_WORD})\s*")
_PLAIN_TOKEN = re.compile(
    r"(?:\d+(?:[.,:/]\d+)+|\w+(?:['’\-‐‑]\w+)*|[^\w\s])\s*|\s+"  # the same words, sooner found
)
_NOT_PLAIN = re.compile(rf"[{_UNSPACED}{_MARKS}\ufe0f\U0001f3fb-\U0001f3ff]")
_SENTENCE_END = re.compile(r"[.!?…。！？]")
_CLOSERS = frozenset("\"'”’»)]")
_PAUSES = frozenset(",;:—–")
_TINY_EQUALITY = 3
_SENTENCE = 4
_SENTENCE_LETTERS = 60
_SMALL_EQUALITY = 6
_LARGEST = 500_000_000  # tokens × tokens that are compared at once (60 MB of bits)
_STRIDE = 256
_MOST_GAPS = 1_000
_STEADY = 6


class Edit(NamedTuple):
    """Code points [start, end) of the old wording that became those of the new one."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class Tokens(NamedTuple):
    """Words and signs of one text; `ends` leave out the white space that follows a word."""

    keys: list[str]
    starts: list[int]
    ends: list[int]
    text: str


def tokens(text: str) -> Tokens:
    """Cut a text into words, numbers and single signs; together they cover all of it."""
    plain = text.isascii() or not _NOT_PLAIN.search(text)
    parts: list[str] = (_PLAIN_TOKEN if plain else _TOKEN).findall(text)
    keys = list(map(str.rstrip, parts))
    starts = [0, *accumulate(map(len, parts))]
    starts.pop()
    return Tokens(keys, starts, list(map(add, starts, map(len, keys))), text)


def equal_stretches(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int]]:
    """Stretches (start in a, start in b, length) of a longest common subsequence, in order.

    Bit-parallel, |a| × |b| / 64. Long sequences are first parted at runs of three that occur
    once in each, as patience diff does; without any, only their ends are compared: the same
    words said over and over thousands of times are no text.
    """
    if len(a) * len(b) <= _LARGEST:
        return [(m.a, m.b, m.size) for m in Indel.opcodes(a, b).as_matching_blocks()]
    cuts = _anchors(a, b)
    if not cuts:
        return _common_ends(a, b)
    found: list[tuple[int, int, int]] = []
    i = j = 0
    for at, to in (*cuts, (len(a), len(b))):
        if (at - i) * (to - j) > _LARGEST:
            parts = _common_ends(a[i:at], b[j:to])
        else:
            blocks = Indel.opcodes(a[i:at], b[j:to]).as_matching_blocks()
            parts = [(m.a, m.b, m.size) for m in blocks]
        found += [(i + x, j + y, size) for x, y, size in parts if size]
        i, j = at, to
    return found


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Where both may be cut, far enough apart."""
    mine, others = _threes(a), _threes(b)
    shared = mine[0].keys() & others[0].keys()
    pairs = [
        (mine[0][three], others[0][three])
        for three in shared
        if mine[0][three] == mine[1][three] and others[0][three] == others[1][three]
    ]
    pairs.sort()
    cuts: list[tuple[int, int]] = []
    i = j = 0
    for n in longest_rise([to for _, to in pairs]):
        at, to = pairs[n]
        if at - i >= _STRIDE and to - j >= _STRIDE:
            cuts.append((at, to))
            i, j = at, to
    return cuts


_Places = dict[tuple[str, str, str], int]


def _threes(keys: Sequence[str]) -> tuple[_Places, _Places]:
    """Where each run of three stands first, and where last."""
    threes = list(zip(keys, keys[1:], keys[2:], strict=False))
    last = dict(zip(threes, range(len(threes)), strict=True))
    threes.reverse()
    return dict(zip(threes, range(len(threes) - 1, -1, -1), strict=True)), last


def _common_ends(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int]]:
    most = min(len(a), len(b))
    start = next((n for n in range(most) if a[n] != b[n]), most)
    rest = most - start
    end = next((n for n in range(rest) if a[-1 - n] != b[-1 - n]), rest)
    return [(0, 0, start), (len(a) - end, len(b) - end, end)]


def longest_rise(values: Sequence[int]) -> list[int]:
    """Indices of a longest increasing subsequence (patience sorting)."""
    tops: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for n, value in enumerate(values):
        pile = bisect_left(tops, value)
        before.append(at[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(value)
            at.append(n)
        else:
            tops[pile], at[pile] = value, n
    chain: list[int] = []
    n = at[-1] if at else -1
    while n >= 0:
        chain.append(n)
        n = before[n]
    return chain[::-1]


def word_edits(old: Tokens, new: Tokens) -> list[Edit]:
    """The changes between two wordings, in order, apart from each other, as a person sees them.

    Longest common subsequence over words (rapidfuzz's bit-parallel Indel), then three cares:
    an insertion or deletion slides to the boundary of a sentence, coincidental little
    equalities between large changes are swallowed, white space is compared last. Linear in
    the changes after the bit-parallel part, which is words × words / 64.
    """
    return [] if old.text == new.text else _spans(token_edits(old, new), old, new)


def token_edits(old: Tokens, new: Tokens) -> list[Edit]:
    """The same changes counted in tokens, white space left aside.

    Where thousands of words came and went with hardly three between two of them, nobody could
    read the marks: all from the first to the last is one change.
    """
    gaps = _gaps(equal_stretches(old.keys, new.keys), old.keys, new.keys)
    if len(gaps) > _MOST_GAPS and len(gaps) * _STEADY > max(len(old.keys), len(new.keys)):
        gaps = _gaps(_common_ends(old.keys, new.keys), old.keys, new.keys)
    if len(gaps) > 1:
        gaps = _swallow(_slide(gaps, old, new), old, new)
    return _slide(gaps, old, new)


def _gaps(
    stretches: Sequence[tuple[int, int, int]], a: Sequence[str], b: Sequence[str]
) -> list[Edit]:
    """What lies between the equal stretches, counted in tokens."""
    found: list[Edit] = []
    i = j = 0
    for at, to, size in stretches:
        if at > i or to > j:
            found.append(Edit(i, at, j, to))
        i, j = at + size, to + size
    if i < len(a) or j < len(b):
        found.append(Edit(i, len(a), j, len(b)))
    return found


def _slide(gaps: list[Edit], old: Tokens, new: Tokens) -> list[Edit]:
    """Move pure insertions and deletions to where a reader would say they begin."""
    slid: list[Edit] = []
    last = len(gaps) - 1
    for n, gap in enumerate(gaps):
        i1, i2, j1, j2 = gap
        if slid and slid[-1].old_end >= i1 and slid[-1].new_end >= j1:
            before = slid.pop()
            slid.append(Edit(before.old_start, i2, before.new_start, j2))
            continue
        if i1 != i2 and j1 != j2:
            slid.append(gap)
            continue
        inserted = i1 == i2
        side, low, high = (new, j1, j2) if inserted else (old, i1, i2)
        floor = slid[-1][3 if inserted else 1] if slid else 0
        roof = len(side.keys) if n == last else gaps[n + 1][2 if inserted else 0]
        shift = _best_shift(side, low, high, floor, roof)
        moved = Edit(i1 + shift, i2 + shift, j1 + shift, j2 + shift)
        slid.append(moved)
    return slid


def _best_shift(side: Tokens, low: int, high: int, floor: int, roof: int) -> int:
    keys = side.keys
    left = 0
    while low + left > floor and keys[low + left - 1] == keys[high + left - 1]:
        left -= 1
        if left < -200:
            break
    right = 0
    while high + right < roof and keys[low + right] == keys[high + right]:
        right += 1
        if right > 200:
            break
    if left == right:
        return 0
    if high + right == roof and right and roof < len(keys):
        return right
    return max(range(left, right + 1), key=lambda s: (_boundary(side, low + s), s))


def _boundary(side: Tokens, at: int) -> int:
    """How well a change may begin before token `at`: 5 at a paragraph, 0 inside a word."""
    if at == 0 or at == len(side.keys):
        return 5
    gap = side.text[side.ends[at - 1] : side.starts[at]]
    if "\n\n" in gap:
        return 5
    before = side.keys[at - 1]
    n = at - 1
    while before in _CLOSERS and n:
        n -= 1
        before = side.keys[n]
    if gap and _SENTENCE_END.match(before):
        return 4
    if gap and before in _PAUSES:
        return 3
    if gap:
        return 2 if side.keys[at][:1].isalnum() else 1
    return 1 if side.keys[at - 1][-1:] in "\t\n" else 0


def sentence_starts(side: Tokens) -> list[int]:
    """The first token of every sentence; a paragraph, list item or heading begins one too."""
    found = [0] if side.keys else []
    for at in range(1, len(side.keys)):
        ended = not side.keys[at - 1][-1:].isalnum() and _boundary(side, at) >= _SENTENCE
        if ended or "\n" in side.text[side.ends[at - 1] : side.starts[at]]:
            found.append(at)
    return found


def _swallow(gaps: list[Edit], old: Tokens, new: Tokens) -> list[Edit]:
    """Join changes over equalities that are smaller than what changed on both their sides."""
    joined = [gaps[0]]
    for n in range(1, len(gaps)):
        gap = gaps[n]
        while joined:
            before = joined[-1]
            if not _coincidence(before, gap, old, new):
                break
            gap = Edit(before.old_start, gap.old_end, before.new_start, gap.new_end)
            joined.pop()
        joined.append(gap)
    return joined


def _coincidence(before: Edit, after: Edit, old: Tokens, new: Tokens) -> bool:
    first, last = before.old_end, after.old_start
    count = last - first
    if count > _SMALL_EQUALITY:
        return False
    if count == 0:
        return True
    letters = old.ends[last - 1] - old.starts[first]
    least = min(_weight(before, old, new), _weight(after, old, new))
    if (letters if count <= _TINY_EQUALITY else 2 * letters) > least:
        return False
    if count >= _TINY_EQUALITY and _is_sentence(old, first, last):
        return False
    return least >= _SENTENCE_LETTERS or not any(
        _boundary(old, at) >= _SENTENCE for at in range(first + 1, last + 1)
    )


def _is_sentence(side: Tokens, first: int, last: int) -> bool:
    return _boundary(side, first) >= _SENTENCE and _boundary(side, last) >= _SENTENCE


def _weight(gap: Edit, old: Tokens, new: Tokens) -> int:
    i1, i2, j1, j2 = gap
    gone = old.ends[i2 - 1] - old.starts[i1] if i2 > i1 else 0
    come = new.ends[j2 - 1] - new.starts[j1] if j2 > j1 else 0
    return max(gone, come)


def _spans(gaps: list[Edit], old: Tokens, new: Tokens) -> list[Edit]:
    """Turn gaps between tokens into code points; white space that differs is a change too."""
    found: list[Edit] = []
    i = j = 0
    for gap in (*gaps, None):
        end = len(old.keys) if gap is None else gap.old_start
        if end > i:
            _compare_spaces(found, old, new, i, j, end - i)
        if gap is None:
            _compare_tails(found, old, new, end > i)
            break
        _add_gap(found, gap, old, new)
        i, j = gap.old_end, gap.new_end
    return found


def _add_gap(found: list[Edit], gap: Edit, old: Tokens, new: Tokens) -> None:
    i1, i2, j1, j2 = gap
    a1, a2 = _between(old, i1, i2)
    b1, b2 = _between(new, j1, j2)
    x, y = old.text, new.text
    while a1 < a2 and b1 < b2 and x[a1] == y[b1] and x[a1].isspace():
        a1 += 1
        b1 += 1
    while a2 > a1 and b2 > b1 and x[a2 - 1] == y[b2 - 1] and x[a2 - 1].isspace():
        a2 -= 1
        b2 -= 1
    if a2 > a1 or b2 > b1:
        found.append(Edit(a1, a2, b1, b2))


def _between(side: Tokens, first: int, last: int) -> tuple[int, int]:
    """From the end of the token before to the start of the token after."""
    start = side.ends[first - 1] if first else 0
    end = side.starts[last] if last < len(side.keys) else len(side.text)
    return start, end


def _compare_tails(found: list[Edit], old: Tokens, new: Tokens, equal: bool) -> None:
    """White space behind the last word, unless a change before it has taken it in."""
    if not equal:
        return
    a, b = old.ends[-1], new.ends[-1]
    if old.text[a:] != new.text[b:]:
        found.append(Edit(a, len(old.text), b, len(new.text)))


def _compare_spaces(
    found: list[Edit], old: Tokens, new: Tokens, i: int, j: int, size: int
) -> None:
    a, b = old.starts[i], new.starts[j]
    c, d = old.ends[i + size - 1], new.ends[j + size - 1]
    if old.text[a:c] == new.text[b:d]:
        return
    for n in range(size):
        a, b = old.starts[i + n], new.starts[j + n]
        c, d = old.ends[i + n], new.ends[j + n]
        if old.text[a:c] != new.text[b:d]:
            found.append(Edit(a, c, b, d))
        if n + 1 < size:
            e, f = old.starts[i + n + 1], new.starts[j + n + 1]
            if old.text[c:e] != new.text[d:f]:
                found.append(Edit(c, e, d, f))
