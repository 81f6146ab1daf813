"""Numbers and parents of sections, computed from nothing but their levels."""

from __future__ import annotations

from collections.abc import Sequence


def numbers(levels: Sequence[int]) -> list[str]:
    """ "1", "1.1", "1.2", "2" … for levels 1–3 in document order.

    A level that was skipped counts as the next one below, so that no number holds a zero.
    """
    found: list[str] = []
    open_levels: list[int] = []
    counts = [0]
    for level in levels:
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        depth = len(open_levels)
        open_levels.append(level)
        counts = [*counts[: depth + 1], *[0] * (depth + 1 - len(counts))]
        counts[depth] += 1
        found.append(".".join(map(str, counts)))
    return found


def subtree(levels: Sequence[int], at: int) -> range:
    """The place `at` with all places below it."""
    end = at + 1
    while end < len(levels) and levels[end] > levels[at]:
        end += 1
    return range(at, end)
