"""Which section and which paragraph of the old text became which of the new one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Postfix, Prefix

from feedback_app.curricula.redline import SectionVersion
from feedback_app.curricula.words import Tokens, equal_stretches, longest_rise

_SAME_TITLE = 0.3
_SAME_SECTION = 0.45
_CANDIDATE = 0.25
_BELONGS = 0.6
_COMMON = 12
_NOT_DIVIDED = 0.75
_ONE = 0.6


class Pair(NamedTuple):
    """Positions in the two lists of sections; `None` where one side has no such section."""

    old: int | None
    new: int | None


class Group(NamedTuple):
    """Old paragraphs that became new ones: one and one, or several where one was divided."""

    olds: list[int]
    news: list[int]


def pair_sections(old: Sequence[SectionVersion], new: Sequence[SectionVersion]) -> list[Pair]:
    """Pairs in the new order; a removed section follows what it followed.

    A key found on both sides is believed; sections whose key is on one side only are paired by
    their words, a heading in common counting for them.
    """
    at = {section.key: n for n, section in enumerate(old)}
    partner = {n: at.pop(section.key) for n, section in enumerate(new) if section.key in at}
    lost = sorted(at.values())
    fresh = [n for n in range(len(new)) if n not in partner]
    partner.update(_pair_by_words(old, new, lost, fresh))

    pairs = [Pair(partner.get(n), n) for n in range(len(new))]
    place = {pair.old: n for n, pair in enumerate(pairs) if pair.old is not None}
    after: dict[int, list[Pair]] = defaultdict(list)
    follows = -1
    for i in range(len(old)):
        if i in place:
            follows = place[i]
        else:
            after[follows].append(Pair(i, None))
    ordered = list(after[-1])
    for n, pair in enumerate(pairs):
        ordered.append(pair)
        ordered.extend(after[n])
    return ordered


def _pair_by_words(
    old: Sequence[SectionVersion],
    new: Sequence[SectionVersion],
    lost: Sequence[int],
    fresh: Sequence[int],
) -> dict[int, int]:
    if not lost or not fresh:
        return {}
    bags_old = {i: _long_words(old[i].text) for i in lost}
    bags_new = {j: _long_words(new[j].text) for j in fresh}
    scored = []
    for i in lost:
        for j in fresh:
            score = _dice(bags_old[i], bags_new[j])
            if _same_title(old[i].title, new[j].title):
                score += _SAME_TITLE if bags_old[i] and bags_new[j] else 1.0
            if score >= _SAME_SECTION:
                scored.append((-score, abs(i / len(old) - j / len(new)), i, j))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(scored):
        if i not in taken and j not in found:
            found[j] = i
            taken.add(i)
    return found


def _long_words(text: str) -> frozenset[str]:
    return frozenset(word for word in text.casefold().split() if len(word) > 3)


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _same_title(a: str, b: str) -> bool:
    return bool(a.strip()) and a.casefold().split() == b.casefold().split()


def moved_sections(pairs: Sequence[Pair]) -> set[int]:
    """Old positions of the sections that left their order: the fewest that explain it."""
    order = [pair.old for pair in pairs if pair.old is not None and pair.new is not None]
    kept = {order[n] for n in longest_rise(order)}
    return {i for i in order if i not in kept}


def equal_blocks(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Paragraphs that stand word for word in both, in order (true LCS)."""
    if old == new:
        return [(n, n) for n in range(len(old))]
    return [
        (at + n, to + n)
        for at, to, size in equal_stretches(old, new)
        for n in range(size)
        if old[at + n] == new[to + n]
    ]


def pair_paragraphs(
    olds: Sequence[int],
    news: Sequence[int],
    old_words: Callable[[int], Tokens],
    new_words: Callable[[int], Tokens],
    old_blocks: Sequence[str],
    new_blocks: Sequence[str],
) -> list[Group]:
    """Reworded paragraphs between two fixed ones, in order.

    Shared words vote, rarer ones alone where there are many paragraphs; the heaviest chain of
    pairs that keeps the order wins. A neighbor left over joins a pair where most of its letters
    live there: a paragraph divided, or two run together.
    """

    def fits(i: int, j: int) -> bool:
        old, new = old_blocks[i], new_blocks[j]
        return _plain(old, new) or _are_one(old, new)

    low = 0
    most = min(len(olds), len(news))
    while low < most and fits(olds[low], news[low]):
        low += 1
    high = 0
    while high < most - low and fits(olds[-1 - high], news[-1 - high]):
        high += 1
    ends = (len(olds) - high, len(news) - high)
    middle = _pair_by_votes(olds[low : ends[0]], news[low : ends[1]], old_words, new_words)
    first = [Group([i], [j]) for i, j in zip(olds[:low], news[:low], strict=True)]
    last = zip(olds[ends[0] :], news[ends[1] :], strict=True)
    return first + middle + [Group([i], [j]) for i, j in last]


def _are_one(old: str, new: str) -> bool:
    """So much in common, and so like in length, that no other paragraph need be asked."""
    mine, others = set(old.split()), set(new.split())
    least, most = sorted((len(mine), len(others)))
    return least > _NOT_DIVIDED * most and 2 * len(mine & others) >= _ONE * (least + most)


