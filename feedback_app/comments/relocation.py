"""Where the words of an old text stand in a new one: what stayed in order, what moved."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from feedback_app.comments.moves import IN_ORDER, find_moves
from feedback_app.curricula.words import Tokens, sentence_starts, token_edits, tokens

_BREAK = "\n\n"
_INSERTION = 400
_INSERTION_SHARE = 3
_REPLACED_SHARE = 2
_REPLACED_MORE = 20
_AROUND = 10
_NEIGHBORS = 3


@dataclass(slots=True)
class Side:
    """All tokens of one text; `place` is where a token starts in its section's text.

    A heading's tokens belong to its section with places below zero.
    """

    titles: Sequence[str]
    texts: Sequence[str]
    keys: list[str] = field(default_factory=list)
    section: list[int] = field(default_factory=list)
    place: list[int] = field(default_factory=list)
    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    sentence_starts: list[int] = field(default_factory=list)

    def add(self, sections: Sequence[int]) -> tuple[int, Tokens]:
        """Take in sections side by side; the number of their first token, and their tokens."""
        base = len(self.keys)
        parts = [self.titles[n] + _BREAK + self.texts[n] for n in sections]
        cut = tokens(_BREAK.join(parts))
        at = token = 0
        for n, part in zip(sections, parts, strict=True):
            body = at + len(self.titles[n]) + len(_BREAK)
            end = at + len(part)
            self.first[n] = -1
            while token < len(cut.keys) and cut.starts[token] < end:
                place = cut.starts[token] - body
                if place >= 0 and self.first[n] < 0:
                    self.first[n] = base + token
                self.section.append(n)
                self.place.append(place)
                token += 1
            self.last[n] = base + token
            if self.first[n] < 0:
                self.first[n] = self.last[n]
            at = end + len(_BREAK)
        self.keys += cut.keys
        self.sentence_starts += [base + n for n in sentence_starts(cut)]
        return base, cut

    def sentences(self, low: int, high: int) -> range:
        """The tokens of all sentences that [low, high) touches."""
        starts = self.sentence_starts
        begin = bisect_right(starts, low) - 1
        end = bisect_right(starts, high - 1)
        return range(starts[begin], starts[end] if end < len(starts) else len(self.keys))

    def between(self, section: int, start: int, end: int) -> range:
        """Tokens that touch [start, end) of a section's text."""
        first, last = self.first[section], self.last[section]
        low = bisect_right(self.place, start, first, last)
        if low > first and self.place[low - 1] + len(self.keys[low - 1]) > start:
            low -= 1
        high = low
        while high < last and self.place[high] < end:
            high += 1
        return range(low, high)


class Carried:
    """The old text laid over the new one, once for all comments of a publish.

    `to_new[t]` is the new token that old token t became, or -1; `way[t]` tells how it came
    there: `IN_ORDER`, or the number of the moved passage it belongs to. Passages that stand at
    two places equally well are `unclear`.
    """

    def __init__(
        self,
        old: tuple[Sequence[str], Sequence[str], Sequence[str]],
        new: tuple[Sequence[str], Sequence[str], Sequence[str]],
    ) -> None:
        self.old, self.new = Side(old[1], old[2]), Side(new[1], new[2])
        self.to_new: list[int] = []
        self.to_old: list[int] = []
        self.way: list[int] = []
        self.unclear: set[int] = set()
        at = {key: n for n, key in enumerate(new[0])}
        for n, key in enumerate(old[0]):
            if key in at:
                self._lay([n], [at[key]])
        kept = {key for key in old[0] if key in at}
        lost = [n for n, key in enumerate(old[0]) if key not in kept]
        fresh = [n for n, key in enumerate(new[0]) if key not in kept]
        self._lay(lost, fresh)
        find_moves(self)

    def _lay(self, olds: list[int], news: list[int]) -> None:
        i, a = self.old.add(olds)
        j, b = self.new.add(news)
        self.to_new += [-1] * len(a.keys)
        self.to_old += [-1] * len(b.keys)
        self.way += [IN_ORDER] * len(a.keys)
        if not a.keys or not b.keys:
            return
        x = y = 0
        for edit in (*token_edits(a, b), None):
            size = (len(a.keys) if edit is None else edit.old_start) - x
            for n in range(size):
                self.join(i + x + n, j + y + n, IN_ORDER)
            if edit is not None:
                x, y = edit.old_end, edit.new_end

    def join(self, i: int, j: int, way: int) -> None:
        self.to_new[i], self.to_old[j], self.way[i] = j, i, way


class Trace(NamedTuple):
    """The best of the ways by which a passage came into the new text.

    `share` is the part of its letters found there; [start, end) counts in the new section.
    `company` is the part of the words around it, 0 … 1, that stand around it still;
    `sentence` the part of its whole sentences that came the same way.
    """

    way: int
    section: int
    start: int
    end: int
    share: float
    words: int
    company: float
    sentence: float


def trace(carried: Carried, section: int, start: int, end: int) -> Trace | None:
    """Where the passage [start, end) of an old section stands now; None when no word lives."""
    old, new = carried.old, carried.new
    span = old.between(section, start, end)
    kept: Counter[tuple[int, int]] = Counter()
    for t in span:
        j = carried.to_new[t]
        if j >= 0 and new.place[j] >= 0:
            kept[carried.way[t], new.section[j]] += len(old.keys[t])
    if not kept:
        return None
    way, there = max(kept, key=lambda place: (kept[place], -place[0], -place[1]))
    hits = [t for t in span if carried.to_new[t] >= 0 and carried.way[t] == way]
    hits = [t for t in hits if new.section[carried.to_new[t]] == there]
    hits = [t for t in hits if new.place[carried.to_new[t]] >= 0]
    total = sum(len(old.keys[t]) for t in span)
    hits = _window(carried, hits, total)
    low, high = _edges(carried, span, hits)
    a, b = new.place[low], new.place[high] + len(new.keys[high])
    if carried.to_new[span[0]] == low:
        a += max(0, start - old.place[span[0]])
    if carried.to_new[span[-1]] == high:
        b -= max(0, old.place[span[-1]] + len(old.keys[span[-1]]) - end)
    return Trace(
        way,
        there,
        a,
        b,
        kept[way, there] / total,
        _whole_words(old, hits),
        _company(carried, span, low, high),
        _came_along(carried, span, way, there),
    )


