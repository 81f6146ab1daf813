"""Form letters among many comments: made up with planted letters, sorted, and judged.

The ruler is a MinHash in numpy as anybody would write it – the same words hashed, 64 minima of
each text, 16 bands of 4 – without comparing one text with another (P12). numpy is a tool of the
bench alone; nothing that people run needs it.
"""

from __future__ import annotations

import math
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from feedback_app.comments.similarity import Shelf

_COURSE = Path(__file__).resolve().parent.parent / "feedback_app/demo/data/course.md"
_SEEN = Counter(re.findall(r"[a-z]{2,}", _COURSE.read_text(encoding="utf-8").lower()))
WORDS, OFTEN = list(_SEEN), list(_SEEN.values())
"""Words as often as a course of the trade has them, so that short runs repeat by chance."""
SIZES = (1_000, 10_000, 100_000)
_OWN = 0.7
"""The part of the comments that are nobody's letter."""


@dataclass(frozen=True)
class Planted:
    """A text and the letter that it was made from; none where somebody wrote it."""

    text: str
    letter: int | None


def comments(many: int, seed: int = 7) -> list[Planted]:
    """Comments of 12 to 140 words; three in ten are one of `many` / 500 letters.

    Senders change up to one word in twenty-five, drop or swap a sentence, put a greeting before
    it and up to half as many words of their own before or behind.
    """
    dice = random.Random(seed)
    letters = [_text(dice, dice.randint(30, 120)) for _ in range(max(2, many // 500))]
    weights = [1 / (rank + 1) for rank in range(len(letters))]
    found = []
    for _ in range(many):
        if dice.random() < _OWN:
            found.append(Planted(_text(dice, dice.randint(12, 100)), None))
        else:
            (number,) = dice.choices(range(len(letters)), weights)
            found.append(Planted(_sent(dice, letters[number]), number))
    return found


def _text(dice: random.Random, words: int) -> str:
    """Sentences with the common beginnings that comments share."""
    said: list[str] = []
    while sum(len(s.split()) for s in said) < words:
        start = dice.choice(OPENINGS)
        rest = " ".join(dice.choices(WORDS, OFTEN, k=dice.randint(5, 14)))
        said.append(f"{start} {rest}.".strip().capitalize())
    return " ".join(said)


def _sent(dice: random.Random, letter: str) -> str:
    sentences = letter.split(". ")
    if len(sentences) > 3 and dice.random() < 0.2:
        at = dice.randrange(len(sentences) - 1)
        if dice.random() < 0.5:
            del sentences[at]
        else:
            sentences[at], sentences[at + 1] = sentences[at + 1], sentences[at]
    words = ". ".join(sentences).split()
    if dice.random() < 0.5:
        for _ in range(dice.randint(0, len(words) // 25)):
            words[dice.randrange(len(words))] = dice.choices(WORDS, OFTEN)[0]
    text = " ".join(words)
    if dice.random() < 0.3:
        text = text.upper() if dice.random() < 0.05 else text.replace(",", "")
    if dice.random() < 0.4:
        own = _text(dice, dice.randint(5, max(6, len(words) // 2)))
        text = f"{own} {text}" if dice.random() < 0.3 else f"{text} {own}"
    return text


OPENINGS = (
    "I think that",
    "We think that",
    "I live in this town and",
    "Officers should",
    "The police should",
    "Please make sure that",
    "In my experience",
    "It is important that the",
    "I do not agree with",
    "Thank you for",
    "My son",
    "The training should",
    "There is no reason to",
    "What about the",
    "",
)


@dataclass(frozen=True)
class Sorted:
    many: int
    cpu: float
    memory: int
    recall: float
    wrong: float


def sort(given: Sequence[Planted]) -> Sorted:
    """Sort them one by one; recall of planted senders, and the part of all put to strangers.

    A planted sender counts as found where they are in the largest lot of their letter.
    """
    texts = [one.text for one in given]
    before, began = _memory(), time.process_time()
    shelf = Shelf(texts.__getitem__)
    for key, text in enumerate(texts):
        shelf.take_in(key, text)
    cpu, memory = time.process_time() - began, _memory() - before
    lots: dict[int, list[int]] = defaultdict(list)
    for key, letter in shelf.letter_of.items():
        lots[letter].append(key)
    largest: dict[int | None, int] = defaultdict(int)
    wrong = 0
    for members in lots.values():
        kinds = [given[key].letter for key in members]
        named = [kind for kind in kinds if kind is not None]
        kind = max(set(named), key=named.count) if named else None
        right = kinds.count(kind) if kind is not None else 1
        wrong += len(members) - right
        if kind is not None:
            largest[kind] = max(largest[kind], right)
    planted = sum(one.letter is not None for one in given)
    return Sorted(
        len(given), cpu, memory, sum(largest.values()) / max(1, planted), wrong / len(given)
    )


def _memory() -> int:
    """The most that this process has held, in bytes; `getrusage` counts its parent's, too."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) * 1024


def floor(texts: Sequence[str]) -> float:
    """CPU seconds of a plain MinHash in numpy over the same texts."""
    import numpy as np

    dice = np.random.default_rng(1)
    factors = dice.integers(1, 2**61, 64, dtype=np.uint64) | np.uint64(1)
    offsets = dice.integers(0, 2**61, 64, dtype=np.uint64)
    word = re.compile(r"\w+")
    began = time.process_time()
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for key, text in enumerate(texts):
        words = word.findall(text.lower())
        runs = {
            crc32(" ".join(run).encode())
            for run in zip(words, words[1:], words[2:], words[3:], strict=False)
        }
        hashes = np.fromiter(runs, dtype=np.uint64, count=len(runs))
        minima = ((hashes[:, None] * factors + offsets) >> np.uint64(32)).min(axis=0)
        for band in range(16):
            buckets[band, minima[band * 4 : band * 4 + 4].tobytes()].append(key)
    return time.process_time() - began


def show() -> None:
    """P12 and the duplicates' part of P13, as lines of the bench."""
    found = [sort(comments(many)) for many in SIZES]
    last = found[-1]
    print(
        f"P12 {last.many:,} comments sorted into letters: {last.cpu:.1f} CPU s, "
        f"{last.memory / 1e6:.0f} MB (budget 200), recall {100 * last.recall:.2f} % "
        f"(budget 99), put to strangers {100 * last.wrong:.3f} % (budget 0.1)"
    )
    try:
        ruler = floor([one.text for one in comments(SIZES[-1])])
    except ModuleNotFoundError:
        print("P12 the ruler needs numpy, which is not installed: no ratio")
    else:
        print(f"P12 against a MinHash in numpy: {last.cpu / ruler:.2f} × (budget 2)")
    for one, next_ in pairwise(found):
        slope = math.log(next_.cpu / one.cpu) / math.log(next_.many / one.many)
        print(f"P13 growth from {one.many:,} to {next_.many:,}: {slope:.2f} (budget 1.1)")


if __name__ == "__main__":
    show()
