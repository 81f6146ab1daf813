"""Numbers and parents of sections, computed from nothing but their levels."""

from __future__ import annotations

from collections.abc import Sequence


def numbers(levels: Sequence[int]) -> list[str]:
    """ "1", "1.1", "1.2", "2" … for levels 1–3 in document order.

    A level that was skipped counts as the next one below, so that no number holds a zero.
    """
    found: list[str] = []
    above: list[tuple[int, str]] = []
    counts: list[int] = []
    for level in levels:
        while above and above[-1][0] >= level:
            above.pop()
        depth = len(above)
        counts[depth:] = [counts[depth] + 1 if depth < len(counts) else 1]
        number = f"{above[-1][1]}.{counts[depth]}" if above else str(counts[depth])
        above.append((level, number))
        found.append(number)
    return found


def subtree(levels: Sequence[int], at: int) -> range:
    """The place `at` with all places below it."""
    end = at + 1
    while end < len(levels) and levels[end] > levels[at]:
        end += 1
    return range(at, end)
