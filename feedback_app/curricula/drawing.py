"""From aligned paragraphs to the runs and numbered changes that a redline draws."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from feedback_app.curricula.drafts import Draft, Move, Piece, Step
from feedback_app.curricula.layout import PLAIN, Box, Form, Layout, Mark
from feedback_app.curricula.redline import Block, Hunk, Op, Run, SectionVersion, WordChange

_BREAK = "\n\n"
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s|\n\n")
_APART = 3


def draw(
    drafts: Sequence[Draft],
) -> list[tuple[tuple[Hunk, ...], tuple[Block, ...]]]:
    """Numbered changes and blocks of each draft, in their order."""
    drawn = [_Drawer(drafts, draft) for draft in drafts]
    for drawer in drawn:
        drawer.draw()
    return [(drawer.hunks(), tuple(drawer.blocks)) for drawer in drawn]


def steps(draft: Draft) -> Iterator[Step]:
    """The draft's steps in the order of drawing: what went stands before what came."""
    i = j = 0
    while i < len(draft.a) or j < len(draft.b):
        gone: list[Step] = []
        come: list[Step] = []
        while i < len(draft.a) and not draft.old_steps[i].news:
            gone.append(draft.old_steps[i])
            i += 1
        while j < len(draft.b) and not draft.new_steps[j].olds:
            come.append(draft.new_steps[j])
            j += 1
        yield from _arranged(gone, come)
        if i < len(draft.a) and j < len(draft.b):
            step = draft.old_steps[i]
            yield step
            i, j = step.olds[-1] + 1, step.news[-1] + 1


def _arranged(gone: list[Step], come: list[Step]) -> Iterator[Step]:
    """Old paragraphs and the new ones in their place; where counts allow, as one change."""
    if not gone or not come:
        yield from gone or come
        return
    plain_gone = [step for step in gone if step.kind is WordChange.REMOVED]
    plain_come = [step for step in come if step.kind is WordChange.ADDED]
    if len(gone) == len(come) == len(plain_gone) == len(plain_come):
        for old, new in zip(gone, come, strict=True):
            old.shared = new.shared = []
            yield old
            yield new
        return
    if plain_gone and plain_come and 1 in (len(plain_gone), len(plain_come)):
        shared: list[int] = []
        for step in (*plain_gone, *plain_come):
            step.shared = shared
    yield from gone
    yield from come