def _came_along(carried: Carried, span: range, way: int, there: int) -> float:
    old = carried.old
    whole = old.sentences(span[0], span[-1] + 1)
    came = sum(
        len(old.keys[t])
        for t in whole
        if (j := carried.to_new[t]) >= 0
        and carried.way[t] == way
        and carried.new.section[j] == there
    )
    return came / sum(len(old.keys[t]) for t in whole)


def _whole_words(side: Side, hits: Iterable[int]) -> int:
    return sum(side.keys[t][:1].isalnum() for t in hits)


def _company(carried: Carried, span: range, low: int, high: int) -> float:
    """The part of the words beside it, in its own paragraph if any, still beside it."""
    old = carried.old
    section = old.section[span[0]]
    first, last = old.first[section], old.last[section]
    before = range(max(first, span[0] - _AROUND), span[0])
    behind = range(span[-1] + 1, min(last, span[-1] + 1 + _AROUND))
    around = [t for t in (*before, *behind) if old.keys[t][:1].isalnum()]
    text = old.texts[section]
    start, end = old.place[span[0]], old.place[span[-1]]
    own = [
        t
        for t in around
        if _BREAK not in text[min(old.place[t], end) : max(old.place[t], start)]
    ]
    around = own if len(own) >= _NEIGHBORS else around
    near = range(low - 2 * _AROUND, high + 1 + 2 * _AROUND)
    return sum(carried.to_new[t] in near for t in around) / len(around) if around else 1.0


def _window(carried: Carried, hits: list[int], total: int) -> list[int]:
    """The part of what lives that holds most of it, where a long insertion stands between."""
    new = carried.new
    clusters = [[hits[0]]]
    for before, t in pairwise(hits):
        i, j = carried.to_new[before], carried.to_new[t]
        between = new.place[j] - new.place[i] - len(new.keys[i])
        if between > max(_INSERTION, _INSERTION_SHARE * total):
            clusters.append([])
        clusters[-1].append(t)
    return max(clusters, key=lambda c: sum(len(carried.old.keys[t]) for t in c))


def _edges(carried: Carried, span: range, hits: list[int]) -> tuple[int, int]:
    """First and last new token, with words that took the place of the passage's own ends."""
    low, high = carried.to_new[hits[0]], carried.to_new[hits[-1]]
    low = _reach(carried, range(span[0], hits[0]), low, -1)
    high = _reach(carried, range(hits[-1] + 1, span[-1] + 1), high, 1)
    return low, high


def _reach(carried: Carried, missing: range, edge: int, step: int) -> int:
    """How far an edge goes out over new words that replaced `missing` old ones."""
    if not missing:
        return edge
    old, new = carried.old, carried.new
    lost = sum(len(old.keys[t]) for t in missing)
    outside = missing[0] - 1 if step < 0 else missing[-1] + 1
    beyond = 0
    here = old.section[missing[0]]
    while 0 <= outside < len(old.keys) and old.section[outside] == here:
        if carried.to_new[outside] >= 0 or beyond > lost:
            break
        beyond += len(old.keys[outside])
        outside += step
    free = _free(carried, edge, step)
    come = sum(len(new.keys[j]) for j in free)
    if come > _REPLACED_SHARE * (lost + beyond) + _REPLACED_MORE:
        return edge
    room = come * lost / (lost + beyond) if lost + beyond else 0.0
    for j in free:
        room -= len(new.keys[j])
        if room < 0 and beyond:
            break
        edge = j
    return edge


def _free(carried: Carried, edge: int, step: int) -> list[int]:
    """New words beside `edge` that no old ones explain, up to the end of the paragraph."""
    new = carried.new
    text = new.texts[new.section[edge]]
    free: list[int] = []
    j, before = edge + step, edge
    while 0 <= j < len(new.keys) and new.section[j] == new.section[edge]:
        first, second = min(j, before), max(j, before)
        gap = text[new.place[first] + len(new.keys[first]) : new.place[second]]
        if carried.to_old[j] >= 0 or new.place[j] < 0 or _BREAK in gap:
            break
        free.append(j)
        before, j = j, j + step
    return free


def votes(carried: Carried, section: int) -> tuple[Counter[int], int]:
    """Letters of an old section by the new section they stand in, and all its letters."""
    side = carried.old
    found: Counter[int] = Counter()
    total = 0
    for t in range(side.first[section], side.last[section]):
        total += len(side.keys[t])
        j = carried.to_new[t]
        if j >= 0 and carried.new.place[j] >= 0:
            found[carried.new.section[j]] += len(side.keys[t])
    return found, total


def headings_joined(carried: Carried, old: int, new: int) -> bool:
    """Whether most of an old section's heading became words of that new one's."""
    side = carried.old
    low = high = side.first[old]
    while low > 0 and side.section[low - 1] == old:
        low -= 1
    stays = sum(
        len(side.keys[t])
        for t in range(low, high)
        if (j := carried.to_new[t]) >= 0
        and carried.new.section[j] == new
        and carried.new.place[j] < 0
    )
    return 2 * stays >= sum(len(side.keys[t]) for t in range(low, high)) > 0
