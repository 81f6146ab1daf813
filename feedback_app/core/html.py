"""Makes trusted markup; nothing else in the product does."""

from __future__ import annotations

import html as entities
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import bleach
import nh3
from markupsafe import Markup

from feedback_app.core.markdown import BLOCK_BREAK, CELL_BREAK, is_safe_address, to_html
from feedback_app.core.sentences import sentences, word_count

__all__ = [
    "Chip",
    "Mark",
    "Rendered",
    "UnacceptableText",
    "accept_text",
    "clean",
    "cover",
    "highlight",
    "plain_text",
    "render",
    "render_comment",
    "sentences",
    "word_count",
]

_TAGS = frozenset(
    {"p", "br", "hr", "em", "strong", "sup", "code", "pre", "blockquote", "div", "a"}
    | {"h3", "h4", "h5", "h6", "ul", "ol", "li"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
_ATTRIBUTES = {
    "a": {"href", "id"},
    "div": {"class", "id"},
    "ol": {"start"},
    "th": {"scope"},
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_REL = "nofollow noopener"
_SCHEMES = frozenset({"http", "https", "mailto"})
_OWN_ID = re.compile("fn(?:ref)?(?:-[a-z0-9]+)+")
_TOKEN = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+|<")
_TAG_NAME = re.compile(r"</?([a-z0-9]+)")
_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


class UnacceptableText(ValueError):
    """The text holds a character that no person types and no database keeps."""


@dataclass(frozen=True)
class Rendered:
    """Clean HTML and its canonical text; positions of quotes count in `text`."""

    html: Markup
    text: str


@dataclass(frozen=True)
class Chip:
    """A count after a marked passage; it is not part of the text that positions count in."""

    text: str
    href: str
    label: str


@dataclass(frozen=True)
class Mark:
    """A passage to mark: code points over the text content, `end` excluded."""

    start: int
    end: int
    css_class: str = ""
    tag: Literal["span", "mark", "ins", "del"] = "span"
    id: str = ""
    href: str = ""
    label: str = ""
    chip: Chip | None = None


def render(source: str, *, key: str = "", top_heading: int = 4) -> Rendered:
    """Render a section's Markdown; `text` equals the text content of `html`, letter for letter.

    `key` keeps the ids of footnotes apart on a page with many sections; headings start at
    `top_heading`, below the section's own title.
    """
    html, text = to_html(source, key=key, top_heading=top_heading)
    return Rendered(clean(html), text)


def render_comment(body: str) -> Rendered:
    """Render what a resident typed: paragraphs and line breaks, every sign as it was typed."""
    typed = re.sub(r"\r\n?|[\v\f\x85\u2028\u2029]", "\n", _SURROGATE.sub("\ufffd", body))
    typed = unicodedata.normalize("NFC", _CONTROL.sub("", typed).replace("\t", " "))
    blocks = []
    for paragraph in _PARAGRAPHS.split(typed):
        lines = [re.sub(" +", " ", line).strip(" ") for line in paragraph.split("\n")]
        blocks.append("\n".join(line for line in lines if line))
    kept = [block for block in blocks if block]
    drawn = [_escape(block).replace("\n", "<br>\n") for block in kept]
    html = BLOCK_BREAK.join(f"<p>{block}</p>" for block in drawn)
    return Rendered(clean(html), BLOCK_BREAK.join(kept))


class _ByThread(threading.local):
    """No two threads share a cleaner, and making one takes as long as cleaning a comment."""

    def __init__(self) -> None:
        self.cleaner = bleach.Cleaner(
            tags=_TAGS,
            attributes=lambda tag, name, value: _allowed(tag, name, value) is not None,
            protocols=_SCHEMES,
            strip=True,
        )


_by_thread = _ByThread()


def clean(html: str) -> Markup:
    """Drop everything that is not on our short list; Bleach first, nh3 has the last word."""
    once = _by_thread.cleaner.clean(_SURROGATE.sub("\ufffd", html))
    twice = nh3.clean(
        once,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_allowed,
        url_schemes=set(_SCHEMES),
        link_rel=_REL,
    )
    return Markup(twice)  # noqa: S704 - nh3 has just cleaned it


def plain_text(html: str) -> str:
    """Return the text content; what is not yet trusted is cleaned first."""
    trusted = html if isinstance(html, Markup) else clean(html)
    return "".join(text for text, _tag in _tokens(trusted) if text)


def accept_text(raw: str) -> str:
    """Return the text as it is stored: NFC, lines ended by a newline alone."""
    if "\x00" in raw or _SURROGATE.search(raw):
        raise UnacceptableText("the text holds a null character or half a character")
    return unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))


def highlight(html: Markup, marks: Sequence[Mark]) -> Markup:
    """Mark passages in stored HTML; they may overlap and cross the borders of elements.

    Every run of text is wrapped by itself, so that the result is well formed; the text stays
    the same, chips apart. The id of a mark stands on its first piece, its chip after its last.
    """
    if not isinstance(html, Markup):
        raise TypeError("only markup made here is marked")
    wanted = [mark for mark in marks if mark.start < mark.end]
    if not wanted:
        return html
    return Markup(_Marker(wanted).run(html))  # noqa: S704 - trusted markup and escaped values


SIGN = "▮"
_SHOWS = re.compile(r"[^ \n\t]")


def cover_words(text: str, start: int, end: int) -> str:
    """The text with [start, end) under the sign, letter for letter; white space stays, so that
    every position keeps its meaning."""
    return text[:start] + _SHOWS.sub(SIGN, text[start:end]) + text[end:]


def cover(html: Markup, start: int, end: int) -> Markup:
    """The same in stored HTML; a link around covered words leads nowhere any more."""
    if not isinstance(html, Markup):
        raise TypeError("only markup made here is covered")
    out: list[str] = []
    at, link = 0, None
    for text, tag in _tokens(html):
        if tag:
            if _name_of(tag) == "a":
                link = None if tag.startswith("</") else len(out)
            out.append(tag)
            continue
        if at < end and at + len(text) > start:
            if link is not None and 'href="#' not in out[link]:
                out[link] = "<a>"
            text = cover_words(text, max(start - at, 0), max(end - at, 0))
        out.append(_escape(text))
        at += len(text)
    return Markup("".join(out))  # noqa: S704 - trusted markup and escaped text


@dataclass
class _Marker:
    marks: list[Mark]
    out: list[str] = field(default_factory=list)
    at: int = 0
    links: int = 0
    near: list[int] = field(default_factory=list)
    ahead: int = 0
    begun: set[int] = field(default_factory=set)
    last_piece: dict[int, int] = field(default_factory=dict)
    in_link: set[int] = field(default_factory=set)

    def run(self, html: Markup) -> str:
        self.marks.sort(key=lambda mark: (mark.start, -mark.end))
        for text, tag in _tokens(html):
            if tag:
                self.step_over(tag)
            else:
                self.write(text)
        for index, piece in sorted(self.last_piece.items(), key=lambda at: (-at[1], -at[0])):
            chip = self.marks[index].chip
            if chip is not None:
                self.out.insert(piece + 1, _draw_chip(chip))
        return "".join(self.out)

    def step_over(self, tag: str) -> None:
        self.out.append(tag)
        if _name_of(tag) == "a":
            self.links += -1 if tag.startswith("</") else 1
            if not self.links:  # a chip is a link too and stands after this one
                self.last_piece |= dict.fromkeys(self.in_link, len(self.out) - 1)
                self.in_link.clear()

    def write(self, text: str) -> None:
        end = self.at + len(text)
        self.meet(end)
        if not self.near or text in (BLOCK_BREAK, CELL_BREAK):
            self.out.append(_escape(text))
        else:
            edges = {
                edge for i in self.near for edge in (self.marks[i].start, self.marks[i].end)
            }
            cuts = sorted({self.at, end} | {edge for edge in edges if self.at < edge < end})
            for left, right in pairwise(cuts):
                self.piece(left, right, text[left - self.at : right - self.at])
        self.at = end

    def meet(self, end: int) -> None:
        """Keep at hand only the marks that touch the text up to `end`; they come sorted."""
        self.near = [index for index in self.near if self.marks[index].end > self.at]
        while self.ahead < len(self.marks) and self.marks[self.ahead].start < end:
            if self.marks[self.ahead].end > self.at:
                self.near.append(self.ahead)
            self.ahead += 1

    def piece(self, left: int, right: int, text: str) -> None:
        marks = self.marks
        over = [i for i in self.near if marks[i].start < right and marks[i].end > left]
        closing = []
        linked = self.links > 0
        opening = []
        for index in over:
            mark = self.marks[index]
            name = "a" if mark.href and not linked else mark.tag
            linked = linked or name == "a"
            opening.append(self.open(index, name))
            closing.append(f"</{name}>")
        self.out.append("".join(opening) + _escape(text) + "".join(reversed(closing)))
        self.last_piece |= dict.fromkeys(over, len(self.out) - 1)
        if self.links:
            self.in_link.update(over)

    def open(self, index: int, name: str) -> str:
        mark = self.marks[index]
        attributes = {"class": mark.css_class}
        if index not in self.begun:
            self.begun.add(index)
            attributes["id"] = mark.id
        if name == "a":
            attributes |= {"href": mark.href, "aria-label": mark.label}
        shown = "".join(f' {k}="{entities.escape(v)}"' for k, v in attributes.items() if v)
        return f"<{name}{shown}>"


def _draw_chip(chip: Chip) -> str:
    href, label, text = (entities.escape(v) for v in (chip.href, chip.label, chip.text))
    return f'<a class="n" href="{href}" aria-label="{label}">{text}</a>'


def _tokens(html: Markup) -> Iterator[tuple[str, str]]:
    """Yield (text, "") and ("", tag); in clean HTML every "<" opens a tag."""
    for found in _TOKEN.finditer(str(html)):
        piece = found.group()
        if piece.startswith("<") and len(piece) > 1:
            yield "", piece
        else:
            yield entities.unescape(piece), ""


def _name_of(tag: str) -> str:
    found = _TAG_NAME.match(tag)
    return found.group(1) if found else ""


def _allowed(tag: str, name: str, value: str) -> str | None:
    if (tag, name, value) == ("a", "rel", _REL):
        return value
    if name not in _ATTRIBUTES.get(tag, ()):
        return None
    kept = {
        "href": is_safe_address(value)
        or bool(_OWN_ID.fullmatch(value[1:]) and value[0] == "#"),
        "id": bool(_OWN_ID.fullmatch(value)),
        "class": value in ("footnotes", "footnote"),
        "start": value.isascii() and value.isdigit() and len(value) <= 9,
        "scope": value == "col",
    }
    return value if kept[name] else None


def _escape(text: str) -> str:
    return entities.escape(text, quote=False)
