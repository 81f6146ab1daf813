"""A version as a PDF: its words as data, and a plain refusal where nothing can set them."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

import pytest
from hypothesis import given, settings

from feedback_app.core.html import render
from feedback_app.exchange.pdf import as_data, write_pdf
from tests.parts.courses import SOURCES, revisions, section

needs_typst = pytest.mark.skipif(
    importlib.util.find_spec("typst") is None, reason="the extra “pdf” is not installed"
)


def words_in(data: Any) -> str:
    if isinstance(data, dict):
        parts = [data["text"]] if "text" in data else []
        held = [data.get(name, []) for name in ("runs", "blocks", "items", "rows")]
        return "".join([*parts, *map(words_in, held)])
    return "".join(map(words_in, data))


@settings(max_examples=50, deadline=None)
@given(SOURCES)
def test_every_word_of_a_section_is_in_the_data(source):
    from feedback_app.exchange.export import RevisionExport

    data = as_data(RevisionExport("T", sections=(section("aaaaaaaa", "S", source),)))

    found = words_in(data["sections"][0]["blocks"])
    assert "".join(found.split()) == "".join(render(source, key="k").text.split())


@pytest.mark.one_engine
def test_without_the_extra_the_command_says_in_one_line_what_is_missing(run, make, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    revision = make.revision()

    refused = run("curricula", "export", revision.curriculum.slug, "--format", "pdf")

    assert refused.exit_code == 1
    assert refused.output.strip().splitlines() == [
        "Error: PDF needs the extra “pdf”, which is not installed here. "
        "docs/operating.md says how."
    ]


@needs_typst
@settings(max_examples=5, deadline=None)
@given(revisions())
def test_any_course_becomes_a_tagged_pdf(revision):
    pdf = write_pdf(revision)

    assert pdf.startswith(b"%PDF-")
    assert b"/MarkInfo" in pdf or b"/StructTreeRoot" in pdf