class _Drawer:
    """Numbers the changes of one draft while it makes the blocks."""

    def __init__(self, drafts: Sequence[Draft], draft: Draft) -> None:
        self.drafts, self.draft = drafts, draft
        self.blocks: list[Block] = []
        self._spans: list[list[int]] = []
        self._moves: list[tuple[Move, bool] | None] = []
        self._lost_blanks: set[int] = set()
        self._old_at = self._new_at = 0
        self._boxes = _boxes_that_live_on(draft)

    def draw(self) -> None:
        for step in steps(self.draft):
            if step.kind is WordChange.UNCHANGED:
                self._unchanged(step)
            elif step.kind is WordChange.MOVED:
                self._moved(step)
            else:
                self._changed(step)

    def hunks(self) -> tuple[Hunk, ...]:
        key = self.draft.key
        found = []
        for n, (span, moved) in enumerate(zip(self._spans, self._moves, strict=True), 1):
            a1, a2, b1, b2 = span
            if moved is None:
                found.append(Hunk(key, n, self._kind(n, span), a1, a2, b1, b2))
                continue
            move, here = moved
            other = self.drafts[move.source if here else move.target].key
            found.append(
                Hunk(
                    key, n, WordChange.MOVED, a1, a2, b1, b2,
                    moved_from=other if here else None,
                    moved_to=None if here else other,
                    partner=move.numbers.get(not here),
                    is_reworded=move.is_reworded,
                )
            )  # fmt: skip
        return tuple(found)

    def _kind(self, number: int, span: list[int]) -> WordChange:
        a1, a2, b1, b2 = span
        if a1 < a2 and b1 < b2:
            return WordChange.REWORDED
        if a1 < a2 or number in self._lost_blanks:
            return WordChange.REMOVED
        return WordChange.ADDED

    def _number(
        self, span: tuple[int, int, int, int], moved: tuple[Move, bool] | None = None
    ) -> int:
        self._spans.append(list(span))
        self._moves.append(moved)
        if moved:
            moved[0].numbers[moved[1]] = len(self._spans)
        return len(self._spans)

    def _widen(self, number: int, span: tuple[int, int, int, int]) -> None:
        a1, a2, b1, b2 = span
        mine = self._spans[number - 1]
        if a2 > a1:
            empty = mine[0] == mine[1]
            mine[0], mine[1] = (a1, a2) if empty else (min(mine[0], a1), max(mine[1], a2))
        if b2 > b1:
            empty = mine[2] == mine[3]
            mine[2], mine[3] = (b1, b2) if empty else (min(mine[2], b1), max(mine[3], b2))

    def _unchanged(self, step: Step) -> None:
        i, j = step.olds[0], step.news[0]
        text, a, b = self.draft.b[j], self.draft.a_at[i], self.draft.b_at[j]
        self._old_at, self._new_at = a + len(text), b + len(text)
        run = Run(Op.SAME, text, None, a, self._old_at, b, self._new_at)
        old, new = self._old_look([i]), _layout(self.draft.new, [j])
        if _same_look(old, new, b - a):
            old = None
        self.blocks.append(
            Block(WordChange.UNCHANGED, self._form(step), (run,), old=old, new=new)
        )

    def _old_look(self, parts: Sequence[int]) -> Layout | None:
        """In the boxes of the new text where these live on, else in boxes of its own."""
        found = _layout(self.draft.old, parts)
        if found is None:
            return None
        path = tuple(
            self._boxes.get(box.number, box._replace(number=-box.number))._replace(
                value=box.value
            )
            for box in found.path
        )
        return found._replace(path=path)

    def _form(self, step: Step) -> Form:
        if step.news:
            return self._new_form(step.news[0])
        i = step.olds[0]
        return self.draft.old.form(i, self.draft.a[i]) if self.draft.old else Form.OTHER

    def _new_form(self, j: int) -> Form:
        return self.draft.new.form(j, self.draft.b[j]) if self.draft.new else Form.OTHER

    def _moved(self, step: Step) -> None:
        move = step.move
        if move is None:
            raise LookupError("a moved paragraph without its move")
        here = step.origin is not None
        if here:
            there, at = step.origin  # type: ignore[misc]  # `here` says it is not None
            old, new = there.a[at], self.draft.b[step.news[0]]
            a, b = there.a_at[at], self.draft.b_at[step.news[0]]
            span = (self._old_at, self._old_at, b, b + len(new))
            self._new_at = b + len(new)
            drawn = runs(old, new, step.pieces, a, b)
            looks = _layout(there.old, [at]), _layout(self.draft.new, step.news)
        else:
            old, a = self.draft.a[step.olds[0]], self.draft.a_at[step.olds[0]]
            span = (a, a + len(old), self._new_at, self._new_at)
            self._old_at = a + len(old)
            drawn = [Run(Op.REMOVED, old, None, a, a + len(old), self._new_at, self._new_at)]
            looks = self._old_look(step.olds), None
        number = move.numbers.get(here)
        if number is None:
            number = self._number(span, (move, here))
        else:
            self._widen(number, span)
        other = self.drafts[move.source if here else move.target].key
        self.blocks.append(
            Block(
                WordChange.MOVED,
                self._form(step),
                tuple(run._replace(hunk=number) for run in drawn),
                old_break=not here,
                new_break=here,
                moved_from=other if here else None,
                moved_to=None if here else other,
                old=looks[0],
                new=looks[1],
            )
        )

    def _changed(self, step: Step) -> None:
        draft = self.draft
        old = _BREAK.join(draft.a[i] for i in step.olds)
        new = _BREAK.join(draft.b[j] for j in step.news)
        a = draft.a_at[step.olds[0]] if step.olds else self._old_at
        b = draft.b_at[step.news[0]] if step.news else self._new_at
        numbers = [0] * len(step.pieces)
        for group in _readable(step.pieces, old, new):
            number = self._group_number(step, [step.pieces[n] for n in group], a, b)
            for n in group:
                numbers[n] = number
        drawn = runs(old, new, step.pieces, a, b, numbers)
        if not drawn:
            op = Op.ADDED if step.news else Op.REMOVED
            if not step.news:
                self._lost_blanks.add(numbers[0])
            drawn = [Run(op, "", numbers[0], a, a, b, b)]
        self._old_at, self._new_at = a + len(old), b + len(new)
        if len(step.news) > 1:
            self._divided(step, drawn)
            return
        gone, come = self._whole_move(step)
        self.blocks.append(
            Block(
                WordChange.MOVED if gone or come else step.kind,
                self._form(step),
                tuple(drawn),
                old_break=bool(step.olds),
                new_break=bool(step.news),
                moved_from=come,
                moved_to=gone,
                old=self._old_look(step.olds),
                new=_layout(draft.new, step.news),
            )
        )

    def _whole_move(self, step: Step) -> tuple[str | None, str | None]:
        """Where a paragraph went, and whence it came, when all its sentences moved."""
        moves = [piece.move for piece in step.pieces if piece.move]
        if step.kind is WordChange.REWORDED or not moves or len(moves) < len(step.pieces):
            return None, None
        if step.news:
            return None, self.drafts[moves[0].source].key
        return self.drafts[moves[0].target].key, None

    def _group_number(self, step: Step, pieces: list[Piece], a: int, b: int) -> int:
        first, last = pieces[0], pieces[-1]
        span = (
            a + first.old_start, a + last.old_end, b + first.new_start, b + last.new_end
        )  # fmt: skip
        if first.move:
            here = first.new_end > first.new_start
            return self._number(span, (first.move, here))
        if step.shared:
            self._widen(step.shared[0], span)
            return step.shared[0]
        number = self._number(span)
        if step.shared is not None:
            step.shared.append(number)
        return number

    def _divided(self, step: Step, drawn: list[Run]) -> None:
        """One block for each new paragraph; the break itself is drawn by what follows it."""
        parts: list[list[Run]] = [[]]
        old_breaks = [True]
        for run in drawn:
            pieces = [run.text] if run.op is Op.REMOVED else run.text.split(_BREAK)
            a, b = run.old_start, run.new_start
            for n, text in enumerate(pieces):
                if n:
                    parts.append([])
                    old_breaks.append(run.op is Op.SAME)
                    a, b = a + 2 * (run.op is Op.SAME), b + 2
                if text or _only_sign(run, parts[-1], n, len(pieces)):
                    parts[-1].append(_part(run, text, a, b))
                if run.op is not Op.ADDED:
                    a += len(text)
                if run.op is not Op.REMOVED:
                    b += len(text)
        old = self._old_look(step.olds)
        for n, part in enumerate(parts):
            form = self._new_form(step.news[n])
            kind = WordChange.REWORDED
            if all(run.op is Op.SAME for run in part) and old_breaks[n]:
                kind = WordChange.UNCHANGED
            new = _layout(self.draft.new, [step.news[n]])
            self.blocks.append(
                Block(kind, form, tuple(part), old_break=old_breaks[n], old=old, new=new)
            )


