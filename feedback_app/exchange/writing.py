"""A revision as a file that anybody can keep, and that importing gives back."""

from __future__ import annotations

import json
from collections.abc import Callable

from feedback_app.exchange.export import RevisionExport, as_document
from feedback_app.exchange.html import write_html
from feedback_app.exchange.markdown import write_markdown


def write_json(revision: RevisionExport) -> str:
    """The tree of `exchange.document` with the numbers that readers see."""
    tree = as_document(revision).to_json() | {"number": revision.number}
    for section, given in zip(tree["sections"], revision.sections, strict=True):
        section["number"] = given.number
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


FORMATS: dict[str, tuple[str, Callable[[RevisionExport], str]]] = {
    "md": ("text/markdown", write_markdown),
    "html": ("text/html", write_html),
    "json": ("application/json", write_json),
}
"""File ending → media type and writer."""
