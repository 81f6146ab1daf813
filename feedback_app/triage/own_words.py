"""What a sender of a letter said beside it, and which of its sentences they changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback_app.comments.similarity import words_of
from feedback_app.core.sentences import sentences

CHANGED = 0.4
"""A sentence of which two words in five stand in one of the letter's is that one, changed."""


@dataclass(frozen=True)
class OwnWords:
    """`left_out` are the letter's sentences that are neither there nor there in other words."""

    added: Sequence[str]
    changed: Sequence[str]
    left_out: Sequence[str]

    @property
    def is_plain(self) -> bool:
        return not (self.added or self.changed or self.left_out)


def own_words(letter: str, text: str) -> OwnWords:
    """Compare sentence by sentence, without case, accents and signs; one word is enough."""
    theirs = {s: frozenset(words_of(s)) for s in _sentences(letter)}
    same = {b" ".join(words_of(s)) for s in theirs}
    met: set[str] = set()
    added, changed = [], []
    for sentence in _sentences(text):
        words = words_of(sentence)
        if not words:
            continue
        if b" ".join(words) in same:
            continue
        best = max(theirs, key=lambda s: _alike(theirs[s], frozenset(words)), default=None)
        if best is not None and _alike(theirs[best], frozenset(words)) >= CHANGED:
            changed.append(sentence)
            met.add(best)
        else:
            added.append(sentence)
    said = {b" ".join(words_of(s)) for s in _sentences(text)}
    left_out = [s for s in theirs if s not in met and b" ".join(words_of(s)) not in said]
    return OwnWords(added, changed, left_out)


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _alike(one: frozenset[bytes], other: frozenset[bytes]) -> float:
    both = len(one | other)
    return len(one & other) / both if both else 0.0