def _layout(section: SectionVersion | None, parts: Sequence[int]) -> Layout | None:
    """How these parts stand on the page together; nothing where they are plain paragraphs."""
    if section is None or not section.layouts or not parts:
        return None
    first = section.layout(parts[0])
    marks: tuple[Mark, ...] = sum((section.layout(n).marks for n in parts), ())
    found = first._replace(marks=marks)
    return None if found == PLAIN else found


def _boxes_that_live_on(draft: Draft) -> dict[int, Box]:
    """Which list, item or table of the old text is which of the new one: those that share a
    part, from the outermost in."""
    found: dict[int, Box] = {}
    if draft.old is None or draft.new is None or not draft.old.layouts:
        return found
    for i, step in draft.old_steps.items():
        if not step.news:
            continue
        olds, news = draft.old.layout(i).path, draft.new.layout(step.news[0]).path
        for old, new in zip(olds, news, strict=False):
            if old.tag != new.tag:
                break
            found.setdefault(old.number, new)
    return found


def _same_look(old: Layout | None, new: Layout | None, shift: int) -> bool:
    """Whether words that stayed look as they did: same tags and marks, wherever they stand."""
    one, other = old or PLAIN, new or PLAIN
    moved = tuple(m._replace(start=m.start + shift, end=m.end + shift) for m in one.marks)
    tags = [[box.tag for box in layout.path] for layout in (one, other)]
    return tags[0] == tags[1] and one.leaf == other.leaf and moved == other.marks


def _only_sign(run: Run, part: Sequence[Run], piece: int, pieces: int) -> bool:
    """Whether nothing but a new break tells of this change here."""
    if run.op is not Op.ADDED or piece or pieces == 1:
        return False
    return all(other.hunk != run.hunk for other in part)


def _part(run: Run, text: str, a: int, b: int) -> Run:
    old_end = a + (len(text) if run.op is not Op.ADDED else 0)
    new_end = b + (len(text) if run.op is not Op.REMOVED else 0)
    return Run(run.op, text, run.hunk, a, old_end, b, new_end)


def runs(
    old: str,
    new: str,
    pieces: Sequence[Piece],
    a: int = 0,
    b: int = 0,
    numbers: Sequence[int] | None = None,
) -> list[Run]:
    """Two wordings as runs, old words before new ones; spans are shifted by `a` and `b`."""
    drawn: list[Run] = []
    i = j = 0
    for n, (a1, a2, b1, b2, _) in enumerate(pieces):
        number = numbers[n] if numbers else None
        if a1 > i:
            drawn.append(Run(Op.SAME, new[j:b1], None, a + i, a + a1, b + j, b + b1))
        if a2 > a1:
            drawn.append(Run(Op.REMOVED, old[a1:a2], number, a + a1, a + a2, b + b1, b + b1))
        if b2 > b1:
            drawn.append(Run(Op.ADDED, new[b1:b2], number, a + a2, a + a2, b + b1, b + b2))
        i, j = a2, b2
    if i < len(old):
        drawn.append(Run(Op.SAME, old[i:], None, a + i, a + len(old), b + j, b + len(new)))
    return drawn


def _readable(pieces: Sequence[Piece], old: str, new: str) -> list[list[int]]:
    """Edits few words apart in one sentence are one change."""
    groups: list[list[int]] = []
    for n, piece in enumerate(pieces):
        before = pieces[n - 1] if n else None
        if (
            before is not None
            and before.move is None
            and piece.move is None
            and _near(old[before.old_end : piece.old_start], before, old, new)
        ):
            groups[-1].append(n)
        else:
            groups.append([n])
    return groups


def _near(between: str, before: Piece, old: str, new: str) -> bool:
    if len(between.split()) >= _APART:
        return False
    ended = new[: before.new_end][-2:] if before.new_end > before.new_start else ""
    return not _SENTENCE_END.search(ended + between)
