"""Which numbers about people may be told, so that nobody can work out those that may not.

Whoever reads is taken to know this rule, the total, and everything that is shown. Cells of a
whole add up to it, so a hidden number could be what is missing to the total: then the least of
the shown ones are hidden with it. Which ones those are depends on their size alone, never on
their order: otherwise the order would tell. (Complementary cell suppression; see Willenborg and
de Waal, *Elements of Statistical Disclosure Control*, 2001, chapter 6.)
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

FEWEST = 5
"""How many people stand behind every number that is shown."""


@dataclass(frozen=True)
class Told(Generic[K]):
    """Numbers that may be told: none below five, and none that tells another below five."""

    shown: Mapping[K, int]
    others: int | None
    """All that is not shown, in one number; nothing where that would be below five, too."""


def told(counts: Mapping[K, int], unsaid: int | None = None) -> Told[K]:
    """Parts of a whole, as far as they may be shown.

    `unsaid`, where people may skip, is never a part that is shown: it makes every hidden part
    one that could as well be zero. Without it, hidden parts that can only be four each would
    be known, so that others are hidden among them.
    """
    shown = {key: n for key, n in counts.items() if n >= FEWEST}
    hidden = sum(counts.values()) - sum(shown.values()) + (unsaid or 0)
    number = len(counts) - len(shown)
    forced = unsaid is None and hidden == (FEWEST - 1) * number
    if shown and hidden and (hidden < FEWEST or forced):
        least = min(shown.values())
        hidden += sum(n for n in shown.values() if n == least)
        shown = {key: n for key, n in shown.items() if n != least}
    return Told(shown, hidden if hidden >= FEWEST or not hidden else None)


def labels(counts: Mapping[K, int]) -> frozenset[K]:
    """Which parts may stand as a label at each thing of theirs: everybody can count those.

    Where few have none of these labels, just that marks them, so that the least used goes, too.
    """
    return frozenset(told(counts).shown)


def told_each(counts: Mapping[K, int], of: int) -> Told[K]:
    """Answers of which one person may give several: each is a whole with its own rest.

    An answer that all but a few gave tells of those few, so it is hidden like one that only a
    few gave.
    """
    rest = (0, *range(FEWEST, of + 1))
    return Told({k: n for k, n in counts.items() if n >= FEWEST and of - n in rest}, None)
