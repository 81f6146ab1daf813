"""P11: two revisions of 20,000 words, against paragraph alignment and rapidfuzz words."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence

from rapidfuzz.distance import Indel

from benchmarks.texts import COMMENTS, SENTENCES
from feedback_app.curricula.comparison import SectionVersion, compare

SECTIONS, PARAGRAPHS, WORDS = 30, 10, 67
ROUNDS = 7
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")

Course = list[list[str]]


def course(seed: int = 11) -> Course:
    """30 sections of ten paragraphs, 20,100 words in all; no two sentences alike."""
    chance = random.Random(seed)
    words = [w.strip(".,:“”").lower() for w in " ".join((*SENTENCES, *COMMENTS)).split()]
    words += [f"{word}{n}" for word in words for n in range(12)]
    return [[_paragraph(chance, words) for _ in range(PARAGRAPHS)] for _ in range(SECTIONS)]


def _paragraph(chance: random.Random, words: Sequence[str]) -> str:
    chosen = chance.choices(words, k=WORDS)
    at = 0
    while at < WORDS:
        chosen[at] = chosen[at].capitalize()
        at = min(at + chance.randint(9, 21), WORDS)
        chosen[at - 1] += "."
    return " ".join(chosen)


def edited(text: Course, edits: int, seed: int = 12) -> Course:
    """Words exchanged, put in and taken out, spread evenly."""
    chance = random.Random(seed)
    paragraphs = [[p.split(" ") for p in section] for section in text]
    for n in range(edits):
        words = chance.choice(chance.choice(paragraphs))
        at = chance.randrange(len(words))
        if n % 4 == 0:
            words.insert(at, f"new{n}")
        elif n % 4 == 1 and len(words) > 20:
            del words[at]
        else:
            words[at] = f"other{n}"
    return [[" ".join(words) for words in section] for section in paragraphs]


def hostile() -> Iterator[tuple[str, Course, Course]]:
    """Texts that make careless comparisons slow."""
    text = course()
    shuffled = [list(section) for section in text]
    random.Random(13).shuffle(shuffled)
    yield "one word 20,000 times", [["same " * 20_000]], [["same " * 19_000]]
    yield "two words in turn", [["yes no " * 10_000]], [["no yes no " * 6_600]]
    yield (
        "2,900 equal paragraphs",
        [["same words stand here now"] * 2_900],
        [["same words stand there now"] * 2_800],
    )
    yield "nothing in common", text, course(seed=14)
    yield (
        "one paragraph, 200 edits",
        [[_run_on(text)]],
        [[_run_on(edited(text, 200))]],
    )
    yield (
        "one paragraph, every fifth word new",
        [[_run_on(text)]],
        [[_run_on(edited(text, 4_000))]],
    )
    yield "every section elsewhere", text, shuffled


def _run_on(text: Course) -> str:
    return " ".join(paragraph for section in text for paragraph in section)


def versions(text: Course) -> list[SectionVersion]:
    return [
        SectionVersion(f"k{n}", f"Section {n}", 1, n, "\n\n".join(section))
        for n, section in enumerate(text)
    ]


def ruler(
    old: Sequence[SectionVersion], new: Sequence[SectionVersion]
) -> list[tuple[int, str]]:
    """The least that marks changed words: paragraphs by LCS, words by LCS where these differ,
    written down as runs. No sections, moves, readable borders or numbered changes."""
    a = [part for section in old for part in section.text.split("\n\n")]
    b = [part for section in new for part in section.text.split("\n\n")]
    runs: list[tuple[int, str]] = []
    i = j = 0
    for match in Indel.opcodes(a, b).as_matching_blocks():
        if match.a > i or match.b > j:
            gone, come = "\n\n".join(a[i : match.a]), "\n\n".join(b[j : match.b])
            x, y = _TOKEN.findall(gone), _TOKEN.findall(come)
            for edit in Indel.opcodes(x, y):
                if edit.tag == "insert":
                    runs.append((2, "".join(y[edit.dest_start : edit.dest_end])))
                else:
                    sign = 0 if edit.tag == "equal" else 1
                    runs.append((sign, "".join(x[edit.src_start : edit.src_end])))
        i, j = match.a + match.size, match.b + match.size
        runs += [(0, part) for part in a[match.a : i]]
    return runs


def milliseconds(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return 1000 * (time.process_time() - start)


def measure() -> list[tuple[str, float, float, float]]:
    """What, ours and the ruler in CPU milliseconds (the best of turns taken), the budget."""
    text = course()
    small, large = edited(text, 200), edited(text, 3_000)
    cases = [("200 edits", text, small, 3.0), ("3,000 edits", text, large, 10.0)]
    cases += [(name, old, new, 10.0) for name, old, new in hostile()]
    found = []
    for name, old, new, budget in cases:
        pair = versions(old), versions(new)
        turns = [
            (milliseconds(lambda p=pair: compare(*p)), milliseconds(lambda p=pair: ruler(*p)))
            for _ in range(ROUNDS)
        ]
        found.append((name, min(t[0] for t in turns), min(t[1] for t in turns), budget))
    return found


def show() -> None:
    """A row for each pair of texts: ours over the ruler on the same texts; beside it, what it
    costs in rulers of the 200 edits."""
    rows = measure()
    base = rows[0][2]
    print(f"{'':<4}{'20,000 words against 20,000 words':<44}{'ratio':>8}{'budget':>10}")
    for name, ours, its_own, budget in rows:
        ratio = ours / its_own
        word = "" if ratio <= budget else "  over"
        print(
            f"{'P11':<4}{name:<44}{ratio:>7.2f}×{f'≤ {budget:g}×':>10}{word}"
            f"  ({ours:.1f} ms, {ours / base:.1f} × the ruler at 200 edits)"
        )


if __name__ == "__main__":
    show()