def _plain(old: str, new: str) -> bool:
    """Beginning and end are the same: one paragraph, changed in its middle."""
    longer, shorter = max(len(old), len(new)), min(len(old), len(new))
    if shorter <= _NOT_DIVIDED * longer:
        return False
    return 2 * (Prefix.similarity(old, new) + Postfix.similarity(old, new)) >= longer


def _pair_by_votes(
    olds: Sequence[int],
    news: Sequence[int],
    old_words: Callable[[int], Tokens],
    new_words: Callable[[int], Tokens],
) -> list[Group]:
    if not olds or not news:
        return []
    if len(olds) == 1 and len(news) == 1:
        return [Group(list(olds), list(news))]
    bags_old = [_bag(old_words(i).keys) for i in olds]
    bags_new = [_bag(new_words(j).keys) for j in news]
    shared = _votes(bags_old, bags_new)
    size_old = [sum(bag.values()) or 1 for bag in bags_old]
    size_new = [sum(bag.values()) or 1 for bag in bags_new]
    scored = [
        (i, j, 2 * weight / (size_old[i] + size_new[j]))
        for (i, j), weight in shared.items()
        if 2 * weight >= _CANDIDATE * (size_old[i] + size_new[j])
    ]
    chain = _heaviest_chain(scored, len(news))
    groups = [Group([i], [j]) for i, j in chain]
    _join_neighbors([(g.olds, g.news) for g in groups], (olds, news), (bags_old, bags_new))
    _join_neighbors([(g.news, g.olds) for g in groups], (news, olds), (bags_new, bags_old))
    return [Group([olds[i] for i in g.olds], [news[j] for j in g.news]) for g in groups]


def _bag(keys: Sequence[str]) -> dict[str, int]:
    return {key: len(key) for key in keys if len(key) > 1}


def _votes(
    bags_old: Sequence[Mapping[str, int]], bags_new: Sequence[Mapping[str, int]]
) -> Counter[tuple[int, int]]:
    where: dict[str, list[int]] = defaultdict(list)
    for i, bag in enumerate(bags_old):
        for word in bag:
            where[word].append(i)
    votes: Counter[tuple[int, int]] = Counter()
    if len(bags_old) > _COMMON:
        return _votes_of_rare_words(where, bags_old, bags_new)
    for j, bag in enumerate(bags_new):
        for word, letters in bag.items():
            for i in where.get(word, ()):
                votes[i, j] += letters
    return votes


def _votes_of_rare_words(
    where: Mapping[str, list[int]],
    bags_old: Sequence[Mapping[str, int]],
    bags_new: Sequence[Mapping[str, int]],
) -> Counter[tuple[int, int]]:
    """Rare words name the likely partners; only those are counted in full."""
    votes: Counter[tuple[int, int]] = Counter()
    for j, bag in enumerate(bags_new):
        likely: Counter[int] = Counter()
        for word, letters in bag.items():
            places = where.get(word, ())
            if len(places) <= _COMMON:
                for i in places:
                    likely[i] += letters
        for i, _ in likely.most_common(3):
            other = bags_old[i]
            votes[i, j] = sum(n for word, n in bag.items() if word in other)
    return votes


def _heaviest_chain(
    scored: Sequence[tuple[int, int, float]], width: int
) -> list[tuple[int, int]]:
    """The pairs, rising on both sides, of greatest sum (a Fenwick tree holds the best ends)."""
    best: list[tuple[float, int]] = [(0.0, -1)] * (width + 1)
    before: list[int] = []
    pairs = sorted(scored, key=lambda pair: (pair[0], -pair[1]))
    for n, (_, j, weight) in enumerate(pairs):
        total, link = _prefix_best(best, j)
        before.append(link)
        at = j + 1
        entry = (total + weight, n)
        while at <= width:
            if entry[0] > best[at][0]:
                best[at] = entry
            at += at & -at
    chain: list[tuple[int, int]] = []
    n = _prefix_best(best, width)[1]
    while n >= 0:
        chain.append(pairs[n][:2])
        n = before[n]
    return chain[::-1]


def _prefix_best(best: Sequence[tuple[float, int]], upto: int) -> tuple[float, int]:
    top = (0.0, -1)
    while upto > 0:
        if best[upto][0] > top[0]:
            top = best[upto]
        upto -= upto & -upto
    return top


def _join_neighbors(
    groups: Sequence[tuple[list[int], list[int]]],
    places: tuple[Sequence[int], Sequence[int]],
    bags: tuple[Sequence[Mapping[str, int]], Sequence[Mapping[str, int]]],
) -> None:
    """Add to the second list of each group what the single one of the first also became."""
    taken = {j for _, seconds in groups for j in seconds}
    for firsts, seconds in groups:
        if len(firsts) > 1:
            continue
        free = dict(bags[0][firsts[0]])
        for word in bags[1][seconds[0]]:
            free.pop(word, None)
        for step in (1, -1):
            near = seconds[0] + step
            while 0 <= near < len(bags[1]) and near not in taken:
                bag = bags[1][near]
                lives = sum(n for word, n in bag.items() if word in free)
                apart = places[1][near] - places[1][near - step] != step
                if apart or lives < _BELONGS * (sum(bag.values()) or 1):
                    break
                seconds.append(near)
                taken.add(near)
                near += step
        seconds.sort()
