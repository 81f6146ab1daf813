"""Turns a section's stored HTML into Word paragraphs, remarks at exact places of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from feedback_app.exchange import word_xml as xml
from feedback_app.exchange.word_marks import Marks, Span, in_the_text
from feedback_app.exchange.word_xml import Form

BLOCK_BREAK = "\n\n"
TEXT_WIDTH = 9360  # twentieths of a point between the margins of a letter page
_STEP = 360
_DEEPEST = 8
_VOID = re.compile(r"<(br|hr)>")

Element = Any  # lxml's elements have no usable types


@dataclass
class NumberedList:
    """A list of numbers that begins anew; `number` is its w:numId."""

    number: int
    level: int
    start: int


@dataclass
class Gathered:
    """What the body needs in other parts of the file."""

    footnotes: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    lists: list[NumberedList] = field(default_factory=list)
    bookmarks: int = 0

    def link(self, address: str) -> str:
        return self.links.setdefault(address, f"rLink{len(self.links) + 1}")

    def list_of_numbers(self, level: int, start: int) -> int:
        self.lists.append(NumberedList(len(self.lists) + FIRST_LIST, level, start))
        return self.lists[-1].number

    def bookmark(self) -> int:
        self.bookmarks += 1
        return self.bookmarks


HEADINGS_LIST, BULLETS_LIST, FIRST_LIST = 1, 2, 3


@dataclass(frozen=True)
class _Place:
    """Where a block stands: how deep in lists, in a quote, which list gives its number."""

    depth: int = -1
    list_id: int = 0
    is_quote: bool = False
    is_more: bool = False


def section_body(html: str, spans: Sequence[Span], gathered: Gathered) -> str:
    """The paragraphs of one section; every remark has its range, opened and closed once."""
    source = _VOID.sub(r"<\1/>", html).replace("&nbsp;", "&#160;")
    root = etree.fromstring(f"<div>{source}</div>")
    body = _Body(root, spans, gathered)
    body.blocks(root, _Place())
    return body.finish()


class _Body:
    """Walks the HTML; `at` counts its text, which is the section's canonical text."""

    def __init__(self, root: Element, spans: Sequence[Span], gathered: Gathered) -> None:
        self.gathered = gathered
        self.out: list[str] = []
        self.line: list[str] | None = None
        self.properties = ("", "")
        self.at = 0
        self.notes = {
            note.get("id"): note for note in root.iter("div") if note.get("class") == "footnote"
        }
        self.noted: dict[str, int] = {}
        self.is_note = False
        self.marks = Marks(in_the_text(root, spans, self.notes))

    def finish(self) -> str:
        rest = self.marks.rest()
        if rest:
            self.out.append(xml.paragraph(rest))
        return "".join(self.out)

    def blocks(self, element: Element, place: _Place) -> None:
        """Every block in a container; words between blocks are a paragraph of their own."""
        for node in _nodes(element):
            if isinstance(node, str):
                before, _break, after = node.partition(BLOCK_BREAK)
                if before.strip("\t") or self.line is not None:
                    place = self.begin(place)
                    self.text(before, Form())
                else:
                    self.at += len(before)
                if _break:
                    self.end()
                    self.at += len(_break) + len(after)
            elif node.tag in _INLINE:
                place = self.begin(place)
                self.inline(node, Form())
            else:
                self.end()
                self.block(node, place)
                place = replace(place, is_more=place.is_more or place.depth >= 0)
        self.end()

    def block(self, node: Element, place: _Place) -> None:
        name = node.tag
        if name == "p":
            self.begin(place)
            self.children(node, Form())
            self.end()
        elif re.fullmatch("h[3-6]", name):
            self.leaf(node, f"Heading{max(4, int(name[1]))}")
        elif name == "pre":
            self.leaf(node, xml.CODE_STYLE, is_code=True)
        elif name == "hr":
            self.out.append(xml.paragraph("", xml.RULE_STYLE))
        elif name in ("ul", "ol"):
            self.items(node, place)
        elif name == "blockquote":
            self.blocks(node, replace(place, is_quote=True))
        elif name == "table":
            self.table(node)
        elif node.get("class") == "footnotes":
            self.at += sum(map(len, node.itertext()))
        else:
            self.blocks(node, place)

    def leaf(self, node: Element, style: str, *, is_code: bool = False) -> None:
        self.open(style)
        if is_code:
            self.text("".join(node.itertext()), Form(), keep_ends=True)
        else:
            self.children(node, Form())
        self.end()

    def items(self, node: Element, place: _Place) -> None:
        depth = min(place.depth + 1, _DEEPEST)
        list_id = BULLETS_LIST
        if node.tag == "ol":
            list_id = self.gathered.list_of_numbers(depth, int(node.get("start") or 1))
        for item in node:
            self.blocks(item, _Place(depth, list_id, place.is_quote))
            self.at += len(item.tail or "")
        self.at += len(node.text or "")

    def table(self, node: Element) -> None:
        rows = list(node.iter("tr"))
        count = max((len(row) for row in rows), default=1) or 1
        widths = [TEXT_WIDTH // count] * count
        drawn = []
        kept, self.out = self.out, []
        for row in rows:
            cells = []
            for each in row:
                self.open("")
                self.children(each, Form())
                self.end()
                cells.append(xml.cell("".join(self.out), widths[0]))
                self.out = []
                self.at += len(each.tail or "")
            is_head = row.getparent().tag == "thead"
            drawn.append(xml.row("".join(cells), is_head=is_head))
            self.at += len(row.tail or "")
            if row.getnext() is None:
                self.at += len(row.getparent().tail or "") * (row.getparent() is not node)
        self.out = kept
        self.out.append(xml.table("".join(drawn), widths))

    def begin(self, place: _Place) -> _Place:
        """Open a paragraph as its place asks; only the first of an item has its number."""
        if self.line is not None:
            return place
        if place.depth < 0:
            self.open("Quote" if place.is_quote else "")
        elif place.is_more:
            indent = f'<w:ind w:left="{_STEP * (place.depth + 2)}"/>'
            self.open(xml.MORE_STYLE, indent)
        else:
            number = f'<w:ilvl w:val="{place.depth}"/><w:numId w:val="{place.list_id}"/>'
            self.open("ListParagraph", f"<w:numPr>{number}</w:numPr>")
        return replace(place, is_more=place.depth >= 0)

    def open(self, style: str, more: str = "") -> None:
        self.line = []
        self.properties = (style, more)

    def end(self) -> None:
        if self.line is not None:
            self.line.append(self.marks.closing(self.at))
            self.out.append(xml.paragraph("".join(self.line), *self.properties))
            self.line = None

    def children(self, element: Element, form: Form) -> None:
        for node in _nodes(element):
            if isinstance(node, str):
                self.text(node, form)
            else:
                self.inline(node, form)

    def inline(self, node: Element, form: Form) -> None:
        name = node.tag
        if name == "br":
            self.write("<w:r><w:br/></w:r>")
        elif name in ("strong", "em", "code"):
            self.children(
                node,
                replace(
                    form,
                    bold=form.bold or name == "strong",
                    italic=form.italic or name == "em",
                    code=form.code or name == "code",
                ),
            )
        elif name == "sup" and len(node) and (node[0].get("href") or "").startswith("#fn-"):
            self.reference(node)
        elif name == "a" and not (node.get("href") or "#").startswith("#"):
            address = self.gathered.link(node.get("href"))
            self.write(f'<w:hyperlink r:id="{address}" w:history="1">')
            self.children(node, form)
            self.write("</w:hyperlink>")
        else:
            self.children(node, form)

    def text(self, text: str, form: Form, *, keep_ends: bool = False) -> None:
        """Words, cut wherever a remark begins or ends; the sign of a break stands already."""
        while text:
            self.write(self.marks.closing(self.at))
            self.write(self.marks.opening(self.at))
            cut = self.marks.next_after(self.at, len(text))
            piece, text = text[:cut], text[cut:]
            self.write(xml.run(piece if keep_ends else piece.replace("\n", ""), form))
            self.at += len(piece)
        self.write(self.marks.closing(self.at))

    def write(self, piece: str) -> None:
        assert self.line is not None, "words stand in a paragraph"
        if piece:
            self.line.append(piece)

    def reference(self, node: Element) -> None:
        """A footnote's sign; where it was spoken of before, a field that repeats its number."""
        if self.is_note:  # Word takes no footnote inside another
            self.children(node, Form())
            return
        size = sum(map(len, node.itertext()))
        self.write(self.marks.closing(self.at))
        self.write(self.marks.opening(self.at + size - 1))
        name = node[0].get("href")[1:]
        if name in self.noted:
            mark = f"_note_{self.noted[name]}"
            sign = xml.run(str(self.noted[name]))
            self.write(f'<w:fldSimple w:instr=" NOTEREF {mark} \\f ">{sign}</w:fldSimple>')
        else:
            number = len(self.gathered.footnotes) + 1
            self.noted[name] = number
            self.gathered.footnotes.append("")
            self.gathered.footnotes[-1] = self.footnote(self.notes.get(name), number)
            id_ = self.gathered.bookmark()
            sign = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
            sign += f'<w:footnoteReference w:id="{number}"/></w:r>'
            self.write(f'<w:bookmarkStart w:id="{id_}" w:name="_note_{number}"/>{sign}')
            self.write(f'<w:bookmarkEnd w:id="{id_}"/>')
        self.at += size
        self.write(self.marks.closing(self.at))

    def footnote(self, note: Element | None, number: int) -> str:
        sign = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        inner = _Body(etree.Element("div"), (), self.gathered)
        inner.is_note = True
        for block in note if note is not None else ():
            if block.tag == "p":
                inner.leaf(_without_lead(block), "FootnoteText")
            else:
                inner.block(block, _Place())
        drawn = "".join(inner.out) or xml.paragraph("", "FootnoteText")
        if not drawn.startswith("<w:p>"):
            drawn = xml.paragraph("", "FootnoteText") + drawn
        head, end, rest = drawn.partition("</w:pPr>")
        if not end:
            head, end, rest = "<w:p>", "", drawn.removeprefix("<w:p>")
        return f'<w:footnote w:id="{number}">{head}{end}{sign}{xml.run(" ")}{rest}</w:footnote>'


_INLINE = frozenset({"a", "em", "strong", "code", "sup", "br"})


def _nodes(element: Element) -> Iterator[Any]:
    """Text and elements in order."""
    if element.text:
        yield element.text
    for child in element:
        yield child
        if child.tail:
            yield child.tail


def _without_lead(block: Element) -> Element:
    """The footnote's words without the number that leads back to the text."""
    first = block[0] if len(block) else None
    if first is None or block.text or not (first.get("href") or "").startswith("#fnref"):
        return block
    copy = etree.fromstring(etree.tostring(block, with_tail=False))
    rest = (copy[0].tail or "").removeprefix(" ")
    copy.remove(copy[0])
    copy.text = rest
    return copy
