"""Two wordings compared around the parts of them that moved elsewhere or came from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from feedback_app.curricula.drafts import Move, Piece
from feedback_app.curricula.wholes import text_edits


class Cut(NamedTuple):
    """Code points [start, end) of one wording that moved as a whole."""

    start: int
    end: int
    move: Move


def woven(old: str, new: str, olds: Sequence[Cut], news: Sequence[Cut]) -> list[Piece]:
    """The edits between what is left of both wordings without the cuts, and the cuts among
    them as pieces of their own; cuts come sorted and do not overlap."""
    weaver = _Weaver(olds, news)
    for kind, length in _stretches(_without(old, olds), _without(new, news)):
        weaver.add(kind, length)
    weaver.cut()
    return _tidy(weaver.pieces, old, new)


def _without(text: str, cuts: Sequence[Cut]) -> str:
    kept = []
    at = 0
    for cut in cuts:
        kept.append(text[at : cut.start])
        at = cut.end
    return "".join((*kept, text[at:]))


def _stretches(old: str, new: str) -> Iterator[tuple[str, int]]:
    """Lengths in order: words that stayed, went, came."""
    i = 0
    for a1, a2, b1, b2 in text_edits(old, new):
        yield "same", a1 - i
        yield "gone", a2 - a1
        yield "come", b2 - b1
        i = a2
    yield "same", len(old) - i


class _Weaver:
    """Walks both whole wordings while the stretches count what is left of them."""

    def __init__(self, olds: Sequence[Cut], news: Sequence[Cut]) -> None:
        self.olds, self.news = list(olds), list(news)
        self.pieces: list[Piece] = []
        self.i = self.j = 0

    def add(self, kind: str, length: int) -> None:
        while length:
            self.cut()
            step = length
            if kind != "come" and self.olds:
                step = min(step, self.olds[0].start - self.i)
            if kind != "gone" and self.news:
                step = min(step, self.news[0].start - self.j)
            a = self.i + step * (kind != "come")
            b = self.j + step * (kind != "gone")
            if kind != "same":
                self.mark(Piece(self.i, a, self.j, b))
            self.i, self.j = a, b
            length -= step

    def cut(self) -> None:
        """Whatever moved away from, or to, the place at hand."""
        while self.olds and self.olds[0].start == self.i:
            cut = self.olds.pop(0)
            self.pieces.append(Piece(cut.start, cut.end, self.j, self.j, cut.move))
            self.i = cut.end
        while self.news and self.news[0].start == self.j:
            cut = self.news.pop(0)
            self.pieces.append(Piece(self.i, self.i, cut.start, cut.end, cut.move))
            self.j = cut.end

    def mark(self, piece: Piece) -> None:
        before = self.pieces[-1] if self.pieces else None
        if (
            before is not None
            and before.move is None
            and before.old_end == piece.old_start
            and before.new_end == piece.new_start
        ):
            self.pieces[-1] = Piece(
                before.old_start, piece.old_end, before.new_start, piece.new_end
            )
        else:
            self.pieces.append(piece)


def _tidy(pieces: Sequence[Piece], old: str, new: str) -> list[Piece]:
    """White space and signs beside words that moved are no change of their own."""
    kept: list[Piece] = []
    for piece in pieces:
        before = kept[-1] if kept else None
        if before is not None and _belongs(before, piece, old, new):
            kept[-1] = _joined(before, piece)
        else:
            kept.append(piece)
    return kept


def _belongs(before: Piece, piece: Piece, old: str, new: str) -> bool:
    if (before.move is None) == (piece.move is None):
        return False
    if before.old_end != piece.old_start or before.new_end != piece.new_start:
        return False
    plain, moved = (before, piece) if before.move is None else (piece, before)
    a1, a2, b1, b2, _ = plain
    one_side = b1 == b2 if moved.old_end > moved.old_start else a1 == a2
    return one_side and not any(sign.isalnum() for sign in old[a1:a2] + new[b1:b2])


def _joined(before: Piece, piece: Piece) -> Piece:
    return Piece(
        before.old_start,
        piece.old_end,
        before.new_start,
        piece.new_end,
        before.move or piece.move,
    )
