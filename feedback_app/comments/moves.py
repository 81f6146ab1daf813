"""Passages that now stand elsewhere, looked for only among words that nothing else explains."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from feedback_app.curricula.words import equal_stretches, longest_rise

if TYPE_CHECKING:
    from feedback_app.comments.relocation import Carried, Side

IN_ORDER = 0
_SEED = 3
_SEED_PLACES = 4
_REGION_GAP = 14
_REGION_DRIFT = 10
_REGION_LETTERS = 24
_REGION_WORDS = 4
_SENTENCE_LETTERS = 10
_SENTENCE_WORDS = 2
_BESIDE = 14


def find_moves(carried: Carried) -> None:
    """Explain what is left: sentences in their order, moved passages, moved sentences."""
    pairs = _lone_sentences(carried)
    _keep_order(carried, pairs)
    number = _join_regions(carried)
    _join_sentences(carried, pairs, number)


class _Pair(NamedTuple):
    """A sentence that stands once in either text, as ranges of tokens."""

    old: range
    new: range

    def is_free(self, carried: Carried) -> bool:
        return all(carried.to_new[i] < 0 for i in self.old) and all(
            carried.to_old[j] < 0 for j in self.new
        )

    def join(self, carried: Carried, way: int) -> None:
        for i, j in zip(self.old, self.new, strict=True):
            carried.join(i, j, way)


def _lone_sentences(carried: Carried) -> list[_Pair]:
    mine, others = _sentences(carried.old), _sentences(carried.new)
    found = [
        _Pair(mine[said][0], others[said][0])
        for said in mine
        if len(mine[said]) == 1 and len(others.get(said, ())) == 1
    ]
    return [pair for pair in found if pair.is_free(carried)]


def _sentences(side: Side) -> dict[tuple[str, ...], list[range]]:
    found: dict[tuple[str, ...], list[range]] = defaultdict(list)
    starts = [*side.sentence_starts, len(side.keys)]
    for low, high in pairwise(starts):
        found[tuple(side.keys[low:high])].append(range(low, high))
    return found


def _keep_order(carried: Carried, pairs: Sequence[_Pair]) -> None:
    """A lone sentence between the same neighbors as before has not moved, however short."""
    before, behind = _neighbors(carried)
    gaps: dict[tuple[int, int], list[_Pair]] = defaultdict(list)
    for pair in pairs:
        low, high = before[pair.old[0]], behind[pair.old[-1]]
        begins = carried.to_new[low] if low >= 0 else -1
        ends = carried.to_new[high] if high >= 0 else len(carried.new.keys)
        if begins < pair.new[0] and pair.new[-1] < ends:
            gaps[low, high].append(pair)
    for inside in gaps.values():
        inside.sort(key=lambda pair: pair.old[0])
        for n in longest_rise([pair.new[0] for pair in inside]):
            inside[n].join(carried, IN_ORDER)


def _neighbors(carried: Carried) -> tuple[list[int], list[int]]:
    """For each old token the nearest before and behind it that kept its order, else -1."""
    size = len(carried.to_new)
    before, behind = [-1] * size, [-1] * size
    last = -1
    for t in range(size):
        before[t] = last
        if carried.to_new[t] >= 0:
            last = t
    last = -1
    for t in range(size - 1, -1, -1):
        behind[t] = last
        if carried.to_new[t] >= 0:
            last = t
    return before, behind


def _join_regions(carried: Carried) -> int:
    """Join passages of which enough stands elsewhere in its order; the last one's number.

    A like of a passage in another section makes no doubt of one that moved inside its own.
    """
    number = IN_ORDER
    is_home = _homes(carried)
    regions = _regions(_seeds(carried), is_home)
    rivals: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    twins: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for i1, i2, j1, j2 in regions:
        rivals[i1, i2].append((j1, j2))
        twins[j1, j2].append((i1, i2))
    for i1, i2, j1, j2 in regions:
        before, behind = _reach_of(carried, i1, j1, -1), _reach_of(carried, i2 - 1, j2 - 1, 1)
        i1, i2, j1, j2 = i1 - before, i2 + behind, j1 - before, j2 + behind
        stays = is_home(i1, j1)
        likes = [at for at in rivals[i1, i2] if not stays or is_home(i1, at[0])]
        others = [at for at in twins[j1, j2] if not stays or is_home(at[0], j1)]
        olds = [i for i in range(i1, i2) if carried.to_new[i] < 0]
        news = [j for j in range(j1, j2) if carried.to_old[j] < 0]
        a = [carried.old.keys[i] for i in olds]
        b = [carried.new.keys[j] for j in news]
        pairs = [
            (olds[x + n], news[y + n])
            for x, y, size in equal_stretches(a, b)
            for n in range(size)
        ]
        words = [i for i, _ in pairs if carried.old.keys[i][:1].isalnum()]
        letters = sum(len(carried.old.keys[i]) for i in words)
        if len(words) >= _REGION_WORDS and letters >= _REGION_LETTERS:
            number += 1
            if any(_is_free(carried.to_old, *at, j1) for at in likes) or any(
                _is_free(carried.to_new, *at, i1) for at in others
            ):
                carried.unclear.add(number)
            for i, j in pairs:
                carried.join(i, j, number)
    return number


def _homes(carried: Carried) -> Callable[[int, int], bool]:
    """Whether a new word stands in the section where most of an old word's section stayed."""
    stayed: dict[int, Counter[int]] = defaultdict(Counter)
    old, new = carried.old, carried.new
    for i, j in enumerate(carried.to_new):
        if j >= 0:
            stayed[old.section[i]][new.section[j]] += len(old.keys[i])
    home = {n: sections.most_common(1)[0][0] for n, sections in stayed.items()}
    return lambda i, j: home.get(old.section[i], -1) == new.section[j]


