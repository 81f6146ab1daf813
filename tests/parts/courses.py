"""Courses of every form that Word, Markdown and web pages share, for property tests."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from feedback_app.core.html import render
from feedback_app.exchange.document import Withheld
from feedback_app.exchange.export import ExportedSection, RevisionExport

LETTERS = st.sampled_from("abcdefgh áéñ012*_`[]<>&\\.!#|😀")
WORDS = st.text(LETTERS, min_size=1, max_size=12).map(lambda t: " ".join(t.split()) or "x")
SAFE = WORDS.map(lambda t: re.sub(r"([\\`*_\[\]<>&#.!|+-])", r"\\\1", t))


def marked(words: str, sign: str) -> str:
    return f"so {sign}{words}{sign} on" if words.isalnum() else f"so {words} on"


LINES = st.one_of(
    SAFE.map(lambda w: f"a {w} b"),
    st.text("abc ñ", min_size=1, max_size=6).map(lambda w: marked(w.strip(), "**")),
    st.text("abc ñ", min_size=1, max_size=6).map(lambda w: marked(w.strip(), "*")),
    st.text("abc`*<", min_size=1, max_size=5).map(lambda w: f"type ``` {w}x ``` now"),
    st.just("see [the **law**](https://law.org/a?b=1&c=2) here"),
    st.just("first\\\nsecond"),
    st.just("noted.[^a] More.[^a]"),
)
BLOCKS = st.one_of(
    LINES,
    st.lists(LINES, min_size=1, max_size=3).map(
        lambda ls: "\n".join("- " + each.replace("\n", "\n  ") for each in ls)
    ),
    st.lists(LINES, min_size=1, max_size=3).map(
        lambda ls: "\n".join(
            f"{n}. " + each.replace("\n", "\n   ") for n, each in enumerate(ls, 3)
        )
    ),
    st.just("1. one\n   - two\n     - three\n   - four\n2. five"),
    st.just("- a\n\n  b *c*\n- d"),
    st.lists(SAFE, min_size=2, max_size=4).map(
        lambda cells: f"| {' | '.join(cells)} |\n|{'---|' * len(cells)}\n|{' x |' * len(cells)}"
    ),
    st.just("| **a** | |\n|---|---|\n| c |"),
    st.just("> said\n>\n> again"),
    st.just("```\none\n\n  two <b>\n```"),
    st.just("#### Inside"),
    st.just("***"),
)


def source_of(blocks: list[str]) -> str:
    text = "\n\nand so on\n\n".join(blocks)
    return text + "\n\n[^a]: Code 4, *of* 2026." if "[^a]" in text else text


SOURCES = st.lists(BLOCKS, max_size=5).map(source_of)


def section(key: str, title: str, source: str = "", **values: object) -> ExportedSection:
    html = str(render(source, key=key).html)
    return ExportedSection(key=key, number="", title=title, source=source, html=html, **values)


@st.composite
def revisions(draw: st.DrawFn) -> RevisionExport:
    sections = []
    above = 0
    for index in range(draw(st.integers(1, 4))):
        above = draw(st.integers(1, min(3, above + 1)))
        is_withheld = index > 0 and draw(st.booleans())
        sections.append(
            section(
                f"abcdef{index}2".replace("0", "a").replace("1", "b"),
                f"On {draw(WORDS)}",
                "" if is_withheld else draw(SOURCES),
                level=above,
                kind=draw(st.sampled_from(["", "content", "activity"])),
                minutes=draw(st.one_of(st.none(), st.integers(0, 900))),
                openness=draw(st.sampled_from(["", "open", "fixed"])),
                authority=draw(st.one_of(st.just(""), WORDS)),
                summary=draw(st.one_of(st.just(""), WORDS)),
                withheld=Withheld("Codes", "Chief", "Law", "") if is_withheld else None,
            )
        )
    return RevisionExport(f"The {draw(WORDS)}", 3, draw(WORDS), "es", tuple(sections), "course")


def loose(html: str) -> str:
    """Whether the items of a list stand in paragraphs is air between them, no more; so is code
    without a letter in it."""
    air = r"(?<=<li>)<p>|</p>(?=\s*(?:</li>|<p>|<[uo]l>))|<p>|<code></code>"
    return re.sub(air, "", html)
