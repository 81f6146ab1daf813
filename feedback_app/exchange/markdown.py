"""Markdown files: a revision with its keys and marks, and anybody's Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from markdown_it.token import Token

from feedback_app.core.markdown import parse
from feedback_app.exchange import guesses
from feedback_app.exchange.document import (
    Document,
    Note,
    SectionDraft,
    Withheld,
    part_notes,
    plain_line,
    with_even_levels,
    with_notes,
)
from feedback_app.exchange.export import RevisionExport, as_document
from feedback_app.exchange.inline import escape_line
from feedback_app.exchange.outline import first_title, name_of_file

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"^([A-Za-z][\w-]*):[ \t]*(.*)$")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.DOTALL | re.MULTILINE)


def write_markdown(revision: RevisionExport) -> str:
    """Return one Markdown file; importing it gives the same tree, keys included.

    Each section is a heading and a comment that holds its marks as JSON, so that the file reads
    well in any program. `marker` in the head names the comment where a text already holds it.
    """
    document = as_document(revision)
    marker = "section"
    while any(f"<!-- {marker} " in section.source for section in document.sections):
        marker += "x"
    head: dict[str, object] = {"title": document.title, "number": revision.number}
    head |= {"language": document.language, "summary": document.summary, "marker": marker}
    lines = ["---", *(f"{name}: {_json(value)}" for name, value in head.items()), "---", ""]
    for section in document.sections:
        marks = _json(_marks(section)).replace("--", "-\\u002d").replace(">", "\\u003e")
        lines += [f"{'#' * section.level} {escape_line(section.title)}"]
        lines += [f"<!-- {marker} {marks} -->", ""]
        if section.source:
            lines += [section.source, ""]
    return "\n".join(lines)


def read_markdown(text: str, filename: str = "") -> Document:
    """Read our own export, or any Markdown with sections at its headings."""
    head, body = _take_front(text)
    marker = f"<!-- {head.get('marker') or 'section'} "
    if re.search(rf"^#.*\n{re.escape(marker)}\{{.*\}} -->$", body, re.MULTILINE):
        return _read_own(head, body, marker)
    return _read_any(head, body, filename)


def _read_own(head: Mapping[str, Any], body: str, marker: str) -> Document:
    pattern = rf"^(#{{1,3}}) (.*)\n{re.escape(marker)}(\{{.*\}}) -->$"
    found = list(re.finditer(pattern, body, re.MULTILINE))
    sections = []
    for at, each in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(body)
        source = body[each.end() : end].strip("\n")
        sections.append(_own_section(each, source))
    return Document(
        title=str(head.get("title") or ""),
        sections=with_even_levels(sections),
        language=str(head.get("language") or ""),
        summary=str(head.get("summary") or ""),
        origin="markdown",
    )


def _own_section(found: re.Match[str], source: str) -> SectionDraft:
    try:
        marks = json.loads(found.group(3))
    except ValueError:
        marks = {}
    values = marks if isinstance(marks, dict) else {}
    title = plain_line(found.group(2)) if found.group(2).strip() else ""
    return SectionDraft.from_json(
        values | {"title": title, "level": len(found.group(1)), "source": source}
    )


def _read_any(head: Mapping[str, Any], body: str, filename: str) -> Document:
    text, footnotes = part_notes(body)
    references: dict[str, Any] = {}
    tokens = parse(text, references)
    headings = _headings(tokens)
    levels = sorted({level for level, *_ in headings})
    title = str(head.get("title") or "")
    lines = text.split("\n")
    if not title and _is_title(headings, lines):
        title = headings[0][1]
        start = headings.pop(0)[3]
        levels = sorted({level for level, *_ in headings})
    else:
        start = 0
    sections = []
    intro = "\n".join(lines[start : headings[0][2] if headings else len(lines)])
    language = str(head.get("language") or "") or guesses.language_of(text)
    if intro.strip():
        name = first_title(language)
        sections.append((name if headings else title or name_of_file(filename), 1, intro))
    for at, (level, words, _first, last) in enumerate(headings):
        end = headings[at + 1][2] if at + 1 < len(headings) else len(lines)
        sections.append((words, levels.index(level) + 1, "\n".join(lines[last:end])))
    known = references.get("references") or {}
    return Document(
        title=title or name_of_file(filename) or (sections[0][0] if sections else ""),
        sections=with_even_levels([_section(each, footnotes, known) for each in sections]),
        language=language,
        summary=str(head.get("summary") or ""),
        origin="markdown",
        notes=tuple(_lost(tokens, text)),
        warnings=() if headings else ("no_headings" if sections else "no_text",),
    )


def _headings(tokens: list[Token]) -> list[tuple[int, str, int, int]]:
    """(level, words, first line, line after) of each heading of the three topmost ranks."""
    found = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            words = plain_line(f"# {tokens[at + 1].content}") if tokens[at + 1].content else ""
            if words:
                found.append((int(token.tag[1]), words, token.map[0], token.map[1]))
    ranks = sorted({level for level, *_ in found})
    tops = [level for level, *_ in found].count(ranks[0]) if ranks else 0
    kept = ranks[: 4 if tops == 1 else 3]
    return [each for each in found if each[0] in kept]


def _is_title(headings: list[tuple[int, str, int, int]], lines: list[str]) -> bool:
    """A topmost heading before all text names the course when it stands alone on its level.

    So does a longer one with hardly a word under it.
    """
    if len(headings) < 2 or any(line.strip() for line in lines[: headings[0][2]]):
        return False
    (top, words, _first, last), (second, _words, next_at, _last) = headings[:2]
    if all(level > top for level, *_ in headings[1:]):
        return True
    under = " ".join(lines[last:next_at]).split()
    return second == top and len(headings) > 3 and len(words.split()) > 2 and len(under) <= 40


def _section(
    read: tuple[str, int, str], footnotes: Mapping[str, str], references: Mapping[str, Any]
) -> SectionDraft:
    words, level, source = read
    title, minutes = guesses.minutes_of_title(words)
    body = source.strip("\n").rstrip()
    for line in body.split("\n")[:6]:
        minutes = minutes or guesses.minutes_of_label(re.sub(r"[*_]", "", line))
    targets = [
        f"[{name.lower()}]: {target['href']}"
        for name, target in references.items()
        if f"[{name.lower()}]" in body.lower() and f"[{name.lower()}]:" not in body.lower()
    ]
    full = "\n\n".join(part for part in (body, "\n".join(targets)) if part)
    return SectionDraft(
        title=title[:300],
        level=level,
        kind=guesses.kind_of(title),
        minutes=minutes,
        source=with_notes(full, footnotes),
    )


def _lost(tokens: list[Token], text: str) -> list[Note]:
    """Pictures and HTML, which stay words."""
    pictures = [c for t in tokens for c in t.children or [] if c.type == "image"]
    tags = _TAG.findall(_FENCE.sub("", text))
    notes = []
    if pictures:
        notes.append(Note("picture", excerpt=pictures[0].content[:80], count=len(pictures)))
    if tags:
        notes.append(Note("html", excerpt=tags[0][:80], count=len(tags)))
    return notes


def _take_front(text: str) -> tuple[dict[str, Any], str]:
    found = _FRONT.match(text)
    pairs = [_PAIR.match(line) for line in found.group(1).split("\n")] if found else []
    if found is None or not any(pairs):
        return {}, text
    head = {pair.group(1).lower(): _value(pair.group(2).strip()) for pair in pairs if pair}
    return head, text[found.end() :]


def _value(raw: str) -> str:
    try:
        value = json.loads(raw)
    except ValueError:
        return raw.strip("'\"")
    return value if isinstance(value, str) else raw


def _marks(section: SectionDraft) -> dict[str, object]:
    marks: dict[str, object] = {"key": section.key, "kind": section.kind or ""}
    marks |= {"minutes": section.minutes, "openness": section.openness}
    marks |= {"authority": section.authority, "summary": section.summary}
    if section.withheld:
        marks["withheld"] = _withheld(section.withheld)
    return {name: value for name, value in marks.items() if value not in ("", None)}


def _withheld(placeholder: Withheld) -> dict[str, str]:
    values = {"what": placeholder.what, "by": placeholder.by, "ground": placeholder.ground}
    return values | {"seen_by": placeholder.seen_by}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
