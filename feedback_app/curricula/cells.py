"""The cells of two table rows, compared one by one, so that a change stays in its cell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from rapidfuzz import fuzz

from feedback_app.curricula.wholes import text_edits
from feedback_app.curricula.words import Edit

TAB = "\t"
_MOST_CELLS = 40
_ALIKE = 50.0


def row_edits(old: str, new: str) -> list[Edit]:
    """The changes between two rows (cells parted by tabs), none of them across two cells
    unless a cell came or went with its tab.

    Rows of different length are aligned first: equal cells, then likely ones, in order.
    """
    olds, news = old.split(TAB), new.split(TAB)
    if max(len(olds), len(news)) > _MOST_CELLS:
        return text_edits(old, new)
    a_at = [0, *accumulate(len(cell) + 1 for cell in olds)]
    b_at = [0, *accumulate(len(cell) + 1 for cell in news)]
    edits: list[Edit] = []
    i = j = 0
    for x, y in (*_pairs(olds, news), (len(olds), len(news))):
        if x > i or y > j:
            edits.append(_without_pair(len(old), len(new), a_at, b_at, (i, x, j, y)))
        if x < len(olds):
            a, b = a_at[x], b_at[y]
            edits += [
                Edit(a1 + a, a2 + a, b1 + b, b2 + b)
                for a1, a2, b1, b2 in text_edits(olds[x], news[y])
            ]
        i, j = x + 1, y + 1
    return edits


def _without_pair(
    old_length: int,
    new_length: int,
    a_at: Sequence[int],
    b_at: Sequence[int],
    gap: tuple[int, int, int, int],
) -> Edit:
    """Cells of one side only: with the tab behind them, at the end of a row the one before."""
    i, x, j, y = gap
    if x < len(a_at) - 1:
        return Edit(a_at[i], a_at[x], b_at[j], b_at[y])
    a, b = (1 if i else 0), (1 if j else 0)
    return Edit(a_at[i] - a, old_length, b_at[j] - b, new_length)


def _pairs(olds: Sequence[str], news: Sequence[str]) -> list[tuple[int, int]]:
    """The cells that belong together: the chain, rising on both sides, that is most alike."""
    if len(olds) == len(news):
        return [(n, n) for n in range(len(olds))]
    width = len(news) + 1
    best = [[0.0] * width for _ in range(len(olds) + 1)]
    alike = [[_alike(old, new) for new in news] for old in olds]
    for i in range(len(olds) - 1, -1, -1):
        for j in range(len(news) - 1, -1, -1):
            taken = alike[i][j] + best[i + 1][j + 1] if alike[i][j] else 0.0
            best[i][j] = max(taken, best[i + 1][j], best[i][j + 1])
    chain = []
    i = j = 0
    while i < len(olds) and j < len(news):
        if alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            chain.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return chain


def _alike(old: str, new: str) -> float:
    """Above 100 where the words are the same, 0 where they have too little in common."""
    return 120.0 if old == new else fuzz.ratio(old, new, score_cutoff=_ALIKE)
