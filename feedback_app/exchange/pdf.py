"""Writes a revision as a PDF, where the extra that sets it is installed.

The words go in as data and never as markup, so that no text of a course is a command.
"""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

from lxml import etree

from feedback_app.core.errors import Conflict
from feedback_app.core.i18n import N_
from feedback_app.exchange.export import RevisionExport
from feedback_app.exchange.word_writing import Say, facts_of

MIME = "application/pdf"
LAYOUT = Path(__file__).with_name("revision.typ")
_VOID = re.compile(r"<(br|hr)>")
_INLINE = frozenset({"a", "em", "strong", "code", "sup", "br"})

Element = Any  # lxml's elements have no usable types


class PdfUnavailable(Conflict):
    message = N_(
        "PDF needs the extra “pdf”, which is not installed here. docs/operating.md says how."
    )


def write_pdf(revision: RevisionExport, say: Say = str) -> bytes:
    """A tagged PDF (PDF/UA-1) of the whole text; raises `PdfUnavailable` without the extra."""
    try:
        typst = importlib.import_module("typst")
    except ImportError as error:
        raise PdfUnavailable from error
    made: bytes = typst.compile(
        str(LAYOUT),
        format="pdf",
        sys_inputs={"course": json.dumps(as_data(revision, say), ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return made


def as_data(revision: RevisionExport, say: Say = str) -> dict[str, Any]:
    """The text as the layout takes it: sections of blocks, blocks of runs."""
    return {
        "title": revision.title,
        "language": revision.language,
        "summary": revision.summary,
        "sections": [
            {
                "number": section.number,
                "title": section.title,
                "level": section.level,
                "facts": facts_of(section, say),
                "blocks": _placeholder(section.withheld)
                if section.withheld
                else _blocks(_tree(section.html)),
            }
            for section in revision.sections
        ],
    }


def _placeholder(hidden: Any) -> list[dict[str, Any]]:
    said = [hidden.what, hidden.by, hidden.ground, hidden.seen_by]
    return [
        {"kind": "quote", "blocks": [_paragraph(" · ".join(each for each in said if each))]}
    ]


def _paragraph(words: str) -> dict[str, Any]:
    return {"kind": "p", "runs": [{"text": words}]}


def _tree(html: str) -> Element:
    source = _VOID.sub(r"<\1/>", html).replace("&nbsp;", "&#160;")
    return etree.fromstring(f"<div>{source}</div>")


def _blocks(element: Element) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    runs: list[dict[str, Any]] = []

    def close() -> None:
        if any(run["text"].strip() for run in runs):
            found.append({"kind": "p", "runs": list(runs)})
        runs.clear()

    _text(element.text, {}, runs)
    for child in element:
        if child.tag in _INLINE:
            _inline(child, {}, runs)
        else:
            close()
            found.extend(_block(child))
        _text(child.tail, {}, runs)
    close()
    return found


def _block(element: Element) -> list[dict[str, Any]]:
    name = element.tag
    if name == "p":
        return [{"kind": "p", "runs": _runs(element)}]
    if re.fullmatch("h[3-6]", name):
        return [{"kind": "h", "runs": _runs(element)}]
    if name == "pre":
        return [{"kind": "code", "text": "".join(element.itertext())}]
    if name == "hr":
        return [{"kind": "rule"}]
    if name in ("ul", "ol"):
        start = int(element.get("start") or 1)
        return [{"kind": name, "start": start, "items": [_blocks(item) for item in element]}]
    if name == "blockquote":
        return [{"kind": "quote", "blocks": _blocks(element)}]
    if name == "table":
        rows = [[_runs(cell) for cell in row] for row in element.iter("tr")]
        has_head = element.find("thead") is not None
        return [{"kind": "table", "rows": rows, "head": has_head}] if rows else []
    return _blocks(element)


def _runs(element: Element) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = []
    _inside(element, {}, runs)
    return runs


def _inside(element: Element, form: dict[str, Any], runs: list[dict[str, Any]]) -> None:
    _text(element.text, form, runs)
    for child in element:
        _inline(child, form, runs)
        _text(child.tail, form, runs)


def _inline(element: Element, form: dict[str, Any], runs: list[dict[str, Any]]) -> None:
    name = element.tag
    if name == "br":
        runs.append({"text": "\n"})
        return
    marks = {"strong": "bold", "em": "italic", "code": "code", "sup": "raised"}
    if name in marks:
        form = form | {marks[name]: True}
    href = element.get("href") or "#"
    if name == "a" and not href.startswith("#"):
        form = form | {"href": href}
    _inside(element, form, runs)


def _text(text: str | None, form: dict[str, Any], runs: list[dict[str, Any]]) -> None:
    words = (text or "").replace("\n", "").replace("\t", "")
    if words:
        runs.append({"text": words} | form)
