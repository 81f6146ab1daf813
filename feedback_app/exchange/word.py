"""Reads Word files: text and form that Markdown can hold; the rest is counted and named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from feedback_app.exchange.blocks import Block, Cell
from feedback_app.exchange.document import Document, ImportFacts, Note
from feedback_app.exchange.inline import Line, Run, write_line
from feedback_app.exchange.numbering import Numbering
from feedback_app.exchange.outline import build_document
from feedback_app.exchange.word_own import build_own
from feedback_app.exchange.word_package import (
    Element,
    Style,
    W,
    WordPackage,
    is_on,
    value,
)
from feedback_app.exchange.word_runs import RunReader
from feedback_app.exchange.word_xml import is_signed, remark_sum

_HEADING = re.compile(r"heading (\d)\b|t[ií]tulo (\d)\b")
_BULLET = re.compile(r"^\s*(?:[•●▪■◦○‣∙·➢➤✓❖]|[–—-](?=\s)|o(?=\t))\s*")
_PAGE_WORDS = re.compile(r"(?:page|página|of|de|\d|\W)*", re.IGNORECASE)
_AT_ONCE = 100
_KEY = re.compile(r"_?section_([a-z2-7]{8})")
_OUR_LINES = frozenset({"section facts", "section placeholder"})
_OUR_FORMS = {"html preformatted": "code", "list continue": "more"}
_WRAPPERS = frozenset(
    {f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag"}
)


def read_word(
    data: bytes, filename: str = "", report: Callable[[int, int], None] | None = None
) -> Document:
    """Return the course in a Word file; the file must have passed the guard.

    `report` is told now and then how many of how many parts of the body have been read.
    """
    return _WordReader(WordPackage(data), report).document(filename)


class _WordReader:
    def __init__(
        self, package: WordPackage, report: Callable[[int, int], None] | None = None
    ) -> None:
        self.package = package
        self.report = report
        self.numbering = Numbering(package)
        self.notes: dict[tuple[str, str], Note] = {}
        self.place = ""
        self.count = 0
        self.key = ""
        self.marks = package.marks()
        self.is_own = False
        self.runs = RunReader(package, self.note, self.box)

    def document(self, filename: str) -> Document:
        root = self.package.part(self.package.main)
        body = root.find(f"{W}body") if root is not None else None
        self.is_own = body is not None and _has_keys(body)
        blocks = list(self.read_body(body)) if body is not None else []
        self.margins()
        if self.is_own:
            return build_own(
                blocks,
                filename=filename,
                marks=self.marks,
                footnotes=self.runs.footnote_texts(),
                notes=tuple(self.notes.values()),
                facts=self.facts(),
            )
        return build_document(
            blocks,
            filename=filename,
            origin="word",
            given_title=self.package.properties().get("title", ""),
            footnotes=self.runs.footnote_texts(),
            notes=tuple(self.notes.values()),
            facts=self.facts(),
        )

    def note(self, code: str, excerpt: str = "") -> None:
        """Count one thing that Markdown cannot hold, by kind and place."""
        known = self.notes.get((code, self.place))
        count = known.count + 1 if known else 1
        words = (known.excerpt if known else "") or " ".join(excerpt.split())[:80]
        self.notes[code, self.place] = Note(code, self.place, words, count)

    def read_body(self, body: Element) -> Iterator[Block]:
        """The whole body, a hundred of its parts at a time, so that somebody may watch."""
        parts = list(_children(body))
        for at in range(0, len(parts), _AT_ONCE):
            yield from self.read_parts(parts[at : at + _AT_ONCE])
            if self.report is not None:
                self.report(min(at + _AT_ONCE, len(parts)), len(parts))

    def read(self, container: Element) -> Iterator[Block]:
        yield from self.read_parts(_children(container))

    def read_parts(self, parts: Iterable[Element]) -> Iterator[Block]:
        for child in parts:
            if child.tag == f"{W}p":
                yield from self.paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self.table(child)
            elif child.tag == f"{W}sdt":
                if _is_contents(child):
                    self.note("contents")
                    continue
                content = child.find(f"{W}sdtContent")
                if content is not None:
                    yield from self.read(content)
            elif child.tag == f"{W}sectPr":
                self.columns(child)
            elif child.tag == f"{W}bookmarkStart":
                self.key = _key_of(child) or self.key

    def box(self, content: Element) -> list[Block]:
        return list(self.read(content))

    def paragraph(self, element: Element) -> Iterator[Block]:
        self.count += 1
        properties = element.find(f"{W}pPr")
        styles = self.package.style(value(properties, "pStyle") or self.package.default_style)
        name = styles[0].name if styles else ""
        if name.startswith("toc"):
            self.note("contents")
            return
        if name in _OUR_LINES:
            return
        level = _heading_level(properties, styles)
        runs = self.runs.read(element, styles, is_heading=level is not None)
        block = self.as_block(properties, styles, level, runs)
        block.ref = f"paragraph {self.count}"
        self.key = _first_key(element) or self.key
        if block.plain:
            block.key, self.key = self.key, ""
        is_rule = self.runs.has_rule or name == "horizontal line"
        if is_rule and not block.plain:
            yield Block("rule")
        if block.plain:
            self.note_form(properties, block)
            yield block
        yield from self.runs.take_boxes()

    def as_block(
        self,
        properties: Element | None,
        styles: list[Style],
        level: int | None,
        runs: list[Run],
    ) -> Block:
        item = self.numbering.next(
            properties, styles, has_words=any(r.text.strip() for r in runs)
        )
        if level is not None:
            line = write_line(
                [Run(item.words + " "), *runs] if item.words else runs, breaks=False
            )
            self.place = self.runs.where = line.plain or self.place
            return Block("paragraph", line, level=level)
        if item.is_list:
            self.note_list(item.label, nested=item.is_nested_number)
            line = self.line(runs)
            return Block("item", line, depth=item.depth, number=item.number, label=item.label)
        form = _OUR_FORMS.get(styles[0].name if styles else "")
        if form == "code":
            return Block("code", Line("", _typed(runs)))
        if form == "more" and self.is_own:
            depth = max(0, _indent(properties) // 360 - 2)
            return Block("more", self.line(runs), depth=depth)
        bullet = _BULLET.match("".join(run.text for run in runs))
        if bullet and bullet.end():
            depth = _indent(properties) // 360
            return Block("item", self.line(_without(runs, bullet.end())), depth=depth)
        if any("quote" in style.name for style in styles):
            return Block("quote", self.line(_plain_italic(runs)))
        return Block("paragraph", self.line(runs))

    def line(self, runs: list[Run]) -> Line:
        line = write_line(runs)
        if line.lost_emphasis:
            self.note("emphasis", line.plain)
        if line.lost_links:
            self.note("link", line.plain)
        return line

    def note_list(self, label: str, *, nested: bool) -> None:
        if label:
            self.note("letters", label)
        elif nested:
            self.note("numbers")

    def note_form(self, properties: Element | None, block: Block) -> None:
        if value(properties, "jc") in ("center", "right", "end") and block.level is None:
            self.note("alignment", block.plain)
        section = properties.find(f"{W}sectPr") if properties is not None else None
        if section is not None:
            self.columns(section)

    def columns(self, section: Element) -> None:
        columns = section.find(f"{W}cols")
        count = columns.get(f"{W}num") if columns is not None else None
        if count and count.isdigit() and int(count) > 1:
            self.note("columns")

    def table(self, element: Element) -> Iterator[Block]:
        rows = [row for row in _children(element, "tr") if not _is_deleted(row)]
        drawn = [self.row(row) for row in rows]
        drawn = [row for row in drawn if row]
        width = max((len(row) for row in drawn), default=0)
        if width == 1:
            self.note("frame", drawn[0][0].plain)
            for row in drawn:
                yield from row[0].blocks
        elif width:
            for row in drawn:
                row.extend(Cell() for _ in range(width - len(row)))
            has_head = len(rows) > 1 and _has_head(
                element, rows[0], drawn[0], by_look=not self.is_own
            )
            yield Block("table", rows=drawn, has_head=has_head, ref=f"paragraph {self.count}")

    def row(self, element: Element) -> list[Cell]:
        cells: list[Cell] = []
        for each in _children(element, "tc"):
            properties = each.find(f"{W}tcPr")
            span = value(properties, "gridSpan")
            below = properties.find(f"{W}vMerge") if properties is not None else None
            continues = below is not None and below.get(f"{W}val") != "restart"
            cell = Cell(list(self.read(each)))
            if continues or (span.isdigit() and int(span) > 1):
                self.note("merged", cell.plain)
            if any(block.kind == "table" for block in cell.blocks):
                self.note("nested_table", cell.plain)
            elif len(cell.blocks) > 1:
                self.note("cell_blocks", cell.plain)
            cells.append(cell)
            cells.extend(
                Cell() for _ in range(min(63, int(span or 1)) - 1 if span.isdigit() else 0)
            )
        return cells

    def margins(self) -> None:
        """Headers and footers repeat on every page and belong to no section."""
        self.place = ""
        for kind in ("header", "footer"):
            for part in self.package.related(kind):
                words = " ".join(t.text or "" for t in part.iter(f"{W}t"))
                if not _PAGE_WORDS.fullmatch(words):
                    self.note(kind, words)

    def facts(self) -> ImportFacts:
        people = dict.fromkeys(self.runs.people)
        comments = []
        told = self.marks.get("remarks")
        ours = set(map(str, told)) if isinstance(told, list) else set()
        for part in self.package.related("comments"):
            for each in part.iter(f"{W}comment"):
                words = " ".join(
                    "".join(t.text or "" for t in p.iter(f"{W}t")) for p in each.iter(f"{W}p")
                )
                if remark_sum(words) in ours or is_signed(
                    each.get(f"{W}initials") or "", words
                ):  # it went out with the file
                    continue
                people.setdefault(each.get(f"{W}author") or "", None)
                comments.append(" ".join(words.split()))
        properties = self.package.properties()
        for name in ("creator", "lastModifiedBy", "Manager"):
            people.setdefault(properties.get(name, ""), None)
        people.pop("", None)
        return ImportFacts(
            insertions=self.runs.insertions,
            deletions=self.runs.deletions,
            changed_words=tuple(self.runs.changed_words[:20]),
            comments=tuple(comments[:200]),
            people=tuple(people)[:50],
            hidden=tuple(self.runs.hidden[:50]),
            properties=properties,
            tracked=tuple(self.runs.tracked_changes[:200]),
        )


def _children(container: Element, name: str = "") -> Iterator[Element]:
    """The children, wrappers of tracked changes and content controls looked through."""
    for child in container:
        if child.tag in _WRAPPERS or (name and child.tag == f"{W}sdt"):
            yield from _children(child, name)
        elif isinstance(child.tag, str) and (not name or child.tag == f"{W}{name}"):
            yield child


def _heading_level(properties: Element | None, styles: list[Style]) -> int | None:
    """0 for the document's title, 1 to 9 for headings, None for other paragraphs."""
    own = value(properties, "outlineLvl")
    if own.isdigit():
        return int(own) + 1 if int(own) < 9 else None
    for style in styles:
        if style.name in ("title", "título", "puesto"):
            return 0
        found = _HEADING.match(style.name)
        if found:
            return int(found.group(1) or found.group(2))
        if style.outline is not None:
            return style.outline + 1
    return None


