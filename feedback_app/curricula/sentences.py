"""Sentences that left one paragraph and came into another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from feedback_app.curricula.drafts import BREAK, Draft, Move, Piece, Step

_SENTENCE = re.compile(r"\S(?:[^\n]|\n(?!\n))*?(?:[.!?…][\"'”’»)\]]*(?=\s|\Z)|\Z|(?=\n\n))\s*")
_LETTERS = 25
_WORDS = 5
_SIGNS = 2


class _Spot(NamedTuple):
    """A sentence of one piece of one step; whose side, the list it stands in says."""

    draft: int
    step: Step
    piece: int
    start: int
    end: int


def mark_moved_sentences(drafts: Sequence[Draft]) -> list[Move]:
    """Cut sentences that went here and came there out of their edits, and return the moves.

    Only sentences of five words and more that went once and came once: which one of several
    alike moved, nobody could say.
    """
    gone: dict[str, list[_Spot]] = defaultdict(list)
    come: dict[str, list[_Spot]] = defaultdict(list)
    for n, draft in enumerate(drafts):
        for step in _changed_steps(draft):
            old = BREAK.join(draft.a[i] for i in step.olds)
            new = BREAK.join(draft.b[j] for j in step.news)
            for at, (a1, a2, b1, b2, _) in enumerate(step.pieces):
                for start, end in _sentences(old, a1, a2):
                    gone[old[start:end].strip()].append(_Spot(n, step, at, start, end))
                for start, end in _sentences(new, b1, b2):
                    come[new[start:end].strip()].append(_Spot(n, step, at, start, end))
    return _cut_out(gone, come)


def _changed_steps(draft: Draft) -> list[Step]:
    steps = dict.fromkeys((*draft.old_steps.values(), *draft.new_steps.values()))
    return [step for step in steps if step.pieces and step.origin is None]


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start < _LETTERS:
        return
    for found in _SENTENCE.finditer(text, start, end):
        if found.end() - found.start() >= _LETTERS and found[0].count(" ") >= _WORDS - 1:
            yield found.span()


def _cut_out(gone: dict[str, list[_Spot]], come: dict[str, list[_Spot]]) -> list[Move]:
    moves: list[Move] = []
    cuts: dict[Step, dict[int, tuple[_Cuts, _Cuts]]] = defaultdict(
        lambda: defaultdict(lambda: ([], []))
    )
    for sentence, sources in gone.items():
        targets = come.get(sentence, ())
        if len(sources) != 1 or len(targets) != 1:
            continue
        source, target = sources[0], targets[0]
        if source.step is target.step and source.piece == target.piece:
            continue
        move = Move(source.draft, target.draft, len(sentence))
        moves.append(move)
        cuts[source.step][source.piece][0].append((source.start, source.end, move))
        cuts[target.step][target.piece][1].append((target.start, target.end, move))
    for step, places in cuts.items():
        step.pieces = [
            part
            for at, piece in enumerate(step.pieces)
            for part in (_divided(piece, *places[at]) if at in places else [piece])
        ]
    return moves


_Cuts = list[tuple[int, int, Move]]


def _divided(piece: Piece, olds: _Cuts, news: _Cuts) -> list[Piece]:
    """The piece in order: what went, then what came; its plain remainders stay together."""
    a1, a2, b1, b2, _ = piece
    parts = [Piece(s, e, b1, b1, move) for s, e, move in _filled(a1, a2, olds)]
    for start, end, move in _filled(b1, b2, news):
        before = parts[-1] if parts else None
        if before and before.move is None and move is None and before.old_end == a2:
            parts[-1] = Piece(before.old_start, a2, start, end)
        else:
            parts.append(Piece(a2, a2, start, end, move))
    return parts


def _filled(start: int, end: int, cuts: _Cuts) -> list[tuple[int, int, Move | None]]:
    """The span in parts; the few signs beside a sentence are no change of their own."""
    parts: list[tuple[int, int, Move | None]] = []
    at = start
    for low, high, move in sorted(cuts, key=lambda cut: cut[0]):
        if low - at > _SIGNS:
            parts.append((at, low, None))
            at = low
        parts.append((at, high, move))
        at = high
    if 0 < end - at <= _SIGNS and parts:
        parts[-1] = (parts[-1][0], end, parts[-1][2])
    elif at < end:
        parts.append((at, end, None))
    return parts
