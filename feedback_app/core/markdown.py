"""Turns Markdown into HTML whose text nodes are, joined, the canonical text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

BLOCK_BREAK = "\n\n"
CELL_BREAK = "\t"

_WHITE = re.compile("[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
_KEY = re.compile("[a-z0-9]*(?:-[a-z0-9]+)*")

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").use(footnote_plugin)


def is_safe_address(address: str) -> bool:
    return _SAFE_ADDRESS.fullmatch(address) is not None


def parse(source: str, found: dict[str, Any] | None = None) -> list[Token]:
    """Return the tokens of CommonMark with tables and footnotes; raw HTML stays text.

    `found` receives what stands apart from the text: link targets under "references".
    """
    text = unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", source))
    return _PARSER.parse(text, found if found is not None else {})


def to_html(source: str, *, key: str = "", top_heading: int = 4) -> tuple[str, str]:
    """Return HTML (not yet trusted) and its canonical text.

    Text nodes outside paragraphs are written on purpose: two newlines between blocks, list
    items and rows, a tab between cells. Empty blocks have no separator of their own.
    """
    if not _KEY.fullmatch(key):
        raise ValueError("a section key holds lower-case letters, digits and single hyphens")
    walk = _Walk(key=key, top_heading=top_heading)
    walk.run(parse(source))
    return "".join(walk.html), "".join(walk.text)


class _Walk:
    """The state of one rendering."""

    def __init__(self, *, key: str, top_heading: int) -> None:
        self.html: list[str] = []
        self.text: list[str] = []
        self.slot = -1
        self.container = ""
        self.key = f"-{key}" if key else ""
        self.top_heading = top_heading
        self.headings: list[int] = []
        self.cells: list[tuple[str, str, str]] = []
        self.lead = 0

    def run(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            self.step(token)

    def step(self, token: Token) -> None:
        kind = token.type
        if kind == "inline":
            self.inline(token)
        elif kind == "paragraph_open":
            self.container = "" if token.hidden else "p"
        elif kind == "heading_open":
            self.container = self.heading(int(token.tag[1]))
        elif kind in ("fence", "code_block"):
            self.code(token.content)
        elif kind == "hr":
            self.tag("<hr>")
        elif kind.startswith("footnote_"):
            self.footnote(token)
        elif token.tag in ("table", "thead", "tbody", "tr", "th", "td"):
            self.table(token)
        elif token.tag in ("ul", "ol", "li", "blockquote"):
            self.group(token)

    def group(self, token: Token) -> None:
        start = token.attrGet("start")
        first = f' start="{int(start)}"' if start not in (None, 1) else ""
        self.tag(f"<{token.tag}{first}>" if token.nesting == 1 else f"</{token.tag}>")

    def tag(self, markup: str) -> None:
        """Write a tag of a block; what closes moves the place of the next separator."""
        self.html.append(markup)
        if markup.startswith(("</", "<hr")):
            self.mark_slot()

    def mark_slot(self) -> None:
        self.slot = len(self.html)
        self.html.append("")

    def separate(self) -> None:
        if self.text:
            self.html[self.slot] = BLOCK_BREAK
            self.text.append(BLOCK_BREAK)

    def leaf(self, before: str, html: str, after: str, text: str) -> None:
        """Write the smallest block that holds text."""
        if not text:
            return
        self.separate()
        self.html += (before, html, after)
        self.text.append(text)
        self.mark_slot()

    def inline(self, token: Token) -> None:
        line = _Line(self.key)
        if self.container not in ("th", "td"):
            line.lead(self.take_lead())
        line.add(token.children or [])
        html, text = line.close()
        if self.container in ("th", "td"):
            self.cells[-1] = (self.container, html, text)
        elif self.container:
            self.leaf(f"<{self.container}>", html, f"</{self.container}>", text)
        else:
            self.leaf("", html, "", text)

    def heading(self, level: int) -> str:
        """A heading's rank by nesting, so that no step is skipped below the section's title."""
        while self.headings and self.headings[-1] >= level:
            self.headings.pop()
        self.headings.append(level)
        return f"h{min(6, self.top_heading + len(self.headings) - 1)}"

    def code(self, content: str) -> None:
        """Blank lines in code get one space, since an empty line would end the block."""
        self.flush_lead()
        text = _CONTROL.sub("", content.expandtabs(4).replace("\r", "")).strip("\n")
        text = re.sub(r"[\f\v\x85\u2028\u2029]", " ", text)
        text = unicodedata.normalize("NFC", re.sub(r"\n(?=\n)", "\n ", text))
        if text.strip():
            self.leaf("<pre><code>", escape(text, quote=False), "</code></pre>", text)

    def table(self, token: Token) -> None:
        if token.tag in ("th", "td"):
            if token.nesting == 1:
                self.container = token.tag
                self.cells.append((token.tag, "", ""))
        elif token.tag == "tr":
            if token.nesting == 1:
                self.cells = []
            else:
                self.row()
        elif token.nesting == 1:
            self.flush_lead()
            self.tag(f"<{token.tag}>")
        elif self.html[-1] == f"<{token.tag}>":
            self.html.pop()  # no row had words
        else:
            self.tag(f"</{token.tag}>")

    def row(self) -> None:
        """A row of empty cells is left out: Markdown needs a head even where Word had none."""
        if not any(text for _tag, _html, text in self.cells):
            return
        drawn = []
        for tag, html, text in self.cells:
            name = tag if text else "td"
            scope = ' scope="col"' if name == "th" else ""
            drawn.append(f"<{name}{scope}>{html}</{name}>")
        text = CELL_BREAK.join(text for _tag, _html, text in self.cells)
        self.leaf("<tr>", CELL_BREAK.join(drawn), "</tr>", text)

    def footnote(self, token: Token) -> None:
        if token.type == "footnote_block_open":
            self.tag('<div class="footnotes">')
        elif token.type == "footnote_open":
            self.lead = int(token.meta["id"]) + 1
            self.tag(f'<div class="footnote" id="fn{self.key}-{self.lead}">')
        elif token.type in ("footnote_close", "footnote_block_close"):
            self.flush_lead()
            self.tag("</div>")

    def take_lead(self) -> int:
        number, self.lead = self.lead, 0
        return number

    def flush_lead(self) -> None:
        """Give a footnote that starts with something else than words a line for its number."""
        if self.lead:
            line = _Line(self.key)
            line.lead(self.take_lead())
            html, text = line.close()
            self.leaf("<p>", html, "</p>", text)


class _Line:
    """The inside of one paragraph, heading or cell: pieces marked "text", "tag" or "break"."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.items: list[tuple[str, str]] = []
        self.links: list[int] = []
        self.tail = ""

    def lead(self, number: int) -> None:
        if number:
            self.mark(f'<a href="#fnref{self.key}-{number}">')
            self.word(f"[{number}]")
            self.mark("</a>")
            self.word(" ")

    def add(self, tokens: Iterable[Token]) -> None:
        for token in tokens:
            if token.type in ("text", "code_inline", "text_special"):
                self.words(token)
            elif token.type == "softbreak":
                self.word(" ")
            elif token.type == "hardbreak":
                self.hard_break()
            elif token.type in ("em_open", "strong_open", "em_close", "strong_close"):
                self.mark(f"<{'/' if token.nesting == -1 else ''}{token.tag}>")
            elif token.type in ("link_open", "link_close"):
                self.link(token)
            elif token.type == "image":
                self.word(_alternative(token))
            elif token.type == "footnote_ref":
                self.reference(token)

    def words(self, token: Token) -> None:
        if token.type == "code_inline":
            self.mark("<code>")
            self.word(token.content)
            self.mark("</code>")
        else:
            self.word(token.content)

    def link(self, token: Token) -> None:
        if token.nesting == 1:
            address = str(token.attrGet("href") or "")
            safe = is_safe_address(address)
            self.links.append(len(self.items) if safe else -1)
            if safe:
                self.mark(f'<a href="{escape(address)}">')
            return
        start = self.links.pop()
        if start >= 0 and any(kind != "tag" for kind, _ in self.items[start:]):
            self.mark("</a>")
        elif start >= 0:
            del self.items[start]

    def reference(self, token: Token) -> None:
        number = int(token.meta["id"]) + 1
        again = int(token.meta.get("subId", 0))
        name = f"fnref{self.key}-{number}" + (f"-{again + 1}" if again else "")
        self.mark("<sup>")
        if not self.links:
            self.mark(f'<a id="{name}" href="#fn{self.key}-{number}">')
        self.word(f"[{number}]")
        if not self.links:
            self.mark("</a>")
        self.mark("</sup>")

    def mark(self, markup: str) -> None:
        self.items.append(("tag", markup))

    def hard_break(self) -> None:
        """Two hard breaks in a row count as one: two newlines are the end of a block."""
        if self.tail in ("", "\n"):
            return
        if self.tail == " ":
            self.drop_trailing_space()
        self.items.append(("break", "\n"))
        self.tail = "\n"

    def drop_trailing_space(self) -> None:
        for index in range(len(self.items) - 1, -1, -1):
            if self.items[index][0] == "text":
                self.items[index] = ("text", self.items[index][1].rstrip(" "))
                return

    def word(self, raw: str) -> None:
        text = unicodedata.normalize("NFC", _CONTROL.sub("", _WHITE.sub(" ", raw)))
        text = _WHITE.sub(" ", text)
        if self.tail in ("", " ", "\n"):
            text = text.lstrip(" ")
        text = self.compose(text)
        if text:
            self.items.append(("text", text))
            self.tail = text[-1]

    def compose(self, text: str) -> str:
        """Hand letters that melt with the text before a tag over to that text."""
        index = len(self.items) - 1
        while index >= 0 and self.items[index][0] == "tag":
            index -= 1
        if index < 0 or self.items[index][0] == "break" or not self.items[index][1]:
            return text
        before = self.items[index][1]
        while text and _melts(before, text[0]):
            before = unicodedata.normalize("NFC", before + text[0])
            text = text[1:]
        self.items[index] = ("text", before)
        self.tail = before[-1]
        return text

    def close(self) -> tuple[str, str]:
        self.trim()
        html = []
        for kind, value in self.items:
            if kind == "tag":
                html.append(value)
            else:
                html.append("<br>\n" if kind == "break" else escape(value, quote=False))
        text = "".join(value for kind, value in self.items if kind != "tag")
        return "".join(html), text

    def trim(self) -> None:
        for index in range(len(self.items) - 1, -1, -1):
            kind, value = self.items[index]
            if kind == "break":
                self.items[index] = ("text", "")
            elif kind == "text":
                self.items[index] = ("text", value.rstrip(" "))
                if self.items[index][1]:
                    return


def _melts(before: str, letter: str) -> bool:
    if unicodedata.combining(letter):
        return True
    pair = before[-1] + letter
    return not unicodedata.is_normalized("NFC", pair)


def _alternative(image: Token) -> str:
    words = []
    for token in image.children or []:
        if token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif token.type == "image":
            words.append(_alternative(token))
        else:
            words.append(token.content)
    return "".join(words)
