"""Where the words of an old text stand in a new one: what stayed in order, what moved."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from feedback_app.curricula.words import Tokens, equal_stretches, token_edits, tokens

_BREAK = "\n\n"
_SEED = 3
_SEED_PLACES = 4
_REGION_GAP = 14
_REGION_DRIFT = 10
_REGION_LETTERS = 24
_REGION_WORDS = 4
IN_ORDER = 0
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
        return base, cut

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
        self._find_moves()

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
                self._join(i + x + n, j + y + n, IN_ORDER)
            if edit is not None:
                x, y = edit.old_end, edit.new_end

    def _join(self, i: int, j: int, way: int) -> None:
        self.to_new[i], self.to_old[j], self.way[i] = j, i, way

    def _find_moves(self) -> None:
        """Passages that stand elsewhere, found only among words that nothing else explains."""
        number = IN_ORDER
        regions = _regions(self._seeds())
        rivals: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for i1, i2, j1, j2 in regions:
            rivals[i1, i2].append((j1, j2))
        for i1, i2, j1, j2 in regions:
            before, behind = self._reach_of(i1, j1, -1), self._reach_of(i2 - 1, j2 - 1, 1)
            i1, i2, j1, j2 = i1 - before, i2 + behind, j1 - before, j2 + behind
            olds = [i for i in range(i1, i2) if self.to_new[i] < 0]
            news = [j for j in range(j1, j2) if self.to_old[j] < 0]
            a = [self.old.keys[i] for i in olds]
            b = [self.new.keys[j] for j in news]
            pairs = [
                (olds[x + n], news[y + n])
                for x, y, size in equal_stretches(a, b)
                for n in range(size)
            ]
            words = [i for i, _ in pairs if self.old.keys[i][:1].isalnum()]
            letters = sum(len(self.old.keys[i]) for i in words)
            if len(words) >= _REGION_WORDS and letters >= _REGION_LETTERS:
                number += 1
                if any(self._stands_free(*span, j1) for span in rivals[i1, i2]):
                    self.unclear.add(number)
                for i, j in pairs:
                    self._join(i, j, number)

    def _reach_of(self, i: int, j: int, step: int) -> int:
        """How many more equal, unexplained words follow beyond one end of a moved passage."""
        keys, others = self.old.keys, self.new.keys
        n = 0
        while True:
            x, y = i + (n + 1) * step, j + (n + 1) * step
            inside = 0 <= x < len(keys) and 0 <= y < len(others)
            if not inside or keys[x] != others[y]:
                return n
            if self.to_new[x] >= 0 or self.to_old[y] >= 0:
                return n
            n += 1

    def _stands_free(self, j1: int, j2: int, chosen: int) -> bool:
        return j1 != chosen and all(self.to_old[j] < 0 for j in range(j1, j2))

    def _seeds(self) -> list[tuple[int, int]]:
        mine = _runs_of_three(self.old, self.to_new)
        others = _runs_of_three(self.new, self.to_old)
        return [
            (i, j)
            for three, places in mine.items()
            if three in others and len(places) * len(others[three]) <= _SEED_PLACES
            for i in places
            for j in others[three]
        ]


def _runs_of_three(side: Side, taken: Sequence[int]) -> dict[tuple[str, str, str], list[int]]:
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    keys = side.keys
    for n in range(len(keys) - 2):
        if taken[n] < 0 and taken[n + 1] < 0 and taken[n + 2] < 0:
            found[keys[n], keys[n + 1], keys[n + 2]].append(n)
    return found


def _regions(seeds: Iterable[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Seeds near one diagonal, gathered; those with most seeds first."""
    open_: list[list[int]] = []
    done: list[list[int]] = []
    for i, j in sorted(seeds):
        still: list[list[int]] = []
        best: list[int] | None = None
        for region in open_:
            if i - region[1] > _REGION_GAP:
                done.append(region)
                continue
            still.append(region)
            near = -2 <= j - region[3] <= _REGION_GAP
            if near and abs((j - i) - (region[3] - region[1])) <= _REGION_DRIFT:
                best = region if best is None or region[4] > best[4] else best
        if best is None:
            still.append([i, i + _SEED, j, j + _SEED, 1])
        else:
            best[1], best[3] = i + _SEED, max(best[3], j + _SEED)
            best[4] += 1
        open_ = still
    done += open_
    done.sort(key=lambda region: (-region[4], region[0], region[2]))
    return [(i1, i2, j1, j2) for i1, i2, j1, j2, _ in done]


class Trace(NamedTuple):
    """The best of the ways by which a passage came into the new text.

    `share` is the part of its letters found there; [start, end) counts in the new section.
    `company` is the part of the words around it, 0 … 1, that stand around it still.
    """

    way: int
    section: int
    start: int
    end: int
    share: float
    words: int
    company: float


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
    )


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
