"""Sentences that left one paragraph and came into another."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from feedback_app.curricula.drafts import BREAK, Draft, Move, Step
from feedback_app.curricula.weaving import Cut, woven

_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s|\Z)|\n(?=\n))\s*")
_LETTERS = 25
_PIECE = 13
_WORDS = 5
_LONG_WORD = 4
_REWORDED_WORDS = 8
_REWORDED_ALIKE = 80.0
_RARE = 4
_MOST = 600


class _Spot(NamedTuple):
    """A sentence of one step; whose side, the list it stands in says."""

    draft: int
    step: Step
    start: int
    end: int


_Spots = dict[str, list[_Spot]]


def mark_moved_sentences(drafts: Sequence[Draft]) -> list[Move]:
    """Compare paragraphs anew around the sentences that went here and came there.

    Only sentences of five words and more that went once and came once: which one of several
    alike moved, nobody could say. Of eight words and more also when a few of them changed.
    """
    gone: _Spots = defaultdict(list)
    come: _Spots = defaultdict(list)
    for n, draft in enumerate(drafts):
        for step in _changed_steps(draft):
            _collect(n, step, _texts(draft, step), gone, come)
    pairs = _same(gone, come)
    reworded = _reworded(gone, come, pairs)
    return _compare_around(drafts, _side_by_side(pairs), reworded)


def _changed_steps(draft: Draft) -> list[Step]:
    steps = dict.fromkeys((*draft.old_steps.values(), *draft.new_steps.values()))
    return [step for step in steps if step.pieces and step.origin is None]


def _texts(draft: Draft, step: Step) -> tuple[str, str]:
    return (
        BREAK.join(draft.a[i] for i in step.olds),
        BREAK.join(draft.b[j] for j in step.news),
    )


def _collect(n: int, step: Step, texts: tuple[str, str], gone: _Spots, come: _Spots) -> None:
    """Sentences of which the greater part went or came."""
    for side, found in ((0, gone), (1, come)):
        spans = [
            (piece.new_start, piece.new_end) if side else (piece.old_start, piece.old_end)
            for piece in step.pieces
        ]
        if max((end - start for start, end in spans), default=0) < _PIECE:
            continue  # a sentence that went leaves more than a word behind
        text = texts[side]
        at = 0
        for start, end in _sentences(text):
            while at < len(spans) and spans[at][1] <= start:
                at += 1
            changed = 0
            to = at
            while to < len(spans) and spans[to][0] < end:
                changed += max(0, min(spans[to][1], end) - max(spans[to][0], start))
                to += 1
            if 2 * changed >= end - start:
                found[text[start:end].strip()].append(_Spot(n, step, start, end))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Those long enough to be known again, with the white space that follows them."""
    start = 0
    for end in (*(found.end() for found in _END.finditer(text)), len(text)):
        if end - start >= _LETTERS and text.count(" ", start, end) >= _WORDS - 1:
            yield start, end
        start = end


def _same(gone: _Spots, come: _Spots) -> list[tuple[_Spot, _Spot]]:
    return [
        (sources[0], come[sentence][0])
        for sentence, sources in gone.items()
        if len(sources) == 1 and len(come.get(sentence, ())) == 1
    ]


def _reworded(
    gone: _Spots, come: _Spots, pairs: Sequence[tuple[_Spot, _Spot]]
) -> list[tuple[_Spot, _Spot]]:
    """Sentences that moved and changed a little; rare words propose, the letters decide.

    Not within one paragraph: there the words themselves show what changed.
    """
    taken = {spot for pair in pairs for spot in pair}
    here = [(text, s[0]) for text, s in come.items() if len(s) == 1 and s[0] not in taken]
    there = [(text, s[0]) for text, s in gone.items() if len(s) == 1 and s[0] not in taken]
    if not here or not there or len(here) + len(there) > _MOST:
        return []
    where: dict[str, list[int]] = defaultdict(list)
    for at, (text, _) in enumerate(there):
        for word in _long_words(text):
            where[word].append(at)
    scored = []
    for to, (text, target) in enumerate(here):
        if text.count(" ") < _REWORDED_WORDS - 1:
            continue
        likely = Counter(
            at for word in _long_words(text) if len(where[word]) <= _RARE for at in where[word]
        )
        for at, _ in likely.most_common(3):
            alike = fuzz.ratio(there[at][0], text, score_cutoff=_REWORDED_ALIKE)
            if alike and there[at][1].step is not target.step:
                scored.append((-alike, at, to))
    found = []
    used: set[tuple[str, int]] = set()
    for _, at, to in sorted(scored):
        if ("from", at) not in used and ("to", to) not in used:
            used |= {("from", at), ("to", to)}
            found.append((there[at][1], here[to][1]))
    return found


def _long_words(text: str) -> set[str]:
    return {word for word in text.casefold().split() if len(word) > _LONG_WORD}


def _compare_around(
    drafts: Sequence[Draft],
    same: Sequence[tuple[_Spot, _Spot]],
    reworded: Sequence[tuple[_Spot, _Spot]],
) -> list[Move]:
    moves: list[Move] = []
    drafted: dict[Step, int] = {}
    olds: dict[Step, list[Cut]] = defaultdict(list)
    news: dict[Step, list[Cut]] = defaultdict(list)
    for n, (source, target) in enumerate((*same, *reworded)):
        letters = target.end - target.start
        move = Move(source.draft, target.draft, letters, is_reworded=n >= len(same))
        moves.append(move)
        olds[source.step].append(Cut(source.start, source.end, move))
        news[target.step].append(Cut(target.start, target.end, move))
        drafted |= {source.step: source.draft, target.step: target.draft}
    for step, number in drafted.items():
        texts = _texts(drafts[number], step)
        step.pieces = woven(*texts, _in_order(olds[step]), _in_order(news[step]))
    return moves


def _side_by_side(pairs: Sequence[tuple[_Spot, _Spot]]) -> list[tuple[_Spot, _Spot]]:
    """Sentences that followed each other there and follow each other here moved together."""
    joined: list[tuple[_Spot, _Spot]] = []
    for source, target in sorted(pairs, key=lambda pair: _place(pair[1])):
        before = joined[-1] if joined else None
        if before is not None and all(
            was.step is now.step and was.end == now.start
            for was, now in zip(before, (source, target), strict=True)
        ):
            joined[-1] = (
                before[0]._replace(end=source.end),
                before[1]._replace(end=target.end),
            )
        else:
            joined.append((source, target))
    return joined


def _place(spot: _Spot) -> tuple[int, int, int]:
    return spot.draft, spot.step.news[0], spot.start


def _in_order(cuts: Sequence[Cut]) -> list[Cut]:
    return sorted(cuts, key=lambda cut: cut.start)
