"""Where the words of an old text stand in a new one: what stayed in order, what moved."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from feedback_app.curricula.words import Tokens, equal_stretches, token_edits, tokens

_BREAK = "\n\n"
_SEED = 3
_SEED_PLACES = 6
_REGION_GAP = 14
_REGION_DRIFT = 10
_REGION_LETTERS = 24
_REGION_WORDS = 4
IN_ORDER = 0


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
    there: `IN_ORDER`, or the number of the moved passage it belongs to.
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
        for i1, i2, j1, j2 in _regions(self._seeds()):
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
                for i, j in pairs:
                    self._join(i, j, number)

    def _seeds(self) -> list[tuple[int, int]]:
        mine = _runs_of_three(self.old, self.to_new)
        others = _runs_of_three(self.new, self.to_old)
        return [
            (i, j)
            for three, places in mine.items()
            if len(places) <= _SEED_PLACES
            and three in others
            and len(others[three]) <= _SEED_PLACES
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
