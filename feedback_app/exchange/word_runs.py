"""Reads the words of a Word paragraph with the format that Markdown can hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from feedback_app.exchange.blocks import Block
from feedback_app.exchange.document import TrackedChange
from feedback_app.exchange.inline import Run, write_line
from feedback_app.exchange.word_package import Element, R, Style, W, WordPackage, flag, value

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_NOTE_FIELD = re.compile(r"NOTEREF\s+(\S+)")
_LINK_FIELD = re.compile(r'HYPERLINK\s+"([^"]+)"')
_PLAIN_COLORS = frozenset({"", "auto", "000000"})
_SYMBOLS = {"F0B7": "•", "F0A7": "▪", "F0D8": "➢", "F0FC": "✓", "F0E0": "→", "F0E8": "→"}
_SYMBOLS |= {"F06F": "□", "F0A8": "□", "F071": "□", "F0FE": "☒", "F0DF": "←", "F04A": "☺"}
_LOOKED_THROUGH = frozenset(
    {"smartTag", "customXml", "sdtContent", "dir", "bdo", "ruby", "rubyBase"}
)


@dataclass
class _Field:
    """A Word field; its instructions are not text, its result is."""

    instructions: str = ""
    shows: bool = False


class RunReader:
    """Reads paragraphs; keeps what it met beside the text: changes, hidden words, boxes."""

    def __init__(
        self,
        package: WordPackage,
        note: Callable[[str, str], None],
        read_box: Callable[[Element], list[Block]],
    ) -> None:
        self.package = package
        self.note = note
        self.read_box = read_box
        self.insertions = 0
        self.deletions = 0
        self.people: list[str] = []
        self.changed_words: list[str] = []
        self.tracked_changes: list[TrackedChange] = []
        self.where = ""
        self.hidden: list[str] = []
        self.has_rule = False
        self.boxes: list[Block] = []
        self.runs: list[Run] = []
        self.fields: list[_Field] = []
        self.named: dict[tuple[str, str], str] = {}
        self.marked_notes: dict[str, str] = {}
        self.mark = ""
        self.base: dict[str, bool] = {}

    def read(self, paragraph: Element, styles: list[Style], *, is_heading: bool) -> list[Run]:
        outer = (self.runs, self.fields, self.base, self.has_rule)
        self.runs, self.fields, self.has_rule = [], [], False
        self.base = {} if is_heading else _flags(styles)
        self.walk(paragraph, "")
        found = self.runs
        rule = self.has_rule
        self.runs, self.fields, self.base, self.has_rule = outer
        self.has_rule = rule
        return found

    def take_boxes(self) -> list[Block]:
        boxes, self.boxes = self.boxes, []
        return boxes

    def walk(self, container: Element, link: str) -> None:
        for child in container:
            if not isinstance(child.tag, str):
                continue
            name = etree.QName(child).localname
            if child.tag == f"{W}r":
                self.run(child, link)
            elif name == "bookmarkStart":
                self.mark = child.get(f"{W}name") or ""
            elif name == "fldSimple" and self.note_again(child.get(f"{W}instr") or ""):
                continue
            elif name in ("hyperlink", "fldSimple"):
                self.walk(child, self.link_of(child) or link)
            elif name in ("ins", "moveTo", "del", "moveFrom"):
                self.tracked(child, link, is_kept=name in ("ins", "moveTo"))
            elif name == "sdt":
                self.control(child, link)
            elif name in _LOOKED_THROUGH:
                self.walk(child, link)
            elif name in ("oMath", "oMathPara"):
                self.formula(child)
            elif child.tag == f"{_COMPATIBLE}AlternateContent":
                self.walk(_best(child), link)

    def note_again(self, instructions: str) -> bool:
        """A field that repeats a footnote's number speaks of the same footnote."""
        found = _NOTE_FIELD.search(instructions)
        note = self.marked_notes.get(found.group(1)) if found else None
        if note is not None:
            self.runs.append(Run(note=note))
        return note is not None

    def link_of(self, element: Element) -> str:
        address = self.package.address(element.get(f"{R}id") or "")
        found = _LINK_FIELD.search(element.get(f"{W}instr") or "")
        return address or (found.group(1) if found else "")

    def tracked(self, element: Element, link: str, *, is_kept: bool) -> None:
        self.people.append(element.get(f"{W}author") or "")
        words = "".join(t.text or "" for t in element.iter(f"{W}t", f"{W}delText"))
        if is_kept:
            self.insertions += 1
            self.walk(element, link)
        else:
            self.deletions += 1
        if words.strip():
            self.changed_words.append(" ".join(words.split())[:120])
            said = " ".join(words.split())[:300]
            self.tracked_changes.append(TrackedChange(not is_kept, said, self.where))
            self.note("tracked", words)

    def control(self, element: Element, link: str) -> None:
        content = element.find(f"{W}sdtContent")
        if content is not None:
            if element.find(f"{W}sdtPr/{W}dropDownList") is not None:
                self.note("field", "".join(t.text or "" for t in content.iter(f"{W}t")))
            self.walk(content, link)

    def formula(self, element: Element) -> None:
        words = "".join(t.text or "" for t in element.iter(f"{_MATH}t"))
        self.note("equation", words)
        self.runs.append(Run(words))

    def run(self, element: Element, link: str) -> None:
        properties = element.find(f"{W}rPr")
        styles = self.package.style(value(properties, "rStyle"))
        flags = self.base | _flags(styles)
        for name in ("b", "i", "vanish"):
            own = flag(properties, name)
            if own is not None:
                flags[name] = own
        words = "".join(t.text or "" for t in element.iter(f"{W}t"))
        if flags.get("vanish"):
            if words.strip():
                self.hidden.append(" ".join(words.split())[:120])
                self.note("hidden", words)
            return
        link = self.field_link() or link
        if words.strip():
            self.note_look(properties, words, is_link=bool(link))
        form = Run(bold=flags.get("b", False), italic=flags.get("i", False), link=link)
        if any(style.name == "html code" for style in styles):
            form = replace(form, code=True)
        for child in element:
            if isinstance(child.tag, str):
                self.piece(child, form)

    def piece(self, element: Element, form: Run) -> None:
        name = etree.QName(element).localname
        if name in ("fldChar", "instrText"):
            self.field_part(element, name)
        elif self.fields and not self.fields[-1].shows:
            return
        elif name == "t":
            self.runs.append(replace(form, text=element.text or ""))
        elif name in ("tab", "ptab"):
            self.runs.append(replace(form, text="\t"))
        elif name in ("br", "cr"):
            is_line = element.get(f"{W}type") not in ("page", "column")
            self.runs.append(replace(form, is_break=True) if is_line else Run(" "))
        elif name == "noBreakHyphen":
            self.runs.append(replace(form, text="\u2011"))
        elif name == "sym":
            sign = _SYMBOLS.get((element.get(f"{W}char") or "").upper(), "□")
            self.runs.append(replace(form, text=sign))
        elif name in ("footnoteReference", "endnoteReference"):
            key = (name[:-9], element.get(f"{W}id") or "")
            note = self.named.setdefault(key, str(len(self.named) + 1))
            self.marked_notes.setdefault(self.mark, note)
            self.runs.append(Run(note=note))
        elif name == "AlternateContent":
            for inner in _best(element):
                self.piece(inner, form)
        elif name in ("drawing", "pict", "object"):
            self.picture(element)

    def field_part(self, element: Element, name: str) -> None:
        kind = element.get(f"{W}fldCharType")
        if name == "instrText":
            if self.fields:
                self.fields[-1].instructions += element.text or ""
        elif kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].shows = not self.note_again(self.fields[-1].instructions)
        elif kind == "end" and self.fields:
            self.fields.pop()

    def field_link(self) -> str:
        for field in reversed(self.fields):
            found = _LINK_FIELD.search(field.instructions)
            if found and field.shows:
                return found.group(1)
        return ""

    def note_look(self, properties: Element | None, words: str, *, is_link: bool) -> None:
        if value(properties, "u") not in ("", "none") and not is_link:
            self.note("underline", words)
        if flag(properties, "strike") or flag(properties, "dstrike"):
            self.note("struck", words)
        if value(properties, "vertAlign") in ("superscript", "subscript"):
            self.note("raised", words)
        color, marker = value(properties, "color"), value(properties, "highlight")
        if (color.lower() not in _PLAIN_COLORS or marker not in ("", "none")) and not is_link:
            self.note("color", words)

    def picture(self, element: Element) -> None:
        """A drawing is a rule, a text box, a picture with its description, or none of these."""
        if any(each.get(f"{_OFFICE}hr") == "t" for each in element.iter()):
            self.has_rule = True
            return
        contents = [each for each in element.iter(f"{W}txbxContent") if _is_drawn(each)]
        for content in contents:
            self.note("text_box", "".join(t.text or "" for t in content.iter(f"{W}t")))
            found = self.read_box(content)
            self.boxes = [*self.boxes, *found]
        names = {etree.QName(e).localname for e in element.iter() if isinstance(e.tag, str)}
        if names & {"blip", "imagedata"}:
            alternative = _description(element)
            self.note("picture", alternative)
            self.runs.append(Run(f"[Picture: {alternative}]" if alternative else "[Picture]"))
        elif not contents:
            self.note("drawing", _description(element))

    def footnote_texts(self) -> dict[str, str]:
        """Return the Markdown of each footnote that the text speaks of, by its name there."""
        texts: dict[str, str] = {}
        for kind in ("footnote", "endnote"):
            for part in self.package.related(f"{kind}s"):
                for each in part.iter(f"{W}{kind}"):
                    name = self.named.get((kind, each.get(f"{W}id") or ""))
                    if name:
                        texts[name] = self.footnote(each)
        return texts

    def footnote(self, element: Element) -> str:
        runs: list[Run] = []
        for paragraph in element.iter(f"{W}p"):
            words = [run for run in self.read(paragraph, [], is_heading=True) if not run.note]
            runs += [Run(" "), *words] if runs else words
        return write_line(runs, breaks=False).markdown


def _flags(styles: list[Style]) -> dict[str, bool]:
    flags: dict[str, bool] = {}
    for style in reversed(styles):
        flags |= style.flags
    return flags


def _best(element: Element) -> Element:
    """Of two ways to draw one thing, the first that is there; both hold the same words."""
    for child in element:
        if child.tag == f"{_COMPATIBLE}Choice" and len(child):
            return child
    return next((c for c in element if c.tag == f"{_COMPATIBLE}Fallback"), element[:0])


def _is_drawn(content: Element) -> bool:
    """Whether a text box is not the older drawing of another one, nor inside one."""
    inside = [
        etree.QName(e).localname for e in content.iterancestors() if isinstance(e.tag, str)
    ]
    return "txbxContent" not in inside and "Fallback" not in inside


def _description(element: Element) -> str:
    for each in element.iter():
        if isinstance(each.tag, str):
            local = etree.QName(each).localname
            words = each.get("descr") or (each.get("alt") if local == "shape" else "") or ""
            if words.strip():
                return " ".join(words.split())[:300]
    return ""
