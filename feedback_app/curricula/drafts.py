"""Two revisions while they are compared: which paragraph became, or moved to, which."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from feedback_app.curricula import alignment
from feedback_app.curricula.cells import TAB, row_edits
from feedback_app.curricula.redline import SectionVersion, WordChange
from feedback_app.curricula.wholes import text_edits
from feedback_app.curricula.words import Edit, Tokens, tokens, word_edits

BREAK = "\n\n"
_ALIKE = 0.12
_MOVED_ALIKE = 0.6
_MOVED_LETTERS = 20
_MOVED_WORDS = 5
_RARE = 6
_SHORT = 3


@dataclass(eq=False, slots=True)
class Move:
    """Words that left one section (or place) for another; both ends get one number each."""

    source: int
    target: int
    letters: int = 0
    numbers: dict[bool, int] = field(default_factory=dict)
    is_reworded: bool = False


class Piece(NamedTuple):
    """An edit, or the part of one that moved as a whole."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    move: Move | None = None


@dataclass(eq=False, slots=True)
class Step:
    """One thing drawn: some old paragraphs, some new ones, and how they differ."""

    olds: list[int]
    news: list[int]
    kind: WordChange
    pieces: list[Piece] = field(default_factory=list)
    move: Move | None = None
    origin: tuple[Draft, int] | None = None
    shared: list[int] | None = None


class Draft:
    """One pair of sections while it is compared."""

    def __init__(self, old: SectionVersion | None, new: SectionVersion | None) -> None:
        self.old, self.new = old, new
        self.a = old.text.split(BREAK) if old and old.text else []
        self.b = new.text.split(BREAK) if new and new.text else []
        self.a_at, self.b_at = _starts(self.a), _starts(self.b)
        self.old_steps: dict[int, Step] = {}
        self.new_steps: dict[int, Step] = {}
        self._old_words: dict[int, Tokens] = {}
        self._new_words: dict[int, Tokens] = {}

    @property
    def key(self) -> str:
        section = self.new or self.old
        return section.key if section else ""

    @property
    def old_key(self) -> str:
        return self.old.key if self.old else ""

    @property
    def letters(self) -> int:
        return sum(map(len, self.b if self.new else self.a))

    def old_words(self, i: int) -> Tokens:
        if i not in self._old_words:
            self._old_words[i] = tokens(self.a[i])
        return self._old_words[i]

    def new_words(self, j: int) -> Tokens:
        if j not in self._new_words:
            self._new_words[j] = tokens(self.b[j])
        return self._new_words[j]

    def changed_weights(self, i: int, j: int) -> list[Piece]:
        """Words that stayed but lead elsewhere or are stressed otherwise: a change, too."""
        if self.old is None or self.new is None:
            return []
        gone = self.old.weights(i, self.a_at[i])
        come = self.new.weights(j, self.b_at[j])
        pieces: list[Piece] = []
        for start, end, *_ in sorted(gone ^ come):
            if not pieces or start >= pieces[-1].old_end:
                pieces.append(Piece(start, end, start, end))
        return pieces

    def left(self) -> tuple[list[int], list[int]]:
        """Paragraphs without a counterpart so far."""
        olds = [i for i in range(len(self.a)) if i not in self.old_steps]
        return olds, [j for j in range(len(self.b)) if j not in self.new_steps]

    def settle(self, step: Step) -> None:
        self.old_steps.update(dict.fromkeys(step.olds, step))
        self.new_steps.update(dict.fromkeys(step.news, step))


def _starts(blocks: Sequence[str]) -> list[int]:
    return [0, *accumulate(len(block) + len(BREAK) for block in blocks)][: len(blocks)]


def align(drafts: Sequence[Draft]) -> list[Move]:
    """Give every paragraph of every draft its step; the moves between places are returned."""
    for draft in drafts:
        for i, j in alignment.equal_blocks(draft.a, draft.b):
            pieces = draft.changed_weights(i, j)
            kind = WordChange.REWORDED if pieces else WordChange.UNCHANGED
            draft.settle(Step([i], [j], kind, pieces))
    moved = _same_elsewhere(drafts)
    known: dict[tuple[str, str], list[Edit]] = {}
    for draft in drafts:
        _pair_reworded(draft, known)
    moved += _alike_elsewhere(drafts)
    for draft in drafts:
        for i in draft.left()[0]:
            draft.settle(Step([i], [], WordChange.REMOVED, [Piece(0, len(draft.a[i]), 0, 0)]))
        for j in draft.left()[1]:
            draft.settle(Step([], [j], WordChange.ADDED, [Piece(0, 0, 0, len(draft.b[j]))]))
    return _one_move_for_neighbors(drafts, moved)


class _Place(NamedTuple):
    draft: int
    at: int


def _same_elsewhere(drafts: Sequence[Draft]) -> list[tuple[_Place, _Place]]:
    """Paragraphs that stand word for word elsewhere, where it is clear which is which."""
    gone: dict[str, list[_Place]] = defaultdict(list)
    come: dict[str, list[_Place]] = defaultdict(list)
    for n, draft in enumerate(drafts):
        olds, news = draft.left()
        for i in olds:
            gone[draft.a[i]].append(_Place(n, i))
        for j in news:
            come[draft.b[j]].append(_Place(n, j))
    moved = []
    for text, places in gone.items():
        others = come.get(text, [])
        if len(text) >= _MOVED_LETTERS and len(places) == len(others):
            moved += list(zip(places, others, strict=True))
    for source, target in moved:
        _settle_move(drafts, source, target, [])
    return moved


