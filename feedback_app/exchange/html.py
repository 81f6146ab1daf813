"""Web pages: a revision as one page that needs nothing else, and anybody's page."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import Any

from lxml import etree
from lxml import html as parser

from feedback_app.core.html import render
from feedback_app.exchange.blocks import write_blocks
from feedback_app.exchange.document import (
    Document,
    Note,
    SectionDraft,
    Withheld,
    with_even_levels,
    with_notes,
)
from feedback_app.exchange.export import ExportedSection, RevisionExport
from feedback_app.exchange.html_reader import Element, PageReader
from feedback_app.exchange.outline import build_document

_STYLE = (
    "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.6 Georgia,serif}"
    "table{border-collapse:collapse}td,th{border:1px solid;padding:.3rem .5rem}"
    ".facts{font:0.9rem/1.5 sans-serif}"
)
_MARKS = ("key", "kind", "minutes", "openness", "authority", "summary")
_WITHHELD = ("what", "by", "ground", "seen_by")


def write_html(revision: RevisionExport) -> str:
    """Return a whole page; each section carries its key and marks in data attributes."""
    parts = [
        "<!doctype html>",
        f'<html lang="{escape(revision.language)}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta name="description" content="{escape(revision.summary)}">',
        f"<title>{escape(revision.title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(revision.title)}</h1>",
        *(_write_section(section) for section in revision.sections),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _write_section(section: ExportedSection) -> str:
    level = section.level + 1
    values: dict[str, object] = {name: getattr(section, name) for name in _MARKS}
    if section.withheld:
        values |= {f"withheld-{n}": getattr(section.withheld, n) for n in _WITHHELD}
    said = {name: value for name, value in values.items() if value not in ("", None)}
    marks = "".join(f' data-{name}="{escape(str(value))}"' for name, value in said.items())
    key = re.sub("[^a-z0-9]", "", section.key)
    body = str(render(section.source, key=key, top_heading=min(6, level + 1)).html)
    if section.withheld:
        lines = [escape(getattr(section.withheld, name)) for name in _WITHHELD]
        body = f"<p>{' · '.join(line for line in lines if line)}</p>"
    number = f'<span class="number">{escape(section.number)}</span> ' if section.number else ""
    title = f"<h{level}>{number}{escape(section.title)}</h{level}>"
    opening = f'<section id="s-{key}" data-level="{section.level}"{marks}>'
    return "\n".join([opening, title, body, "</section>"])


def read_html(text: str, filename: str = "") -> Document:
    """Read our own export, or any page with sections at its headings."""
    root = _parse(text)
    if root is None:
        return build_document([], filename=filename, origin="html")
    titles = [" ".join((each.text_content() or "").split()) for each in root.iter("title")]
    given = titles[0] if titles else ""
    language = (root.get("lang") or "")[:2].lower()
    own = root.xpath("//section[@data-key and @data-level]")
    if own:
        return _read_own(root, own, given, language)
    reader = PageReader()
    blocks = list(reader.blocks(root, 0))
    return build_document(
        blocks,
        filename=filename,
        origin="html",
        given_title=given,
        language=language if language in ("en", "es") else "",
        footnotes=reader.footnotes,
        notes=tuple(Note(code, count=count) for code, count in reader.lost.items()),
    )


def _parse(text: str) -> Element | None:
    try:
        return parser.document_fromstring(
            text.encode(), parser=parser.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, ValueError):
        return None


def _read_own(root: Element, own: list[Element], title: str, language: str) -> Document:
    heads = [each.text_content() for each in root.iter("h1")]
    summary = root.xpath("string(//meta[@name='description']/@content)")
    return Document(
        title=" ".join((heads[0] if heads else title).split()),
        sections=with_even_levels([_own_section(each) for each in own]),
        language=language,
        summary=str(summary),
        origin="html",
    )


def _own_section(element: Element) -> SectionDraft:
    for number in element.xpath(".//span[@class='number']"):
        number.drop_tree()
    heading = next((each for each in element if re.fullmatch("h[2-4]", str(each.tag))), None)
    title = heading.text_content() if heading is not None else ""
    if heading is not None:
        heading.drop_tree()
    reader = PageReader(is_own=True)
    blocks = list(reader.blocks(element, 0))
    values: dict[str, Any] = {name: element.get(f"data-{name}") for name in _MARKS}
    placeholder = {name: element.get(f"data-withheld-{name}") or "" for name in _WITHHELD}
    draft = SectionDraft.from_json(
        values | {"title": title, "level": element.get("data-level")}
    )
    if any(placeholder.values()):
        return replace(draft, source="", withheld=Withheld(**placeholder))
    return replace(draft, source=with_notes(write_blocks(blocks), reader.footnotes))
