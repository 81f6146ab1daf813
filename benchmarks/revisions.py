"""Made-up revisions of a text whose every word is followed, so that the truth is known."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.edits import EDITS, Part, Sentence, Word, Writer, size_of
from feedback_app.comments.anchors import SectionText

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LIVES = 1 / 3


@dataclass(frozen=True)
class Case:
    """A quote (or a whole section, `end == 0`) of the old text, and where it is in the new one.

    `truths` are places that are all right; none means that the words were taken out.
    """

    kind: str
    section: int
    start: int
    end: int
    truths: tuple[tuple[int, int, int], ...]


@dataclass
class Revised:
    name: str
    old: list[SectionText]
    new: list[SectionText]
    cases: list[Case]


Drawn = tuple[list[SectionText], dict[int, tuple[int, int, int, Word]]]


def _draw(writer: Writer, keys: Callable[[Part, int], str]) -> Drawn:
    """The sections, and for every word its section and span."""
    sections: list[SectionText] = []
    places: dict[int, tuple[int, int, int, Word]] = {}
    for n, part in enumerate(writer.parts):
        text: list[str] = []
        at = 0
        for b, block in enumerate(part.blocks):
            if b:
                text.append("\n\n")
                at += 2
            words = [(w, s) for s, sentence in enumerate(block) for w in sentence]
            for i, (word, _) in enumerate(words):
                if i:
                    text.append(writer.glue)
                    at += len(writer.glue)
                places[word.id] = (n, at, at + len(word.text), word)
                text.append(word.text)
                at += len(word.text)
        sections.append(SectionText(keys(part, n), part.title, "".join(text)))
    return sections, places


def revise(
    name: str,
    sections: Sequence[tuple[str, str]],
    pool: Sequence[str],
    seed: int,
    *,
    keeps_keys: bool,
    strength: float,
    quotes: int = 20,
) -> Revised:
    """One revised text with its cases; the same seed gives the same."""
    chance = random.Random(f"{seed}-{name}")
    glue = "" if _UNSPACED.search("".join(text for _, text in sections)) else " "
    writer = Writer(chance, pool, glue)
    writer.read(sections)
    writer.repeat_phrases(3)
    old, before = _draw(writer, lambda part, n: part.key if keeps_keys else f"old{n}")
    heads = [
        (part.head, [w.id for b in part.blocks for s in b for w in s]) for part in writer.parts
    ]
    chosen = list(_choose(chance, writer, quotes))
    total = sum(len(block) for part in writer.parts for block in part.blocks)
    for edit in chance.choices(list(EDITS), EDITS.values(), k=max(2, round(strength * total))):
        edit(writer)
    writer.parts = [p for n, p in enumerate(writer.parts) if p.blocks or p.title]
    new, after = _draw(writer, lambda part, n: part.key if keeps_keys else f"new{n}")
    cases = [c for words in chosen if (c := _quote_case(old, new, before, after, words))]
    where = {part.head: n for n, part in enumerate(writer.parts)}
    cases += [
        _section_case(n, head, ids, where, before, after) for n, (head, ids) in enumerate(heads)
    ]
    return Revised(name, old, new, cases)


def _choose(chance: random.Random, writer: Writer, quotes: int) -> Iterator[list[int]]:
    blocks = [block for part in writer.parts for block in part.blocks]
    weights = [size_of(block) for block in blocks]
    seen = Counter(_said(s) for block in blocks for s in block)
    twins = [s for block in blocks for s in block if seen[_said(s)] > 1]
    for n in range(quotes):
        kind = n % 5
        if kind == 4 and twins:
            yield [w.id for w in chance.choice(twins)]
            continue
        block = chance.choices(blocks, weights)[0]
        s = chance.randrange(len(block))
        sentence = block[s]
        if kind < 2:
            yield [w.id for w in sentence]
        elif kind == 2 and s + 1 < len(block):
            words = sentence[chance.randrange(len(sentence)) :] + block[s + 1]
            yield [w.id for w in words]
        else:
            size = chance.randint(2, 8)
            at = chance.randrange(max(1, len(sentence) - size))
            yield [w.id for w in sentence[at : at + size]]


def _said(sentence: Sentence) -> str:
    return " ".join(word.text for word in sentence)


_Places = dict[int, tuple[int, int, int, Word]]


def _quote_case(
    old: Sequence[SectionText],
    new: Sequence[SectionText],
    before: _Places,
    after: _Places,
    ids: Sequence[int],
) -> Case | None:
    n, start, end = before[ids[0]][0], before[ids[0]][1], before[ids[-1]][2]
    exact = old[n].text[start:end]
    if len(exact) < 8:
        return None
    mine = set(ids)
    lives = [after[id_] for id_ in ids if id_ in after]
    heirs = [place for place in after.values() if place[3].of in mine]
    letters = sum(before[id_][2] - before[id_][1] for id_ in ids)
    everywhere = "\n\n".join(section.text for section in new)
    if not lives and not heirs:
        kind = "deleted_dup" if exact in everywhere else "deleted"
        return Case(kind, n, start, end, ())
    blocks: dict[tuple[int, int], int] = defaultdict(int)
    for m, a, b, word in lives + heirs:
        paragraph = new[m].text.count("\n\n", 0, a)
        blocks[m, paragraph] += (b - a) * (3 if word.of is None else 1)
    (m, best), _ = max(blocks.items(), key=lambda item: item[1])
    low = min(
        a for k, a, _, _ in lives + heirs if k == m and new[m].text.count("\n\n", 0, a) == best
    )
    high = max(
        b for k, a, b, _ in lives + heirs if k == m and new[m].text.count("\n\n", 0, a) == best
    )
    kept = sum(b - a for k, a, b, _ in lives if k == m and low <= a < high) / letters
    if kept < _LIVES or len(blocks) > 1 or high - low > 3 * len(exact) + 60:
        return Case("rewritten", n, start, end, ((m, low, high),))
    if kept == 1 and "".join(s.text for s in old).count(exact) > 1:
        kind = "repeated"
    elif any(place[3].moved for place in lives):
        kind = "moved"
    elif kept < 1 or new[m].text[low:high] != exact:
        kind = "edited" if kept >= 0.6 else "reworded"
    else:
        kind = "shifted"
    return Case(kind, n, start, end, ((m, low, high),))


def _section_case(
    n: int,
    head: int,
    ids: Sequence[int],
    where: dict[int, int],
    before: _Places,
    after: _Places,
) -> Case:
    letters: Counter[int] = Counter()
    for id_ in ids:
        if id_ in after:
            letters[after[id_][0]] += before[id_][2] - before[id_][1]
    total = sum(before[id_][2] - before[id_][1] for id_ in ids) or 1
    truths = {m for m, got in letters.items() if got >= 0.4 * total}
    if head in where:
        truths.add(where[head])
        kind = "sec_kept"
    else:
        kind = "sec_merged" if truths else "sec_deleted"
    return Case(kind, n, 0, 0, tuple((m, 0, 0) for m in sorted(truths)))
