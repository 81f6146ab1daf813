"""The edits between two whole wordings: what is the same is not even cut into words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from rapidfuzz.distance import Postfix, Prefix

from feedback_app.curricula.words import Edit, equal_stretches, tokens, word_edits

_SENTENCE_GAPS = (". ", "? ", "! ")
_SENTENCE = re.compile(r".+?(?:[.?!] |$)", re.DOTALL)
_LONG = 12_000
"""Letters of a wording from which on its sentences are compared before its words."""
_SURE = 60
"""Letters that must be the same in a row of sentences for it to be no coincidence."""


def text_edits(old: str, new: str) -> list[Edit]:
    """The changes between two wordings, as `word_edits` sees them.

    Sentences equal at both ends stay whole; so do, in long wordings, those equal in between.
    """
    same = Prefix.similarity(old, new)
    start = max(0, *(old.rfind(end, 0, same) + len(end) for end in _SENTENCE_GAPS))
    start = start if start > 1 else 0
    most = min(len(old), len(new)) - start
    tail = min(int(Postfix.similarity(old, new)), most)
    ends = [old.find(end, len(old) - tail) for end in _SENTENCE_GAPS] if tail else []
    rest = min((len(old) - at - 2 for at in ends if at >= 0), default=0)
    a, b = old[start : len(old) - rest], new[start : len(new) - rest]
    if min(len(a), len(b)) < _LONG:
        edits = word_edits(tokens(a), tokens(b))
    else:
        edits = list(_between_sentences(a, b))
    return [Edit(*(at + start for at in edit)) for edit in edits] if start else edits


def _between_sentences(old: str, new: str) -> Iterator[Edit]:
    a, b = _SENTENCE.findall(old), _SENTENCE.findall(new)
    a_at, b_at = [0, *accumulate(map(len, a))], [0, *accumulate(map(len, b))]
    i = j = 0
    for at, to, size in (*equal_stretches(a, b), (len(a), len(b), 0)):
        is_end = at == len(a) and to == len(b)
        if not is_end and a_at[at + size] - a_at[at] < _SURE:
            continue
        gone, come = old[a_at[i] : a_at[at]], new[b_at[j] : b_at[to]]
        for x1, x2, y1, y2 in word_edits(tokens(gone), tokens(come)):
            yield Edit(a_at[i] + x1, a_at[i] + x2, b_at[j] + y1, b_at[j] + y2)
        i, j = at + size, to + size
