"""Reads the words of a web page, and the form that Markdown can hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from feedback_app.exchange.blocks import Block, Cell
from feedback_app.exchange.inline import Line, Run, write_line

Element = Any  # lxml's elements have no usable types

_SKIPPED = frozenset(
    {"script", "style", "head", "template", "noscript", "svg", "math", "iframe", "object"}
    | {"nav", "button", "select", "canvas", "video", "audio"}
)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "footer", "aside", "ul", "ol", "li"}
    | {"table", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd"}
    | {"figure", "figcaption", "details", "summary", "body", "address", "center", "form"}
)
_NOTE_HREF = re.compile(r"#fn(?:-[a-z0-9]+)*-(\d+)")
_NOTE_ID = re.compile(r"fn(?:-[a-z0-9]+)*-(\d+)")


class PageReader:
    """Walks a page; `footnotes` and `lost` are full when the walk is over."""

    def __init__(self, *, is_own: bool = False) -> None:
        self.is_own = is_own
        self.footnotes: dict[str, str] = {}
        self.lost: Counter[str] = Counter()

    def blocks(self, element: Element, depth: int) -> Iterator[Block]:
        """Every block in order; words between blocks are paragraphs."""
        runs: list[Run] = [Run(element.text or "")]
        for child in element:
            name = child.tag if isinstance(child.tag, str) else ""
            if name in _BLOCKS or (name and name not in _SKIPPED and _holds_block(child)):
                yield from _paragraph(runs)
                runs = []
                yield from self.block(child, name, depth)
            elif name and name not in _SKIPPED:
                runs += self.inline(child, Run())
            runs.append(Run(child.tail or ""))
        yield from _paragraph(runs)

    def block(self, element: Element, name: str, depth: int) -> Iterator[Block]:
        note = _NOTE_ID.fullmatch(element.get("id") or "")
        if note:
            self.footnotes[note.group(1)] = self.footnote(element)
        elif re.fullmatch("h[1-6]", name):
            line = write_line(self.inline(element, Run()), breaks=False)
            yield Block("paragraph", line, level=int(name[1]))
        elif name in ("ul", "ol"):
            yield from self.items(element, depth, is_numbered=name == "ol")
        elif name == "table":
            yield from self.table(element)
        elif name == "pre":
            yield Block("code", Line("", (element.text_content() or "").strip("\n")))
        elif name == "hr":
            yield Block("rule")
        else:
            inner = self.blocks(element, depth)
            is_quote = name == "blockquote"
            yield from (_quoted(each) for each in inner) if is_quote else inner

    def items(self, element: Element, depth: int, *, is_numbered: bool) -> Iterator[Block]:
        start = element.get("start") or "1"
        number = int(start) if start.isascii() and start.isdigit() else 1
        for child in element:
            if not isinstance(child.tag, str):
                continue
            first: Block | None = None
            for block in self.blocks(child, depth + 1):
                if first is None and block.kind == "paragraph":
                    value = number if is_numbered else None
                    first = replace(block, kind="item", level=None, depth=depth, number=value)
                elif first is not None and block.kind == "paragraph" and self.is_own:
                    if first.plain:
                        yield first
                    first = Block("item")
                    yield replace(block, kind="more", depth=depth)
                elif first is not None and block.kind == "paragraph" and block.plain:
                    first.line = _joined(first.line, block.line)
                else:
                    if first is not None and first.plain:
                        yield first
                        first = Block("item")
                    yield block
            if first is not None and first.plain:
                yield first
            number += 1

    def table(self, element: Element) -> Iterator[Block]:
        rows: list[list[Cell]] = []
        has_head = False
        for row in element.iter("tr"):
            if _table_of(row) is not element:
                continue
            cells = [each for each in row if each.tag in ("td", "th")]
            has_head = has_head or (not rows and bool(cells) and cells[0].tag == "th")
            rows.append([self.cell(each) for each in cells])
        caption = element.find("caption")
        if caption is not None:
            yield from _paragraph(self.inline(caption, Run()))
        width = max((len(row) for row in rows), default=0)
        for row in rows:
            row.extend(Cell() for _ in range(width - len(row)))
        if width:
            yield Block("table", rows=rows, has_head=has_head and len(rows) > 1)

    def cell(self, element: Element) -> Cell:
        if element.get("colspan", "1") != "1" or element.get("rowspan", "1") != "1":
            self.lost["merged"] += 1
        return Cell(list(self.blocks(element, 0)))

    def inline(self, element: Element, form: Run) -> list[Run]:
        name = element.tag if isinstance(element.tag, str) else ""
        note = _NOTE_HREF.fullmatch(element.get("href") or "") if name == "a" else None
        if name in _SKIPPED or not name:
            return []
        if name == "br":
            return [replace(form, is_break=True)]
        if note and (element.get("id") or "").startswith("fnref"):
            return [Run(note=note.group(1))]
        if name == "img":
            self.lost["picture"] += 1
            words = " ".join((element.get("alt") or "").split())
            return [replace(form, text=f"[Picture: {words}]" if words else "[Picture]")]
        form = self.form_of(element, name, form)
        runs = [replace(form, text=element.text or "")]
        for child in element:
            runs += self.inline(child, form)
            runs.append(replace(form, text=child.tail or ""))
        return runs

    def form_of(self, element: Element, name: str, form: Run) -> Run:
        if name in ("b", "strong"):
            return replace(form, bold=True)
        if name in ("i", "em", "cite"):
            return replace(form, italic=True)
        if name == "code":
            return replace(form, code=True)
        if name == "u":
            self.lost["underline"] += 1
        elif name in ("s", "strike", "del"):
            self.lost["struck"] += 1
        elif name == "a" and (element.get("href") or "#")[:1] != "#":
            return replace(form, link=element.get("href"))
        return form

    def footnote(self, element: Element) -> str:
        """A footnote's words without the number that leads back to the text."""
        runs: list[Run] = []
        for child in element:
            words = self.inline(child, Run())
            runs += [Run(" "), *words] if runs else words
        line = write_line(runs, breaks=False)
        return re.sub(r"^\\\[\d+\\\]\s*", "", line.markdown)


def _paragraph(runs: list[Run]) -> Iterator[Block]:
    line = write_line(runs)
    if line.plain:
        yield Block("paragraph", line)


def _quoted(block: Block) -> Block:
    return replace(block, kind="quote") if block.kind == "paragraph" else block


def _joined(first: Line, second: Line) -> Line:
    return replace(
        first,
        markdown=f"{first.markdown}\\\n{second.markdown}",
        plain=f"{first.plain} {second.plain}",
        is_bold=first.is_bold and second.is_bold,
    )


def _holds_block(element: Element) -> bool:
    return any(each.tag in _BLOCKS for each in element.iter() if each is not element)


def _table_of(row: Element) -> Element | None:
    return next((each for each in row.iterancestors("table")), None)
