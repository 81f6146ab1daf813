"""The signs between which a Word file's remarks stand, handed out in the order of the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

Element = Any  # lxml's elements have no usable types


@dataclass(frozen=True)
class Span:
    """A remark's number and its place in the section's canonical text, in code points."""

    number: int
    start: int
    end: int


class Marks:
    """Hands out the signs of remarks in the order of the text; each is opened before closed."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.starts = sorted(spans, key=lambda span: (span.start, -span.end, span.number))
        self.ends = sorted(spans, key=lambda span: (span.end, -span.start, -span.number))
        self.opened = self.closed = 0

    def opening(self, at: int) -> str:
        out = []
        while self.opened < len(self.starts) and self.starts[self.opened].start <= at:
            out.append(f'<w:commentRangeStart w:id="{self.starts[self.opened].number}"/>')
            self.opened += 1
        return "".join(out)

    def closing(self, at: int) -> str:
        out = []
        while self.closed < len(self.ends) and self.ends[self.closed].end <= at:
            out.append(self.opening(self.ends[self.closed].start))
            out.append(range_end(self.ends[self.closed].number))
            self.closed += 1
        return "".join(out)

    def next_after(self, at: int, size: int) -> int:
        """How many letters may be written before the next sign."""
        edge = at + size
        if self.opened < len(self.starts):
            edge = min(edge, max(self.starts[self.opened].start, at + 1))
        if self.closed < len(self.ends):
            edge = min(edge, max(self.ends[self.closed].end, at + 1))
        return edge - at

    def rest(self) -> str:
        most = max((span.end for span in self.ends), default=0)
        return self.closing(most)


def range_start(number: int) -> str:
    return f'<w:commentRangeStart w:id="{number}"/>'


def range_end(number: int) -> str:
    sign = '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr>'
    return (
        f'<w:commentRangeEnd w:id="{number}"/>{sign}<w:commentReference w:id="{number}"/></w:r>'
    )


def in_the_text(
    root: Element, spans: Sequence[Span], notes: Mapping[str, Element]
) -> Sequence[Span]:
    """Word takes no remark inside a footnote: such a one goes to the footnote's sign."""
    if not notes or not spans:
        return spans
    signs: dict[str, tuple[int, int]] = {}
    inside: list[tuple[int, int, str]] = []
    at = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            if node.get("id") in notes:
                inside.append((at, at + sum(map(len, node.itertext())), node.get("id")))
            href = node.get("href") or ""
            if node.tag == "a" and href.startswith("#fn-") and href[1:] not in signs:
                signs[href[1:]] = (at, at + sum(map(len, node.itertext())))
            at += len(node.text or "")
        else:
            at += len(node.tail or "")
    first = inside[0][0]
    moved = []
    for span in spans:
        if span.start >= first:
            name = next((n for a, b, n in inside if span.start < b), inside[-1][2])
            start, end = signs.get(name, (max(first - 1, 0), first))
            span = replace(span, start=start, end=end)
        elif span.end > first:
            span = replace(span, end=first)
        moved.append(span)
    return moved
