"""The neutral tree between file formats and revisions: a flat list of sections with levels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from markdown_it.token import Token

from feedback_app.core.i18n import N_
from feedback_app.core.markdown import parse

FORMAT = "feedback-app/document/1"

_WITHHELD = ("what", "by", "ground", "seen_by")
_DRAFT_TEXTS = ("source", "ref", "key", "openness", "authority", "summary")

# How each thing that Markdown cannot hold was put into words; shown beside the preview.
NOTE_LABELS: dict[str, str] = {
    "alignment": N_("Centered or right-aligned lines start at the left."),
    "cell_blocks": N_("Paragraphs and lists inside a table cell were joined into one line."),
    "color": N_("Colored or highlighted words are plain now."),
    "columns": N_("Text in newspaper columns now runs in one column."),
    "contents": N_("The table of contents was left out; the site draws its own."),
    "drawing": N_("A drawing, chart or other object was left out."),
    "emphasis": N_("Bold or italic could not be kept in this line."),
    "equation": N_("A formula was written as plain signs."),
    "field": N_("A form field was written as its current text."),
    "footer": N_("The footer of the pages was left out."),
    "frame": N_("A box with one column became plain paragraphs."),
    "header": N_("The header of the pages was left out."),
    "hidden": N_("Hidden text was left out."),
    "html": N_("Code in the text is shown as it was typed."),
    "letters": N_("A list with letters or Roman numerals keeps them as words."),
    "lesson_table": N_("A lesson table became sections, one for each row."),
    "link": N_("A link that is not a web or mail address became plain words."),
    "merged": N_("Merged table cells were parted; their text stands in the first one."),
    "nested_table": N_("A table inside a table cell became words."),
    "numbers": N_("Numbers like 1.1 in a list became simple numbers."),
    "picture": N_("A picture was replaced by its description in brackets."),
    "raised": N_("Raised or lowered letters stand on the line now."),
    "struck": N_("Struck-out words are kept as plain words."),
    "text_box": N_("The words of a text box now stand after their paragraph."),
    "tracked": N_("Tracked changes were taken as accepted."),
    "underline": N_("Underlined words are plain now."),
}

WARNING_LABELS: dict[str, str] = {
    "no_headings": N_("We found no headings, so everything is one section. Split it below."),
    "typed_headings": N_("We found the headings by how they look. Please check each one."),
    "lesson_table": N_("We read the lesson table row by row. Please check titles and minutes."),
    "no_text": N_("We found no text in this file."),
}


@dataclass(frozen=True)
class Note:
    """Something Markdown cannot hold, and where it stood; `code` is a key of NOTE_LABELS."""

    code: str
    place: str = ""
    excerpt: str = ""
    count: int = 1


@dataclass(frozen=True)
class TrackedChange:
    """Words that somebody put in or took out with Word's own list of changes; never who."""

    is_deletion: bool
    words: str
    place: str = ""


