"""Which texts are the same letter: their runs of words, and how much two of them share."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from zlib import crc32

FEWEST_WORDS = 12
"""Shorter texts are nobody's letter: many people say “I agree with this” in the same words."""
RUN = 4
PRINTS = 12
COMMON = 2
"""So many prints two texts must share to be compared at all."""
MOST_ALIKE = 6
"""So many of those that share most prints are read and compared."""
SHARED = 0.6
"""Of the runs of the shorter text, so many must stand in the other one."""
ALIKE = 0.35
"""Of all runs of both texts, so many must stand in both."""
EXAMPLE = 0.8
EXAMPLES = 5
"""A letter is known by its first text and by up to four that differ much from those before."""
CROWD = 64
"""What so many texts have in common tells nobody apart, and is not kept of the next."""
_SEAM = re.compile(r"[\W_]+")


def words_of(text: str) -> list[bytes]:
    """The words as UTF-8, without case, accents and signs."""
    text = text.casefold()
    if not text.isascii():
        taken_apart = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in taken_apart if not unicodedata.combining(c))
    return _SEAM.sub(" ", text).encode().split()


def runs_of(words: Sequence[bytes]) -> set[int]:
    """Numbers of 31 bits for all runs of four words, the same on every machine (of CRC-32).

    Two runs in 2^31 share one by chance, which only makes two texts be compared for nothing.
    """
    runs = zip(words, words[1:], words[2:], words[3:], strict=False)
    return {crc32(b" ".join(run)) >> 1 for run in runs}


def prints_of(runs: set[int]) -> list[int]:
    """The smallest few of its numbers (a bottom-k sketch, Cohen and Kaplan 2007).

    Of two texts that share the part J of their runs, none of eight prints is common with a
    chance of about (1 - J)^8: 0.4 % at J = 0.5.
    """
    return sorted(runs)[:PRINTS]


@dataclass(frozen=True)
class Likeness:
    """How much two texts share: of the shorter one, and of both together (0 to 1)."""

    shared: float
    alike: float

    @property
    def is_same_letter(self) -> bool:
        return self.shared >= SHARED and self.alike >= ALIKE


def likeness(one: set[int], other: set[int]) -> Likeness:
    common = len(one & other)
    if not common:
        return Likeness(0.0, 0.0)
    return Likeness(
        common / min(len(one), len(other)), common / (len(one) + len(other) - common)
    )


class Shelf:
    """Sorts texts into letters as they come, in memory; `comments.letters` does it in tables.

    A text is compared with those that share prints with it, and joins the letter that it is
    most alike. What joins is known to no later text, unless it differs much from the letter's
    texts so far: so a letter of 40,000 senders costs no more than one of ten, and likeness
    does not creep from text to text.
    """

    def __init__(self, text_of: Callable[[int], str]) -> None:
        self.text_of = text_of
        self.letter_of: dict[int, int] = {}
        self.examples: Counter[int] = Counter()
        self._holders: dict[int, int | list[int]] = {}
        self._runs: dict[int, set[int]] = {}

    def take_in(self, key: int, text: str) -> int | None:
        """The key of the first text of its letter; its own where it begins one; else none."""
        words = words_of(text)
        if len(words) < FEWEST_WORDS:
            return None
        runs = runs_of(words)
        prints = prints_of(runs)
        best, most = None, Likeness(0.0, 0.0)
        for other in self._near(prints):
            found = likeness(runs, self._runs_of(other))
            if found.is_same_letter and found.alike > most.alike:
                best, most = other, found
                if most.alike >= EXAMPLE:
                    break
        if best is None:
            self._keep(key, prints)
            return None
        letter = self.letter_of.setdefault(best, best)
        self.examples[letter] = max(self.examples[letter], 1)
        self.letter_of[key] = letter
        if most.alike < EXAMPLE and self.examples[letter] < EXAMPLES:
            self.examples[letter] += 1
            self._keep(key, prints)
        return letter

    def _runs_of(self, key: int) -> set[int]:
        """Those of a letter's few examples are kept: every sender is compared with them."""
        if key in self._runs:
            return self._runs[key]
        runs = runs_of(words_of(self.text_of(key)))
        if key in self.letter_of:
            self._runs[key] = runs
        return runs

    def _near(self, prints: Iterable[int]) -> list[int]:
        seen: Counter[int] = Counter()
        for number in prints:
            held = self._holders.get(number)
            if isinstance(held, int):
                seen[held] += 1
            elif held is not None:
                seen.update(held)
        often = [key for key, number in seen.items() if number >= COMMON]
        return nlargest(MOST_ALIKE, often, key=seen.__getitem__)

    def _keep(self, key: int, prints: Iterable[int]) -> None:
        for number in prints:
            held = self._holders.get(number)
            if held is None:
                self._holders[number] = key
            elif isinstance(held, int):
                self._holders[number] = [held, key]
            elif len(held) < CROWD:
                held.append(key)