def _settle_move(
    drafts: Sequence[Draft], source: _Place, target: _Place, pieces: list[Piece]
) -> None:
    here, there = drafts[target.draft], drafts[source.draft]
    there.settle(Step([source.at], [], WordChange.MOVED))
    here.settle(Step([], [target.at], WordChange.MOVED, pieces, origin=(there, source.at)))


def _pair_reworded(draft: Draft, known: dict[tuple[str, str], list[Edit]]) -> None:
    """`known` are the edits of pairs met before: forms say the same a hundred times."""
    for olds, news in _gaps(draft):
        groups = alignment.pair_paragraphs(
            olds, news, draft.old_words, draft.new_words, draft.a, draft.b
        )
        for group in groups:
            _settle_reworded(draft, group, known)


def _gaps(draft: Draft) -> list[tuple[list[int], list[int]]]:
    """What is left between two paragraphs that stayed, side by side."""
    fixed = [(i, step.news[0]) for i, step in draft.old_steps.items() if step.news]
    fixed.sort()
    olds, news = draft.left()
    gaps: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    firsts, seconds = [i for i, _ in fixed], [j for _, j in fixed]
    for i in olds:
        gaps[bisect_right(firsts, i)][0].append(i)
    for j in news:
        gaps[bisect_right(seconds, j)][1].append(j)
    return [gaps[n] for n in sorted(gaps)]


def _settle_reworded(
    draft: Draft, group: alignment.Group, known: dict[tuple[str, str], list[Edit]]
) -> None:
    if len(group.olds) == 1 and len(group.news) == 1:
        old, new = draft.a[group.olds[0]], draft.b[group.news[0]]
        in_rows = TAB in old and TAB in new
    else:
        old = BREAK.join(draft.a[i] for i in group.olds)
        new = BREAK.join(draft.b[j] for j in group.news)
        in_rows = False
    edits = known.get((old, new))
    if edits is None:
        edits = known[old, new] = row_edits(old, new) if in_rows else text_edits(old, new)
    if _kept(edits, old, new) >= _ALIKE:
        pieces = [Piece(*edit) for edit in edits]
        draft.settle(Step(group.olds, group.news, WordChange.REWORDED, pieces))


def _kept(edits: Iterable[Edit], old: str, new: str) -> float:
    """Share of both wordings that is the same, 0 … 1."""
    changed = sum(a2 - a1 + b2 - b1 for a1, a2, b1, b2 in edits)
    return 1 - changed / ((len(old) + len(new)) or 1)


def _alike_elsewhere(drafts: Sequence[Draft]) -> list[tuple[_Place, _Place]]:
    """Paragraphs that moved and were reworded: rare words propose, the word diff decides."""
    gone = [_Place(n, i) for n, draft in enumerate(drafts) for i in draft.left()[0]]
    come = [_Place(n, j) for n, draft in enumerate(drafts) for j in draft.left()[1]]
    where: dict[str, list[_Place]] = defaultdict(list)
    for place in gone if come else ():
        keys = set(drafts[place.draft].old_words(place.at).keys)
        for key in keys if len(keys) > _MOVED_WORDS else ():
            if len(key) > _SHORT:
                where[key].append(place)
    found = []
    for target in come if where else ():
        new = drafts[target.draft].new_words(target.at)
        likely: Counter[_Place] = Counter()
        for key in set(new.keys):
            places = where.get(key, ())
            if len(places) <= _RARE:
                for place in places:
                    likely[place] += len(key)
        for source, _ in likely.most_common(2):
            old = drafts[source.draft].old_words(source.at)
            if not _worth_comparing(old, new):
                continue
            edits = word_edits(old, new)
            kept = _kept(edits, old.text, new.text)
            if kept >= _MOVED_ALIKE:
                found.append((kept, source, target, edits))
    return _best_first(drafts, found)


def _worth_comparing(old: Tokens, new: Tokens) -> bool:
    mine, others = set(old.keys), set(new.keys)
    return 2 * len(mine & others) >= _MOVED_ALIKE * min(len(mine), len(others))


def _best_first(
    drafts: Sequence[Draft], found: list[tuple[float, _Place, _Place, list[Edit]]]
) -> list[tuple[_Place, _Place]]:
    moved: list[tuple[_Place, _Place]] = []
    taken: set[tuple[bool, _Place]] = set()
    for _, source, target, edits in sorted(found, key=lambda f: (-f[0], f[1], f[2])):
        if (False, source) in taken or (True, target) in taken:
            continue
        taken |= {(False, source), (True, target)}
        _settle_move(drafts, source, target, [Piece(*edit) for edit in edits])
        moved.append((source, target))
    return moved


def _one_move_for_neighbors(
    drafts: Sequence[Draft], moved: list[tuple[_Place, _Place]]
) -> list[Move]:
    """Paragraphs that moved side by side are one change."""
    result: list[Move] = []
    before: tuple[_Place, _Place] | None = None
    for source, target in sorted(moved, key=lambda pair: (pair[1], pair[0])):
        follows = (_Place(source.draft, source.at - 1), _Place(target.draft, target.at - 1))
        if before != follows:
            result.append(Move(source.draft, target.draft))
        move = result[-1]
        move.letters += len(drafts[target.draft].b[target.at])
        drafts[source.draft].old_steps[source.at].move = move
        step = drafts[target.draft].new_steps[target.at]
        step.move = move
        move.is_reworded = move.is_reworded or bool(step.pieces)
        before = (source, target)
    return result
