"""Which new section an old one became: by its key, else by its words and its heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

from feedback_app.comments.relocation import Carried, headings_joined, votes

_LIVES = 0.4
_HEADING = 0.5
_ALIKE = 0.6
_PARTLY = 0.25
_ENOUGH = 0.25


class Home(NamedTuple):
    """The new section, if any, with the share of the old one's letters that stand in it.

    `merged`: the place is another section's, into which this one went.
    """

    section: int | None
    share: float
    merged: bool = False


def homes(
    carried: Carried,
    old: tuple[Sequence[str], Sequence[str]],
    new: tuple[Sequence[str], Sequence[str]],
) -> list[Home]:
    """For every old section, given keys and titles of both sides.

    A key found on both sides is believed. The others are paired one to one, those that share
    most first; what is left over went where most of its words went (a section merged into
    another), or is gone.
    """
    at = {key: m for m, key in enumerate(new[0])}
    shares = [_shares(carried, n) for n in range(len(old[0]))]
    found: dict[int, Home] = {}
    for n, key in enumerate(old[0]):
        if key in at:
            empty = 1.0 if not shares[n] else 0.0
            found[n] = Home(at[key], shares[n].get(at[key], empty))
    lost = [n for n in range(len(old[0])) if n not in found]
    taken = {home.section for home in found.values()}
    fresh = [m for m in range(len(new[0])) if m not in taken]
    heading = _headings(carried, (old[1], lost), (new[1], fresh))
    scored = []
    for n in lost:
        for m in fresh:
            share, alike = shares[n].get(m, 0.0), heading.get((n, m), 0.0)
            score = share + _HEADING * alike
            if alike == 1 or share >= _LIVES or (alike and share >= _PARTLY):
                scored.append((-score, abs(n - m), n, m))
    used: set[int] = set()
    for _, _, n, m in sorted(scored):
        if n not in found and m not in used:
            found[n] = Home(m, shares[n].get(m, 0.0))
            used.add(m)
    return [found.get(n) or _merged(shares[n]) for n in range(len(old[0]))]


def _shares(carried: Carried, n: int) -> dict[int, float]:
    letters, total = votes(carried, n)
    return {m: got / total for m, got in letters.items()} if total else {}


def _merged(shares: dict[int, float]) -> Home:
    if not shares:
        return Home(None, 0.0)
    m = max(shares, key=lambda m: (shares[m], -m))
    lives = sum(shares.values()) >= _LIVES and shares[m] >= _ENOUGH
    return Home(m if lives else None, shares[m], lives)


def _headings(
    carried: Carried, old: tuple[Sequence[str], list[int]], new: tuple[Sequence[str], list[int]]
) -> dict[tuple[int, int], float]:
    """How alike two headings are, 0 … 1; of one that recurs only its own place counts."""
    mine = Counter(_plain(old[0][n]) for n in old[1])
    others = Counter(_plain(new[0][m]) for m in new[1])
    found: dict[tuple[int, int], float] = {}
    for n in old[1]:
        a = _plain(old[0][n])
        for m in new[1]:
            b = _plain(new[0][m])
            if not a or not b:
                continue
            alike = Indel.normalized_similarity(a, b, score_cutoff=_ALIKE)
            recurs = mine[a] > 1 or others[b] > 1
            if alike and (not recurs or headings_joined(carried, n, m)):
                found[n, m] = alike
    return found


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())
