from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_app.core.html import render
from feedback_app.exchange.document import Document, Withheld
from feedback_app.exchange.export import (
    ExportedSection,
    RevisionExport,
    as_document,
    number_sections,
)
from feedback_app.exchange.html import read_html, write_html
from feedback_app.exchange.markdown import read_markdown, write_markdown
from feedback_app.exchange.reading import read_text
from tests.parts import courses


def joined(words: list[str]) -> str:
    return unicodedata.normalize("NFC", " ".join(words))


LETTERS = st.characters(
    codec="utf-8",
    exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp", "Mn", "Mc", "Me", "Zs"),
)
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=6), min_size=1, max_size=4).map(joined)
PIECES = [
    "# Big\n\n",
    "## Inside\n",
    "text\n\n",
    "- a\n",
    "```\n",
    "<!-- section {} -->\n",
    "| a |\n|---|\n",
]
SOURCES = st.one_of(
    st.lists(st.one_of(st.sampled_from(PIECES), WORDS), max_size=6)
    .map("".join)
    .map(lambda s: s.strip("\n"))
)


@st.composite
def revisions(draw: st.DrawFn) -> RevisionExport:
    sections = []
    above = 0
    for index in range(draw(st.integers(1, 4))):
        above = draw(st.integers(1, min(3, above + 1)))
        is_withheld = draw(st.booleans()) and index > 0
        sections.append(
            ExportedSection(
                key=f"abcdef{index}2",
                number="",
                title=draw(WORDS),
                level=above,
                kind=draw(st.sampled_from(["", "content", "activity"])),
                minutes=draw(st.one_of(st.none(), st.integers(0, 900))),
                openness=draw(st.sampled_from(["", "open", "fixed"])),
                authority=draw(st.one_of(st.just(""), WORDS)),
                summary=draw(st.one_of(st.just(""), WORDS)),
                source="" if is_withheld else draw(SOURCES),
                withheld=Withheld("Codes", "Chief --> x", draw(WORDS), "Board")
                if is_withheld
                else None,
            )
        )
    return RevisionExport(draw(WORDS), 3, draw(WORDS), "es", tuple(sections))


def bare(document: Document) -> Document:
    return Document(document.title, document.sections, document.language, document.summary)


@settings(max_examples=200, deadline=None)
@given(revisions())
def test_a_markdown_export_comes_back_as_the_same_tree(revision):
    again = read_markdown(write_markdown(revision))

    assert bare(again) == as_document(revision)


@settings(max_examples=100, deadline=None)
@given(revisions())
def test_json_comes_back_as_the_same_tree(revision):
    document = as_document(revision)

    assert read_text(json.dumps(document.to_json()), "x.json") == document


@settings(max_examples=60, deadline=None)
@given(courses.revisions())
def test_a_page_comes_back_as_the_same_tree(revision):
    again = bare(read_html(write_html(revision)))
    wanted = as_document(revision)

    assert replace(again, sections=()) == replace(wanted, sections=())
    for mine, theirs in zip(again.sections, wanted.sections, strict=True):
        assert replace(mine, source="") == replace(theirs, source="")
        drawn, given_ = render(mine.source, key=mine.key), render(theirs.source, key=theirs.key)
        assert drawn.text == given_.text
        assert courses.loose(drawn.html) == courses.loose(given_.html)


@settings(max_examples=40, deadline=None)
@given(courses.revisions())
def test_structured_courses_come_back_from_markdown_letter_for_letter(revision):
    assert bare(read_text(write_markdown(revision), "x.md")) == as_document(revision)


SOURCE = """Wait.[^1] **Now** _go_ [on](https://a.org).

1. one
   - two
2. three

| a | b |
| --- | --- |
| c |  |

> said

[^1]: Code 4."""
COURSE = RevisionExport(
    "Crisis & care",
    2,
    "A course",
    "en",
    (
        ExportedSection(
            "aaaa2222", "1", "Aims <1>", 1, "objective", 20, "open", "", "Short.", SOURCE
        ),
        ExportedSection(
            "bbbb2222",
            "1.1",
            "Codes",
            2,
            "safety",
            withheld=Withheld("Codes", "Chief", "Law", "Board"),
        ),
        ExportedSection("cccc2222", "2", "End", source="Bye\\\nnow"),
    ),
)


def test_a_page_comes_back_with_keys_marks_and_words():
    again = bare(read_html(write_html(COURSE)))

    assert again == as_document(COURSE)


def test_a_page_needs_nothing_from_elsewhere_and_shows_no_withheld_words():
    page = write_html(COURSE)

    assert "<script" not in page
    assert "src=" not in page
    assert "<p>Codes · Chief · Law · Board</p>" in page
    assert '<h3><span class="number">1.1</span> Codes</h3>' in page
    assert "Aims &lt;1&gt;" in page


def test_an_export_is_recognized_among_uploads():
    assert read_text(write_html(COURSE), "x.md").sections[0].key == "aaaa2222"
    assert read_text(write_markdown(COURSE), "x.html").sections[0].key == "aaaa2222"


def test_numbers_follow_the_levels():
    assert number_sections([1, 2, 2, 3, 1, 2]) == ["1", "1.1", "1.2", "1.2.1", "2", "2.1"]


def test_anybodys_markdown_becomes_sections_with_every_word():
    text = (
        "---\ntitle: Our course\nlanguage: en\n---\n\nHello.[^n]\n\nAims (30 min)\n---\n\n"
        "See [law].\n\n### Deep\n\nTime: 1 hour\n\n```\n# not a heading\n```\n\n"
        "![map](x.png) <b>bold</b>\n\n"
        "[law]: https://law.org\n[^n]: A note\n"
    )

    document = read_markdown(text)

    assert document.title == "Our course"
    assert [(s.level, s.title, s.minutes) for s in document.sections] == [
        (1, "Overview", None),
        (1, "Aims", 30),
        (2, "Deep", 60),
    ]
    assert document.sections[0].source == "Hello.[^n]\n\n[^n]: A note"
    assert 'href="https://law.org"' in render(document.sections[1].source).html
    assert "# not a heading" in document.sections[2].source
    assert {note.code for note in document.notes} == {"picture", "html"}


def test_a_page_of_a_word_processor_becomes_sections():
    page = (
        "<html lang='es'><head><title>Curso.docx</title><style>p{}</style></head><body>"
        "<h1>Curso</h1><h2>Metas</h2><div><p>Uno <b>dos</b> <u>tres</u><br>cuatro</p></div>"
        "<ol start=3><li>a<ul><li>b</ul><li><p>c</p><p>d</p></ol>"
        "<table><tr><th>x<th>y<tr><td colspan=2>z|</table><script>alert(1)</script>"
        "<h2>Fin</h2>suelto<blockquote><p>dicho</p></blockquote><pre>a\n b</pre><hr>"
        "<p><a href='javascript:x'>mal</a> <img alt='mapa' src=x></body></html>"
    )

    document = read_html(page)

    assert (document.title, document.language) == ("Curso", "es")
    assert [s.title for s in document.sections] == ["Metas", "Fin"]
    assert document.sections[0].source == (
        "Uno **dos** tres\\\ncuatro\n\n3. a\n   - b\n4. c\\\n   d\n\n"
        "| x | y |\n| --- | --- |\n| z\\| |  |"
    )
    assert document.sections[1].source == (
        "suelto\n\n> dicho\n\n```\na\n b\n```\n\n***\n\nmal \\[Picture: mapa\\]"
    )
    assert {note.code for note in document.notes} == {"underline", "merged", "picture"}
