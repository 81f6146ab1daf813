"""What people do to a text when they revise it, every word followed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LIVES = 1 / 3


@dataclass(slots=True)
class Word:
    """One word; `of` is the word that it took the place of, where it is a new one."""

    text: str
    id: int
    of: int | None = None
    moved: bool = False


Sentence = list[Word]
Block = list[Sentence]


@dataclass(slots=True)
class Part:
    """A section: a heading that one may follow through renamings, and paragraphs."""

    title: str
    head: int
    blocks: list[Block]
    key: str = ""


@dataclass
class Writer:
    """Edits one text as a seed tells it; the strength is the share of sentences it touches."""

    seed: random.Random
    pool: Sequence[str]
    glue: str = " "
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    parts: list[Part] = field(default_factory=list)

    def read(self, sections: Sequence[tuple[str, str]]) -> None:
        for title, text in sections:
            blocks = [self.block(block) for block in text.split("\n\n")]
            part = Part(title, next(self.ids), [b for b in blocks if b])
            part.key = f"k{part.head}"
            self.parts.append(part)

    def block(self, text: str) -> Block:
        found = [self.sentence(s) for s in _SENTENCE.split(text) if s and s.strip()]
        return [s for s in found if s]

    def sentence(self, text: str, of: Sequence[int] | None = None) -> Sentence:
        words = text.split() if self.glue else list(text.strip())
        return [Word(w, next(self.ids), of[0] if of else None) for w in words]

    def strange(self) -> Sentence:
        """A sentence of another text."""
        return self.sentence(self.seed.choice(self.pool))

    def somewhere(self) -> tuple[Part, int] | None:
        full = [part for part in self.parts if part.blocks]
        if not full:
            return None
        part = self.seed.choice(full)
        return part, self.seed.randrange(len(part.blocks))

    def some_sentence(self) -> tuple[Part, int, int] | None:
        place = self.somewhere()
        if place is None:
            return None
        part, b = place
        return part, b, self.seed.randrange(len(part.blocks[b]))

    # What may happen to a text.

    def repeat_phrases(self, times: int) -> None:
        """Before anything else: the same short sentence at several places."""
        for _ in range(times):
            phrase = " ".join(w.text for w in self.strange()[: self.seed.randint(2, 7)]) + "."
            for _ in range(self.seed.randint(2, 4)):
                if place := self.somewhere():
                    part, b = place
                    at = self.seed.randint(0, len(part.blocks[b]))
                    if self.seed.random() < 0.5:
                        part.blocks[b].insert(at, self.sentence(phrase))
                    else:
                        part.blocks.insert(b, [self.sentence(phrase)])

    def delete_sentence(self) -> None:
        if place := self.some_sentence():
            part, b, s = place
            del part.blocks[b][s]
            if not part.blocks[b]:
                del part.blocks[b]

    def delete_block(self) -> None:
        if place := self.somewhere():
            part, b = place
            del part.blocks[b]

    def delete_section(self) -> None:
        if len(self.parts) > 2:
            self.parts.remove(self.seed.choice(self.parts[1:]))

    def add_sentence(self) -> None:
        if place := self.somewhere():
            part, b = place
            at = self.seed.randint(0, len(part.blocks[b]))
            part.blocks[b].insert(at, self.strange())

    def add_block(self) -> None:
        if place := self.somewhere():
            part, b = place
            block = [self.strange() for _ in range(self.seed.randint(1, 4))]
            part.blocks.insert(b + self.seed.randint(0, 1), block)

    def add_section(self) -> None:
        blocks = [[self.strange(), self.strange()] for _ in range(self.seed.randint(1, 3))]
        title = " ".join(w.text for w in self.strange()[:4])
        head = next(self.ids)
        part = Part(title, head, blocks, f"k{head}")
        self.parts.insert(self.seed.randint(0, len(self.parts)), part)

    def add_lookalike(self) -> None:
        """New text that shares up to half of its words with an old sentence elsewhere."""
        if (place := self.some_sentence()) and (other := self.somewhere()):
            part, b, s = place
            words = [w.text for w in part.blocks[b][s]]
            strange = [w.text for w in self.strange()]
            keep = self.seed.randint(len(words) // 4, len(words) // 2)
            mixed = (
                words[:keep] + strange if self.seed.random() < 0.5 else strange + words[-keep:]
            )
            if keep:
                target, at = other
                text = self.glue.join(mixed)
                target.blocks[at].insert(
                    self.seed.randint(0, len(target.blocks[at])), self.sentence(text)
                )

    def replace_sentence(self) -> None:
        """Something else altogether now stands there."""
        if place := self.some_sentence():
            part, b, s = place
            part.blocks[b][s] = self.strange()

    def move_sentence(self) -> None:
        if (place := self.some_sentence()) and (other := self.somewhere()):
            part, b, s = place
            target, t = other
            sentence = part.blocks[b][s]
            goal = target.blocks[t]
            if goal is part.blocks[b]:
                return
            goal.insert(self.seed.randint(0, len(goal)), sentence)
            del part.blocks[b][s]
            if not part.blocks[b]:
                del part.blocks[b]
            _mark_moved(sentence)
            if self.seed.random() < 0.4:
                self.reword(sentence, 0.15)

    def move_block(self) -> None:
        if (place := self.somewhere()) and len(self.parts) > 1:
            part, b = place
            block = part.blocks.pop(b)
            target = self.seed.choice(self.parts)
            target.blocks.insert(self.seed.randint(0, len(target.blocks)), block)
            for sentence in block:
                _mark_moved(sentence)
            if self.seed.random() < 0.4:
                self.reword(self.seed.choice(block), 0.2)

    def shuffle_items(self) -> None:
        """A list in another order: neighboring short paragraphs."""
        if place := self.somewhere():
            part, b = place
            end = b
            while end < len(part.blocks) and size_of(part.blocks[end]) <= 25 and end < b + 8:
                end += 1
            items = part.blocks[b:end]
            if len(items) > 2:
                self.seed.shuffle(items)
                part.blocks[b:end] = items
                for block in items:
                    for sentence in block:
                        _mark_moved(sentence)

    def move_section(self) -> None:
        if len(self.parts) > 2:
            part = self.parts.pop(self.seed.randrange(1, len(self.parts)))
            self.parts.insert(self.seed.randint(1, len(self.parts)), part)

    def split_section(self) -> None:
        long = [part for part in self.parts if len(part.blocks) >= 4]
        if long:
            part = self.seed.choice(long)
            at = self.seed.randint(2, len(part.blocks) - 2)
            title = " ".join(w.text for w in self.strange()[:3])
            head = next(self.ids)
            fresh = Part(title, head, part.blocks[at:], f"k{head}")
            del part.blocks[at:]
            self.parts.insert(self.parts.index(part) + 1, fresh)

    def merge_sections(self) -> None:
        if len(self.parts) > 2:
            at = self.seed.randrange(1, len(self.parts) - 1)
            self.parts[at].blocks += self.parts.pop(at + 1).blocks

    def rename_section(self) -> None:
        part = self.seed.choice(self.parts)
        words = part.title.split()
        if words and self.seed.random() < 0.5:
            words[self.seed.randrange(len(words))] = self.strange()[0].text
            part.title = " ".join(words)
        else:
            part.title = " ".join(w.text for w in self.strange()[:5])

    def change_words(self) -> None:
        self._change(self.seed.choice((0.1, 0.1, 0.2, 0.3)))

    def change_most_words(self) -> None:
        self._change(self.seed.choice((0.45, 0.55, 0.65)))

    def change_number(self) -> None:
        if place := self.some_sentence():
            part, b, s = place
            numbers = [w for w in part.blocks[b][s] if w.text.strip(".,").isdigit()]
            for word in numbers[:1]:
                word.of, word.id = word.id, next(self.ids)
                word.text = str(self.seed.randint(2, 90))

    def insert_words(self) -> None:
        if place := self.some_sentence():
            part, b, s = place
            at = self.seed.randint(0, len(part.blocks[b][s]))
            part.blocks[b][s][at:at] = self.strange()[: self.seed.randint(1, 6)]

    def cut_words(self) -> None:
        if place := self.some_sentence():
            part, b, s = place
            sentence = part.blocks[b][s]
            size = self.seed.randint(1, 6)
            if len(sentence) > 2 * size:
                at = self.seed.randint(0, len(sentence) - size)
                del sentence[at : at + size]

    def swap_halves(self) -> None:
        """“When A, B.” becomes “B, when A.”"""
        if place := self.some_sentence():
            part, b, s = place
            sentence = part.blocks[b][s]
            commas = [n for n, w in enumerate(sentence) if w.text.endswith(",")]
            if commas:
                at = commas[len(commas) // 2] + 1
                part.blocks[b][s] = sentence[at:] + sentence[:at]

    def join_blocks(self) -> None:
        if place := self.somewhere():
            part, b = place
            if b + 1 < len(part.blocks):
                part.blocks[b] += part.blocks.pop(b + 1)

    def divide_block(self) -> None:
        if place := self.somewhere():
            part, b = place
            block = part.blocks[b]
            if len(block) > 1:
                at = self.seed.randint(1, len(block) - 1)
                part.blocks[b : b + 1] = [block[:at], block[at:]]

    def _change(self, share: float) -> None:
        if place := self.some_sentence():
            part, b, s = place
            self.reword(part.blocks[b][s], share)

    def reword(self, sentence: Sentence, share: float) -> None:
        """Put other words into the place of some, in runs of one to four."""
        goal = share * len(sentence)
        done = 0
        for _ in range(40):
            old = [n for n, word in enumerate(sentence) if word.of is None]
            if done >= goal or not old:
                return
            at = self.seed.choice(old)
            size = min(self.seed.randint(1, 4), max(1, round(goal - done)))
            gone = sentence[at : at + size]
            fresh = self.strange()
            begin = self.seed.randrange(len(fresh))
            size_new = max(1, size + self.seed.randint(-1, 2))
            come = fresh[begin : begin + size_new] or fresh[:1]
            for n, word in enumerate(come):
                before = gone[min(n, len(gone) - 1)]
                word.of = before.id if before.of is None else before.of
                word.moved = before.moved
            sentence[at : at + size] = come
            done += len(gone)


def size_of(block: Block) -> int:
    return sum(len(sentence) for sentence in block)


def _mark_moved(sentence: Sentence) -> None:
    for word in sentence:
        word.moved = True


EDITS: dict[Callable[[Writer], None], int] = {
    Writer.change_words: 22,
    Writer.insert_words: 9,
    Writer.cut_words: 9,
    Writer.change_number: 5,
    Writer.change_most_words: 7,
    Writer.swap_halves: 3,
    Writer.delete_sentence: 13,
    Writer.delete_block: 6,
    Writer.replace_sentence: 5,
    Writer.add_sentence: 12,
    Writer.add_block: 7,
    Writer.add_lookalike: 5,
    Writer.move_sentence: 8,
    Writer.move_block: 6,
    Writer.shuffle_items: 2,
    Writer.join_blocks: 2,
    Writer.divide_block: 2,
    Writer.move_section: 2,
    Writer.split_section: 1,
    Writer.merge_sections: 1,
    Writer.rename_section: 2,
    Writer.delete_section: 1,
    Writer.add_section: 1,
}
