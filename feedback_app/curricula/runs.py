"""Words that stayed, came or went together, and the strands of them that a page draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from feedback_app.curricula.layout import Layout


class Op(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class Run(NamedTuple):
    """Words that stayed, came or went together.

    Spans are code points of the section's canonical texts; words that came have an empty old
    span at the place where they came in, words that went an empty new one. In a paragraph that
    moved here (`Block.moved_from`) old spans count in the section it came from.
    """

    op: Op
    text: str
    hunk: int | None
    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def old_span(self) -> tuple[int, int]:
        return self.old_start, self.old_end

    @property
    def new_span(self) -> tuple[int, int]:
        return self.new_start, self.new_end


class Strand(NamedTuple):
    """A piece of a run that stands in the same tags throughout, ready to be drawn.

    `opens` says that its change begins here; `closes`, that it ends here, with the sign of
    the words that follow which must not begin a line. `address` is where words that came or
    went lead, if nothing of the other side leads there.
    """

    op: Op
    text: str
    hunk: int | None
    tags: tuple[tuple[str, str], ...] = ()
    opens: bool = False
    closes: bool = False
    sign: str = ""
    address: str = ""

    @property
    def trimmed(self) -> Strand:
        """Without the space at its ends, which no line should be drawn under."""
        return self._replace(text=self.text.strip(" "))


_SIGNS = frozenset(".,;:!?)]”’»…")
_TAB = "\t"


def strands(
    runs: Sequence[Run], old: Layout | None, new: Layout | None, side: str = ""
) -> list[Strand]:
    """The runs in pieces, each with the tags it stands in; one side alone where asked for.

    White space that came or went between words is left to the words beside it only where it
    is drawn; the text of all strands of a side is the text of its runs.
    """
    hidden = {"old": Op.ADDED, "new": Op.REMOVED}.get(side)
    shown = [run for run in runs if run.op is not hidden]
    drawn: list[Strand] = []
    opened: set[int] = set()
    held = ""
    for n, run in enumerate(shown):
        pieces = list(_cut(run, old, new))
        if held:
            pieces = list(_without_sign(pieces))
            held = ""
        follows = shown[n + 1] if n + 1 < len(shown) else None
        if run.hunk is not None and pieces:
            if run.hunk not in opened:
                opened.add(run.hunk)
                pieces[0] = pieces[0]._replace(opens=True)
            if run.op is not Op.SAME and (follows is None or follows.hunk != run.hunk):
                if follows is not None and follows.op is Op.SAME:
                    held = follows.text[:1] if follows.text[:1] in _SIGNS else ""
                pieces[-1] = pieces[-1]._replace(closes=True, sign=held)
        drawn += pieces
    return drawn


def _without_sign(pieces: Iterable[Strand]) -> Iterator[Strand]:
    first = True
    for piece in pieces:
        text = piece.text[1:] if first else piece.text
        first = False
        if text:
            yield piece._replace(text=text)


def _cut(run: Run, old: Layout | None, new: Layout | None) -> Iterator[Strand]:
    is_old = run.op is Op.REMOVED
    layout = old if is_old else new
    start, end = run.old_span if is_old else run.new_span
    marks = [m for m in layout.marks if m.start < end and m.end > start] if layout else []
    if not marks:
        yield Strand(run.op, run.text, run.hunk)
        return
    edges = {edge for mark in marks for edge in (mark.start, mark.end) if start < edge < end}
    cuts = [start, *sorted(edges), end]
    other = new if is_old else old
    known = {m.href for m in other.marks} if other else set()
    for low, high in pairwise(cuts):
        tags = tuple((m.tag, m.href) for m in marks if m.start <= low and m.end >= high)
        fresh = [href for _tag, href in tags if href and href not in known]
        address = fresh[0] if fresh and run.op is not Op.SAME else ""
        text = run.text[low - start : high - start]
        yield Strand(run.op, text, run.hunk, tags, address=address)


def cells(pieces: Iterable[Strand]) -> list[list[Strand]]:
    """The strands of a table row, cell by cell; a tab of either text begins a new one."""
    found: list[list[Strand]] = [[]]
    for piece in pieces:
        parts = piece.text.split(_TAB)
        for n, part in enumerate(parts):
            if n:
                found.append([])
            is_last = n == len(parts) - 1
            if part or (piece.closes and is_last) or (piece.opens and n == 0):
                found[-1].append(
                    piece._replace(
                        text=part,
                        opens=piece.opens and n == 0,
                        closes=piece.closes and is_last,
                        sign=piece.sign if is_last else "",
                    )
                )
    return found