@dataclass(frozen=True)
class ImportFacts:
    """What a Word file says besides its text; the check before publishing reads it."""

    insertions: int = 0
    deletions: int = 0
    changed_words: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    tracked: tuple[TrackedChange, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ImportFacts:
        return cls(
            insertions=int(data.get("insertions", 0)),
            deletions=int(data.get("deletions", 0)),
            changed_words=_words(data.get("changed_words")),
            comments=_words(data.get("comments")),
            people=_words(data.get("people")),
            hidden=_words(data.get("hidden")),
            properties=_strings(data.get("properties")),
            tracked=tuple(_tracked(each) for each in data.get("tracked") or ()),
        )

    def to_json(self) -> dict[str, Any]:
        return _plain_dict(asdict(self))


@dataclass(frozen=True)
class Withheld:
    """What the public reads in place of a passage that is not shown."""

    what: str = ""
    by: str = ""
    ground: str = ""
    seen_by: str = ""


@dataclass(frozen=True)
class SectionDraft:
    """One section; `kind` and `minutes` are guesses until a person has looked at them."""

    title: str
    level: int = 1
    kind: str | None = None
    minutes: int | None = None
    source: str = ""
    ref: str = ""
    key: str = ""
    openness: str = ""
    authority: str = ""
    summary: str = ""
    withheld: Withheld | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SectionDraft:
        withheld = data.get("withheld")
        minutes = data.get("minutes")
        return cls(
            title=_line(data.get("title")),
            level=min(3, max(1, int(data.get("level") or 1))),
            kind=str(data["kind"]) if data.get("kind") else None,
            minutes=None if minutes is None else max(0, int(minutes)),
            withheld=Withheld(**_texts(withheld, _WITHHELD)) if withheld else None,
            **_texts(data, _DRAFT_TEXTS),
        )


@dataclass(frozen=True)
class Document:
    """A course as it was read from a file, before anything is saved."""

    title: str
    sections: tuple[SectionDraft, ...] = ()
    language: str = ""
    summary: str = ""
    origin: str = ""
    notes: tuple[Note, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: ImportFacts = ImportFacts()

    def to_json(self) -> dict[str, Any]:
        return {"format": FORMAT} | _plain_dict(asdict(self))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Document:
        """Read what `to_json` wrote; other shapes raise ValueError, KeyError or TypeError."""
        if data.get("format") != FORMAT:
            raise ValueError("not a document of ours")
        return cls(
            title=_line(data["title"]),
            sections=tuple(SectionDraft.from_json(each) for each in data["sections"]),
            notes=tuple(_note(each) for each in data.get("notes") or ()),
            warnings=_words(data.get("warnings")),
            facts=ImportFacts.from_json(data.get("facts") or {}),
            **_texts(data, ("language", "summary", "origin")),
        )


def blocks(source: str) -> list[str]:
    """Cut Markdown into its top-level blocks, footnote texts left out."""
    lines = source.split("\n")
    spans = _block_lines(source)
    return ["\n".join(lines[start:end]).strip("\n") for start, end in spans]


def split(document: Document, index: int, block_no: int, title: str = "") -> Document:
    """Begin a new section at block `block_no` (from 0) of section `index`.

    A heading at that place becomes the title; footnotes go where they are spoken of. Without
    heading and `title`, the first words serve as title.
    """
    section = document.sections[index]
    body, notes = part_notes(section.source)
    spans = _block_lines(body)
    if not 0 <= block_no < len(spans):
        raise IndexError(block_no)
    lines = body.split("\n")
    at = spans[block_no][0]
    before, after = "\n".join(lines[:at]), "\n".join(lines[at:])
    heading, rest = _take_heading(after)
    first = replace(section, source=with_notes(before, notes))
    second = replace(
        section,
        title=title or heading or _first_words(after),
        source=with_notes(rest if heading and not title else after, notes),
        kind=None,
        minutes=None,
        key="",
        summary="",
    )
    return _with_sections(document, index, index + 1, [first, second])


def join(document: Document, index: int, *, with_heading: bool = True) -> Document:
    """Put section `index` under the one before it; its title stays as a heading in the text."""
    if not 0 < index < len(document.sections):
        raise IndexError(index)
    first, second = document.sections[index - 1], document.sections[index]
    body, notes = part_notes(first.source)
    other, other_notes = _rename_notes(second.source, notes)
    heading = f"## {_escape_title(second.title)}" if with_heading else ""
    parts = [body.strip("\n"), heading, other.strip("\n")]
    source = "\n\n".join(part for part in parts if part)
    joined = replace(
        first,
        source=with_notes(source, notes | other_notes),
        minutes=_add_minutes(first.minutes, second.minutes),
    )
    return _with_sections(document, index - 1, index + 1, [joined])


def retitle(document: Document, index: int, title: str) -> Document:
    section = replace(document.sections[index], title=_line(title))
    return _with_sections(document, index, index + 1, [section])


def change_section(document: Document, index: int, **values: Any) -> Document:
    """Return the document with other values (kind, minutes, level …) in one section."""
    section = replace(document.sections[index], **values)
    return _with_sections(document, index, index + 1, [section])


def with_even_levels(sections: Sequence[SectionDraft]) -> tuple[SectionDraft, ...]:
    """The first section stands on level 1, and no section stands two steps below the last."""
    even: list[SectionDraft] = []
    above = 0
    for section in sections:
        level = max(1, min(section.level, above + 1, 3))
        even.append(replace(section, level=level))
        above = level
    return tuple(even)


def with_notes(body: str, notes: Mapping[str, str]) -> str:
    """Return the text with the footnotes that it speaks of at its end."""
    used = [name for name in notes if name in set(_NOTE_REF.findall(body))]
    texts = [f"[^{name}]: {notes[name]}" for name in used]
    return "\n\n".join(part for part in [body.strip("\n"), *texts] if part)


def _with_sections(
    document: Document, start: int, end: int, new: Sequence[SectionDraft]
) -> Document:
    sections = [*document.sections[:start], *new, *document.sections[end:]]
    return replace(document, sections=with_even_levels(sections))


_NOTE_TEXT = re.compile(r"^\[\^([^\]\s]+)\]:", re.MULTILINE)
_NOTE_REF = re.compile(r"(?<!\\)\[\^([^\]\s]+)\](?!:)")


def _top_level(source: str) -> list[Token]:
    """Tokens that open a block; footnote texts carry no lines of their own."""
    inside = False
    found = []
    for token in parse(source):
        if token.type.startswith("footnote_block"):
            inside = token.type == "footnote_block_open"
        elif not inside and token.level == 0 and token.nesting >= 0 and token.map:
            found.append(token)
    return found


def _block_lines(source: str) -> list[tuple[int, int]]:
    tokens = [token.map for token in _top_level(source) if token.map]
    return [(lines[0], lines[1]) for lines in tokens]


def part_notes(source: str) -> tuple[str, dict[str, str]]:
    """Part the text from its footnotes, which stand at the end of what we write."""
    lines = source.split("\n")
    body: list[str] = []
    notes: dict[str, str] = {}
    name = ""
    for line in lines:
        found = _NOTE_TEXT.match(line)
        if found:
            name = found.group(1)
            notes[name] = line[found.end() :].strip()
        elif name and (line.startswith("    ") or (not line.strip() and notes)):
            notes[name] += "\n" + line
        else:
            name = ""
            body.append(line)
    return "\n".join(body), {key: text.rstrip() for key, text in notes.items()}


def _rename_notes(source: str, taken: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    body, notes = part_notes(source)
    names: dict[str, str] = {}
    for name in notes:
        fresh, number = name, 1
        while fresh in taken or fresh in names.values():
            number += 1
            fresh = f"{name}-{number}"
        names[name] = fresh
    renamed = _NOTE_REF.sub(lambda m: f"[^{names.get(m.group(1), m.group(1))}]", body)
    return renamed, {names[name]: text for name, text in notes.items()}


def _take_heading(source: str) -> tuple[str, str]:
    tokens = _top_level(source)
    if not tokens or tokens[0].type != "heading_open" or not tokens[0].map:
        return "", source
    lines = source.split("\n")
    end = tokens[0].map[1]
    return plain_line("\n".join(lines[:end])), "\n".join(lines[end:]).strip("\n")


def _first_words(source: str, count: int = 8) -> str:
    words = plain_line(source.split("\n\n")[0]).split()
    return " ".join(words[:count]) + (" …" if len(words) > count else "")


def plain_line(source: str) -> str:
    """Return the words of the first paragraph or heading."""
    for token in parse(source):
        if token.type == "inline":
            pieces = (child.content or " " for child in token.children or [])
            return " ".join("".join(pieces).split())
    return " ".join(source.split())


def _escape_title(title: str) -> str:
    return re.sub(r"([\\`*_\[\]<>&#~^!|])", r"\\\1", " ".join(title.split()))


def _add_minutes(first: int | None, second: int | None) -> int | None:
    return None if first is None and second is None else (first or 0) + (second or 0)


def _line(value: object) -> str:
    return " ".join(str(value or "").split())


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()


def _texts(data: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    return {name: str(data.get(name) or "") for name in names}


def _strings(value: object) -> dict[str, str]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {str(name): str(each) for name, each in pairs}


def _note(data: Mapping[str, Any]) -> Note:
    return Note(
        code=str(data["code"]),
        place=str(data.get("place") or ""),
        excerpt=str(data.get("excerpt") or ""),
        count=int(data.get("count") or 1),
    )


def _tracked(data: Mapping[str, Any]) -> TrackedChange:
    return TrackedChange(bool(data["is_deletion"]), **_texts(data, ("words", "place")))


def _plain_dict(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(each) for name, each in values.items()}


def _plain(value: Any) -> Any:
    """Tuples as lists, since JSON knows no tuples and a round trip shall compare equal."""
    if isinstance(value, dict):
        return _plain_dict(value)
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
