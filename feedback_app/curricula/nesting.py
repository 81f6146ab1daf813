"""Blocks of a redline put back into the lists, tables and quotations they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from feedback_app.curricula.layout import PLAIN, Box, Form, Layout
from feedback_app.curricula.redline import Block, Op, WordChange
from feedback_app.curricula.runs import Strand, cells, strands


@dataclass(slots=True)
class Node:
    """A box with what stands in it, or one block.

    Of a block, `cells` holds its strands: one list, or one for each cell of a row; `anchors`
    are the numbers of the changes that begin in it, nowhere before it.
    """

    tag: str
    value: int = 0
    children: list[Node] = field(default_factory=list)
    block: Block | None = None
    cells: list[list[Strand]] = field(default_factory=list)
    anchors: frozenset[int] = frozenset()

    @property
    def is_head(self) -> bool:
        return self.tag == "head"


class Nest:
    """The blocks of one section, which share their lists and tables."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._bare = -1
        self._with_changes = {
            box
            for block in blocks
            if block.kind is not WordChange.UNCHANGED
            for box in self._tables(block)
        }

    def _tables(self, block: Block) -> list[Box]:
        return [box for box in self._place(block, "")[1] if box.tag == "table"]

    def may_be_folded(self, block: Block) -> bool:
        """Whether a page may leave the block out: unchanged, and in no table that changed."""
        if block.kind is not WordChange.UNCHANGED:
            return False
        return not self._with_changes.intersection(self._tables(block))

    def units(self, blocks: Iterable[Block]) -> list[list[Block]]:
        """Blocks that stand beside their old selves together: a list, a table, what took the
        place of something; any other by itself."""
        units: list[list[Block]] = []
        outer: Box | None = None
        for block in blocks:
            path = self._place(block, "")[1]
            box = path[0] if path else None
            last = units[-1] if units else None
            if last and (
                (box is not None and box == outer)
                or (outer is box is None and set(last[-1].hunks) & set(block.hunks))
            ):
                last.append(block)
            else:
                units.append([block])
            outer = box
        return units

    def nodes(
        self, blocks: Iterable[Block], side: str = "", known: Iterable[int] = ()
    ) -> list[Node]:
        """The blocks as a tree; of one side ("old", "new") alone where asked for.

        `known` are changes that have their place elsewhere on the page already.
        """
        root = Node("")
        opened: list[tuple[tuple[str, int], Node]] = []
        met = set(known)
        for block in blocks:
            if not _is_on(block, side):
                continue
            layout, path = self._place(block, side)
            depth = 0
            while depth < min(len(path), len(opened)) and opened[depth][0] == _name(
                path[depth]
            ):
                depth += 1
            del opened[depth:]
            for box in path[depth:]:
                node = Node(box.tag, box.value)
                (opened[-1][1] if opened else root).children.append(node)
                opened.append((_name(box), node))
            drawn = strands(block.runs, block.old, block.new, side)
            here = frozenset(s.hunk for s in drawn if s.hunk is not None) - met
            met |= here
            is_row = layout.form is Form.ROW
            (opened[-1][1] if opened else root).children.append(
                Node(
                    layout.leaf,
                    block=block,
                    cells=cells(drawn) if is_row else [drawn],
                    anchors=here,
                )
            )
        return root.children

    def _place(self, block: Block, side: str) -> tuple[Layout, list[Box]]:
        layout = _layout(block, side)
        if layout is PLAIN and block.form is Form.ROW:
            return Layout(leaf="tr"), [Box("table", 0)]
        if layout is PLAIN and block.form is Form.LIST_ITEM:
            self._bare -= 1
            return Layout(leaf=""), [Box("ul", 0), Box("li", self._bare)]
        return layout, list(layout.path)


class Stretch(NamedTuple):
    """Blocks that follow one another and all changed, or all stayed: those a page may fold."""

    is_unchanged: bool
    blocks: int
    nodes: list[Node]


def stretches(blocks: Sequence[Block]) -> list[Stretch]:
    """A whole section as a page draws it, without the other end of anything."""
    nest = Nest(blocks)
    groups = [(same, list(run)) for same, run in groupby(blocks, nest.may_be_folded)]
    return [Stretch(same, len(run), nest.nodes(run)) for same, run in groups]


def _name(box: Box) -> tuple[str, int]:
    return box.tag, box.number


def _is_on(block: Block, side: str) -> bool:
    if side == "old":
        return block.moved_from is None and any(r.op is not Op.ADDED for r in block.runs)
    if side == "new":
        return block.moved_to is None and any(r.op is not Op.REMOVED for r in block.runs)
    return True


def _layout(block: Block, side: str) -> Layout:
    """That of the side shown; of both, the new one where there are new words."""
    stays = any(run.op is not Op.REMOVED for run in block.runs) and block.moved_to is None
    if side == "new" or (not side and stays):
        return block.new or PLAIN
    return block.old or (block.new if stays else None) or PLAIN
