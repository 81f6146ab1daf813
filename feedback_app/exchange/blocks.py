"""Paragraphs, list items and tables on their way from a file to Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from feedback_app.exchange.inline import Line, escape_line


@dataclass
class Block:
    """One paragraph, list item or table.

    `kind` is paragraph, item, more (a further paragraph of an item), quote, code, rule or
    table. `level` is a heading's level in the
    file (0 the document's title, None no heading). `label` is a list item's number or letter
    as the file shows it, empty for bullets.
    """

    kind: str
    line: Line = field(default_factory=lambda: Line("", ""))
    level: int | None = None
    depth: int = 0
    number: int | None = None
    label: str = ""
    rows: list[list[Cell]] = field(default_factory=list)
    has_head: bool = False
    ref: str = ""
    key: str = ""

    @property
    def plain(self) -> str:
        if self.kind == "table":
            return " ".join(cell.plain for row in self.rows for cell in row)
        return self.line.plain


@dataclass
class Cell:
    """A table cell and the blocks inside it."""

    blocks: list[Block] = field(default_factory=list)

    @property
    def plain(self) -> str:
        return " ".join(block.plain for block in self.blocks if block.plain)


def write_blocks(blocks: Iterable[Block]) -> str:
    """Return Markdown: list items on neighboring lines, an empty line between other blocks."""
    out = _Writer()
    for block in blocks:
        out.add(block)
    return "\n".join(out.lines).strip("\n")


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.indents: list[tuple[int, int]] = []
        self.counts: dict[int, tuple[int, str]] = {}
        self.last = ""

    def add(self, block: Block) -> None:
        last, self.last = self.last, block.kind
        if block.kind == "item":
            self.item(block)
            return
        if block.kind == "more" and self.indents:
            self.more(block)
            return
        self.indents.clear()
        self.counts.clear()
        text = _block_text(block)
        if text and block.kind == last == "quote":
            self.lines += [">", text]
        elif text:
            self.lines += ["", text]

    def more(self, block: Block) -> None:
        """One more paragraph of the item above that stands as deep."""
        while len(self.indents) > 1 and self.indents[-1][0] > block.depth:
            self.indents.pop()
        self.counts = {d: c for d, c in self.counts.items() if d < len(self.indents)}
        pad = " " * self.indents[-1][1]
        if block.line.markdown:
            self.lines += ["", pad + block.line.markdown.replace("\n", "\n" + pad)]

    def item(self, block: Block) -> None:
        """Nest by the width of the marks above; a new list of numbers gets another sign."""
        if not block.line.markdown:
            return
        while self.indents and self.indents[-1][0] >= block.depth:
            self.counts = {d: c for d, c in self.counts.items() if d <= self.indents[-1][0]}
            self.indents.pop()
        indent = self.indents[-1][1] if self.indents else 0
        first = not self.counts
        mark = self.mark(block, len(self.indents))
        needs_gap = not self.indents or block.number not in (None, 1)
        if first or (mark.starts_list and needs_gap):
            self.lines.append("")
        pad = " " * indent
        inner = pad + " " * len(mark.text)
        words = f"{escape_line(block.label)} " if block.label and block.number is None else ""
        text = words + block.line.markdown.replace("\n", "\n" + inner)
        self.lines.append(f"{pad}{mark.text}{text}")
        self.indents.append((block.depth, indent + len(mark.text)))

    def mark(self, block: Block, depth: int) -> _Mark:
        last, sign = self.counts.get(depth, (-1, ""))
        if block.number is None:
            starts = sign != "-"
            self.counts[depth] = (0, "-")
            return _Mark("- ", starts)
        starts = sign not in (".", ")") or block.number != last + 1
        if starts:
            sign = ")" if sign == "." else "."
        self.counts[depth] = (block.number, sign)
        return _Mark(f"{block.number}{sign} ", starts)


@dataclass(frozen=True)
class _Mark:
    text: str
    starts_list: bool


def _block_text(block: Block) -> str:
    text = block.line.markdown
    if block.kind == "table":
        return write_table(block.rows, has_head=block.has_head)
    if block.kind == "rule":
        return "***"
    if block.kind == "code":
        return _fenced(block.line.plain)
    if not text:
        return ""
    if block.level is not None:
        return f"{'#' * min(6, max(1, block.level))} {text}".replace("\\\n", " ")
    if block.kind == "quote":
        return "> " + text.replace("\n", "\n> ")
    return text


def write_table(rows: Sequence[Sequence[Cell]], *, has_head: bool) -> str:
    """Return a table; without a head of its own it gets an empty one, which is not drawn."""
    drawn = [[cell_line(cell) for cell in row] for row in rows]
    width = max((len(row) for row in drawn), default=0)
    if not width or not any(any(row) for row in drawn):
        return ""
    head = drawn.pop(0) if has_head else []
    lines = [_row(head, width), "|" + " --- |" * width]
    return "\n".join(lines + [_row(row, width) for row in drawn])


def cell_line(cell: Cell) -> str:
    """Join a cell's paragraphs: after a full stop by a space, else by a semicolon."""
    parts = []
    for block in cell.blocks:
        text = cell_line(Cell([b for row in block.rows for c in row for b in c.blocks]))
        text = text or block.line.markdown.replace("\\\n", " ")
        label = escape_line(block.label) if block.kind == "item" else ""
        if text:
            parts.append(f"{label} {text}" if label else text)
    joined = ""
    for part in parts:
        gap = " " if re.search(r"[.!?:;,…][*_”\")\]]*$", joined) else "; "
        joined = f"{joined}{gap}{part}" if joined else part
    return re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\\|", joined)


def _row(cells: Sequence[str], width: int) -> str:
    return "| " + " | ".join([*cells, *[""] * (width - len(cells))]) + " |"


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
