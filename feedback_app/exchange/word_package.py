"""The parts of a Word file: relations, styles, numbering, properties."""

from __future__ import annotations

import json
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
)
MARKS_SPACE = "urn:training-feedback:revision:1"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ON = frozenset({"1", "true", "on"})
_OFF = frozenset({"0", "false", "off", "none"})

Element = Any  # lxml's elements have no usable types


@dataclass
class Style:
    name: str = ""
    based_on: str = ""
    outline: int | None = None
    flags: dict[str, bool] = field(default_factory=dict)
    list_id: str = ""
    list_level: int = 0


@dataclass
class ListLevel:
    """One level of a Word list: its number format, its pattern such as “%1.%2”, its start."""

    format: str = "decimal"
    pattern: str = "%1."
    start: int = 1


class WordPackage:
    """A Word file opened; nothing in it is fetched, expanded or run."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(BytesIO(data))
        self._names = {name.lstrip("/"): name for name in self._zip.namelist()}
        self.main = self._find_main()
        self.relations = self._read_relations(self.main)
        self.styles, self.default_style = self._read_styles()
        self._anew: set[tuple[str, int]] = set()
        self._lists, self._abstract = self._read_numbering()

    def part(self, name: str) -> Element | None:
        stored = self._names.get(name.lstrip("/"))
        if stored is None:
            return None
        data = self._zip.read(stored)
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(data, parser)

    def related(self, kind: str) -> list[Element]:
        """The parts of one kind (footnotes, header, comments …) that the main part names."""
        names = [
            target for k, target, inside in self.relations.values() if k == kind and inside
        ]
        return [part for part in map(self.part, names) if part is not None]

    def address(self, relation: str) -> str:
        kind, target, inside = self.relations.get(relation, ("", "", True))
        return target if kind == "hyperlink" and not inside else ""

    def style(self, style_id: str) -> list[Style]:
        """A style and those it is based on, nearest first."""
        chain: list[Style] = []
        seen: set[str] = set()
        while style_id in self.styles and style_id not in seen:
            seen.add(style_id)
            chain.append(self.styles[style_id])
            style_id = chain[-1].based_on
        return chain

    def list_level(self, list_id: str, level: int) -> ListLevel | None:
        return self._lists.get(list_id, {}).get(level)

    def list_family(self, list_id: str) -> str:
        """Lists of one family go on counting where another stopped."""
        return self._abstract.get(list_id, list_id)

    def starts_anew(self, list_id: str, level: int) -> bool:
        """Whether the first paragraph of this list begins to count again (17.9.26)."""
        return (list_id, level) in self._anew

    def _find_main(self) -> str:
        for kind, target, inside in self._read_relations("").values():
            if kind == "officeDocument" and inside:
                return target
        return "word/document.xml"

    def _read_relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        folder, name = posixpath.split(part)
        root = self.part(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for each in root.iter(_RELATION) if root is not None else ():
            inside = each.get("TargetMode") != "External"
            target = each.get("Target") or ""
            if inside:
                target = target.lstrip("/") if target.startswith("/") else _join(folder, target)
            found[each.get("Id") or ""] = (
                (each.get("Type") or "").split("/")[-1],
                target,
                inside,
            )
        return found

    def _read_styles(self) -> tuple[dict[str, Style], str]:
        styles: dict[str, Style] = {}
        default = ""
        for root in self.related("styles"):
            for each in root.iter(f"{W}style"):
                style_id = each.get(f"{W}styleId") or ""
                styles[style_id] = _read_style(each)
                if each.get(f"{W}type") == "paragraph" and each.get(f"{W}default") in _ON:
                    default = style_id
        return styles, default

    def _read_numbering(self) -> tuple[dict[str, dict[int, ListLevel]], dict[str, str]]:
        abstract: dict[str, dict[int, ListLevel]] = {}
        lists: dict[str, dict[int, ListLevel]] = {}
        families: dict[str, str] = {}
        for root in self.related("numbering"):
            for each in root.iter(f"{W}abstractNum"):
                abstract[each.get(f"{W}abstractNumId") or ""] = _read_levels(each)
            for each in root.iter(f"{W}num"):
                list_id = each.get(f"{W}numId") or ""
                family = value(each, "abstractNumId")
                lists[list_id] = dict(abstract.get(family, {}))
                families[list_id] = f"family {family}"
                for change in each.iter(f"{W}lvlOverride"):
                    if _override(lists[list_id], change):
                        self._anew.add((list_id, int(change.get(f"{W}ilvl") or 0)))
        return lists, families

    def marks(self) -> dict[str, Any]:
        """What an export of ours keeps beside its text; empty in other files."""
        for root in self.related("customXml"):
            if root.tag == f"{{{MARKS_SPACE}}}marks":
                try:
                    told = json.loads(root.text or "")
                except ValueError:
                    continue
                if isinstance(told, dict):
                    return told
        return {}

    def properties(self) -> dict[str, str]:
        """Who wrote the file and for whom, as Word keeps it: {“creator”: …, “company”: …}."""
        wanted = {"creator", "lastModifiedBy", "Company", "Manager", "title", "subject"}
        wanted |= {"keywords", "description", "category"}
        found = {}
        for name in ("docProps/core.xml", "docProps/app.xml"):
            root = self.part(name)
            for each in root.iter() if root is not None else ():
                local = etree.QName(each).localname if isinstance(each.tag, str) else ""
                if local in wanted and (each.text or "").strip():
                    found[local] = " ".join(each.text.split())[:200]
        return found


def value(parent: Element | None, *path: str) -> str:
    """The w:val of a child, or an empty string."""
    element = parent
    for name in path:
        element = element.find(f"{W}{name}") if element is not None else None
    return (element.get(f"{W}val") or "") if element is not None else ""


def is_on(element: Element) -> bool:
    return (element.get(f"{W}val") or "1").lower() not in _OFF


def flag(properties: Element | None, name: str) -> bool | None:
    """A switch such as w:b: True, False or not said."""
    element = properties.find(f"{W}{name}") if properties is not None else None
    return is_on(element) if element is not None else None


def _read_style(element: Element) -> Style:
    paragraph, run = element.find(f"{W}pPr"), element.find(f"{W}rPr")
    outline = value(paragraph, "outlineLvl")
    level = value(paragraph, "numPr", "ilvl")
    flags = {name: flag(run, name) for name in ("b", "i", "vanish")}
    return Style(
        name=value(element, "name").lower(),
        based_on=value(element, "basedOn"),
        outline=int(outline) if outline.isdigit() and int(outline) < 9 else None,
        flags={name: on for name, on in flags.items() if on is not None},
        list_id=value(paragraph, "numPr", "numId"),
        list_level=int(level) if level.isdigit() else 0,
    )


def _read_levels(element: Element) -> dict[int, ListLevel]:
    return {
        int(each.get(f"{W}ilvl") or 0): ListLevel(
            format=value(each, "numFmt") or "decimal",
            pattern=value(each, "lvlText"),
            start=_number(value(each, "start"), 1),
        )
        for each in element.iter(f"{W}lvl")
    }


def _override(levels: dict[int, ListLevel], change: Element) -> bool:
    at = int(change.get(f"{W}ilvl") or 0)
    levels.update(_read_levels(change))
    start = value(change, "startOverride")
    if not start:
        return False
    old = levels.get(at, ListLevel())
    levels[at] = ListLevel(old.format, old.pattern, _number(start, 1))
    return True


def _number(raw: str, otherwise: int) -> int:
    return int(raw) if re.fullmatch(r"\d{1,6}", raw) else otherwise


def _join(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(folder, target))