def _reach_of(carried: Carried, i: int, j: int, step: int) -> int:
    """How many more equal, unexplained words follow beyond one end of a moved passage."""
    keys, others = carried.old.keys, carried.new.keys
    n = 0
    while True:
        x, y = i + (n + 1) * step, j + (n + 1) * step
        inside = 0 <= x < len(keys) and 0 <= y < len(others)
        if not inside or keys[x] != others[y]:
            return n
        if carried.to_new[x] >= 0 or carried.to_old[y] >= 0:
            return n
        n += 1


def _is_free(taken: Sequence[int], low: int, high: int, chosen: int) -> bool:
    return low != chosen and all(taken[n] < 0 for n in range(low, high))


def _seeds(carried: Carried) -> list[tuple[int, int]]:
    mine = _runs_of_three(carried.old, carried.to_new)
    others = _runs_of_three(carried.new, carried.to_old)
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


def _regions(
    seeds: Iterable[tuple[int, int]], is_home: Callable[[int, int], bool]
) -> list[tuple[int, int, int, int]]:
    """Seeds near one diagonal, gathered; those with most seeds first, then those at home."""
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
    done.sort(key=lambda r: (-r[4], not is_home(r[0], r[2]), r[0], r[2]))
    return [(i1, i2, j1, j2) for i1, i2, j1, j2, _ in done]


def _join_sentences(carried: Carried, pairs: Iterable[_Pair], number: int) -> None:
    """Short sentences and list items that moved whole, and stand once on either side."""
    for pair in pairs:
        if not pair.is_free(carried):
            continue
        words = [carried.old.keys[i] for i in pair.old if carried.old.keys[i][:1].isalnum()]
        if len(words) < _SENTENCE_WORDS or sum(map(len, words)) < _SENTENCE_LETTERS:
            continue
        way = _way_beside(carried, pair)
        if way is None:
            number += 1
            way = number
        pair.join(carried, way)


def _way_beside(carried: Carried, pair: _Pair) -> int | None:
    """The moved passage that it continues, on both sides."""
    for old, new in ((pair.old[0] - 1, pair.new[0]), (pair.old[-1] + 1, pair.new[-1])):
        if 0 <= old < len(carried.to_new):
            j = carried.to_new[old]
            if j >= 0 and carried.way[old] != IN_ORDER and abs(j - new) <= _BESIDE:
                return carried.way[old]
    return None
