"""How the parts of a section's text stand on the page: in lists, tables, with emphasis."""

from __future__ import annotations

import html as entities
import re
from enum import StrEnum
from typing import NamedTuple

BREAK = "\n\n"
_TOKEN = re.compile(r"<(/?)([a-z0-9]+)((?:[^<>\"']|\"[^\"]*\")*)>|[^<]+")
_HREF = re.compile(r'\bhref="([^"]*)"')
_START = re.compile(r'\bstart="(\d+)"')
_CLASS = re.compile(r'\bclass="footnotes"')
_BOXES = frozenset({"ul", "ol", "li", "blockquote", "table"})
_LEAVES = frozenset({"p", "h3", "h4", "h5", "h6", "pre", "tr"})
_MARKS = frozenset({"em", "strong", "code", "sup", "a"})


class Form(StrEnum):
    """What a piece of text between two blank lines is on the page."""

    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    ROW = "row"
    OTHER = "other"


class Box(NamedTuple):
    """Something that holds parts: a list, an item, a quotation, a table, the footnotes.

    `number` tells it from its likes in the same section; `value` is an item's own number in a
    numbered list, else 0.
    """

    tag: str
    number: int
    value: int = 0


class Mark(NamedTuple):
    """Code points [start, end) of the section's canonical text that stand in this tag."""

    start: int
    end: int
    tag: str
    href: str = ""


class Layout(NamedTuple):
    """Where one part stands: in which boxes, outermost first, as which tag, with which marks.

    `leaf` is "head" for the head row of a table, "tr" for any other, "" for bare words.
    """

    path: tuple[Box, ...] = ()
    leaf: str = "p"
    marks: tuple[Mark, ...] = ()

    @property
    def form(self) -> Form:
        if self.leaf in ("tr", "head"):
            return Form.ROW
        if any(box.tag == "li" for box in self.path):
            return Form.LIST_ITEM
        return Form.PARAGRAPH if self.leaf in ("p", "") else Form.OTHER


PLAIN = Layout()


def layouts_of(html: str) -> tuple[Layout, ...]:
    """The layout of each part of the canonical text, read from the clean HTML it belongs to.

    Links inside the section (footnotes) are left out: a redline is not where they lead to.
    """
    reader = _Reader()
    for token in _TOKEN.finditer(html):
        if token.group(2) is None:
            reader.text(entities.unescape(token.group()))
        elif token.group(1):
            reader.close(token.group(2))
        else:
            reader.open(token.group(2), token.group(3))
    return tuple(reader.found)


def forms_of(html: str) -> tuple[Form, ...]:
    """What each part of the canonical text is."""
    return tuple(layout.form for layout in layouts_of(html))


class _Reader:
    def __init__(self) -> None:
        self.found: list[Layout] = []
        self.at = 0
        self.fresh = True
        self.boxes: list[Box] = []
        self.leaves: list[str] = []
        self.in_head = False
        self.opened: list[tuple[str, int, str]] = []
        self.marks: list[Mark] = []
        self.number = 0
        self.items: list[int] = []
        self.divs: list[bool] = []

    def open(self, name: str, attributes: str) -> None:
        if name in _BOXES:
            self.open_box(name, attributes)
        elif name == "div":
            self.divs.append(_CLASS.search(attributes) is not None)
            if self.divs[-1]:
                self.box("footnotes")
        elif name == "thead":
            self.in_head = True
        elif name in _LEAVES:
            self.leaves.append("head" if name == "tr" and self.in_head else name)
        elif name in _MARKS and "pre" not in self.leaves:
            href = _HREF.search(attributes) if name == "a" else None
            self.opened.append((name, self.at, entities.unescape(href[1]) if href else ""))

    def open_box(self, name: str, attributes: str) -> None:
        value = 0
        if name in ("ul", "ol"):
            start = _START.search(attributes)
            self.items.append(int(start[1]) if start else 1 if name == "ol" else 0)
        elif name == "li" and self.items:
            value = self.items[-1] if self.boxes[-1].tag == "ol" else 0
            self.items[-1] += 1
        self.box(name, value)

    def box(self, tag: str, value: int = 0) -> None:
        self.number += 1
        self.boxes.append(Box(tag, self.number, value))

    def close(self, name: str) -> None:
        if name in _BOXES:
            self.boxes.pop()
            if name in ("ul", "ol"):
                self.items.pop()
        elif name == "div":
            if self.divs.pop():
                self.boxes.pop()
        elif name == "thead":
            self.in_head = False
        elif name in _LEAVES:
            self.leaves.pop()
        elif name in _MARKS and self.opened and self.opened[-1][0] == name:
            tag, start, href = self.opened.pop()
            is_shown = self.at > start and not (tag == "a" and not _leads_out(href))
            if is_shown and self.found:
                mark = Mark(start, self.at, tag, href)
                self.found[-1] = self.found[-1]._replace(
                    marks=_outer_first(self.found[-1].marks, mark)
                )

    def text(self, words: str) -> None:
        for n, part in enumerate(words.split(BREAK)):
            if n:
                self.fresh = True
                self.at += len(BREAK)
            if part and self.fresh:
                leaf = self.leaves[-1] if self.leaves else ""
                self.found.append(Layout(tuple(self.boxes), leaf))
                self.fresh = False
            self.at += len(part)


def _leads_out(href: str) -> bool:
    return bool(href) and not href.startswith("#")


def _outer_first(marks: tuple[Mark, ...], mark: Mark) -> tuple[Mark, ...]:
    return tuple(sorted((*marks, mark), key=lambda each: (each.start, -each.end)))