def _has_head(table: Element, first: Element, cells: list[Cell], *, by_look: bool) -> bool:
    marked = first.find(f"{W}trPr/{W}tblHeader")
    if marked is not None and is_on(marked):
        return True
    if not by_look:
        return False
    filled = [cell for cell in cells if cell.plain]
    return len(filled) > 1 and all(b.line.is_bold for cell in filled for b in cell.blocks)


def _has_keys(body: Element) -> bool:
    return any(_key_of(each) for each in body.iter(f"{W}bookmarkStart"))


def _key_of(bookmark: Element) -> str:
    found = _KEY.fullmatch(bookmark.get(f"{W}name") or "")
    return found.group(1) if found else ""


def _first_key(paragraph: Element) -> str:
    return next(filter(None, map(_key_of, paragraph.iter(f"{W}bookmarkStart"))), "")


def _typed(runs: list[Run]) -> str:
    """Code as it was typed, line by line."""
    return "".join("\n" if run.is_break else run.text for run in runs).strip("\n")


def _is_deleted(row: Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _is_contents(element: Element) -> bool:
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and "Contents" in (gallery.get(f"{W}val") or "")


def _indent(properties: Element | None) -> int:
    indent = properties.find(f"{W}ind") if properties is not None else None
    raw = (
        (indent.get(f"{W}left") or indent.get(f"{W}start") or "0")
        if indent is not None
        else "0"
    )
    return max(0, int(raw)) if raw.lstrip("-").isdigit() else 0


def _without(runs: list[Run], count: int) -> list[Run]:
    """The runs without their first `count` letters."""
    kept = []
    for run in runs:
        cut = min(count, len(run.text))
        count -= cut
        kept.append(replace(run, text=run.text[cut:]))
    return kept


def _plain_italic(runs: list[Run]) -> list[Run]:
    """Quotes are slanted as a whole in Word; that is the block's look, not the words'."""
    if not all(run.italic for run in runs if run.text.strip()):
        return runs
    return [replace(run, italic=False) for run in runs]
