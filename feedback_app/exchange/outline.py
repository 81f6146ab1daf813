"""Finds the sections of a course: headings, typed outlines and lesson tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from feedback_app.exchange import guesses
from feedback_app.exchange.blocks import Block, write_blocks
from feedback_app.exchange.document import (
    Document,
    ImportFacts,
    Note,
    SectionDraft,
    with_even_levels,
    with_notes,
)
from feedback_app.exchange.inline import Line
from feedback_app.exchange.lesson_tables import unfold_lesson_tables
from feedback_app.exchange.typed_headings import mark_typed_headings

_TYPED_NUMBER = re.compile(r"^(\d{1,3})\\?([.)])\s+")
_DEEPEST = 3
_LONG_SECTION = 1200


@dataclass
class _Part:
    title: str
    level: int
    ref: str = ""
    blocks: list[Block] = field(default_factory=list)
    minutes: int | None = None


def first_title(language: str) -> str:
    """The name of what stands before the first heading."""
    return "Presentación" if language == "es" else "Overview"


def name_of_file(filename: str) -> str:
    stem = PurePath(filename.replace("\\", "/")).stem
    return " ".join(re.sub(r"[_\-]+", " ", stem).split())[:200]


def build_document(
    blocks: Sequence[Block],
    *,
    filename: str = "",
    origin: str = "",
    given_title: str = "",
    language: str = "",
    footnotes: Mapping[str, str] | None = None,
    notes: tuple[Note, ...] = (),
    facts: ImportFacts | None = None,
) -> Document:
    """Return the tree of a file's blocks, with guesses for minutes, kinds and language."""
    title, rest = _take_title(list(blocks))
    rest, unfolded = unfold_lesson_tables(rest)
    rest, is_typed = _with_headings(rest)
    title, rest = _title_from_only_heading(title, rest)
    language = language or guesses.language_of(" ".join(block.plain for block in rest))
    parts = _parts(rest, first_title(language))
    title = title or _usable(given_title) or name_of_file(filename)
    if not title:
        title = parts[0].title if parts else name_of_file(filename)
    warnings = [
        *["typed_headings"] * is_typed,
        *["lesson_table"] * bool(unfolded),
        *["no_headings"] * (bool(parts) and not _headings(rest)),
        *["no_text"] * (not parts),
    ]
    if parts and not _headings(rest):
        parts[0].title = title
    return Document(
        title=title,
        sections=with_even_levels([_draft(part, footnotes or {}) for part in parts]),
        language=language,
        origin=origin,
        notes=(*notes, *(Note("lesson_table", excerpt=words) for words in unfolded)),
        warnings=tuple(warnings),
        facts=facts or ImportFacts(),
    )


def _take_title(blocks: list[Block]) -> tuple[str, list[Block]]:
    """A paragraph in the style “Title” near the start names the course."""
    for index, block in enumerate(blocks[:8]):
        if block.level == 0:
            rest = blocks[:index] + blocks[index + 1 :]
            return block.plain, [_demote(each) for each in rest]
        if block.level is not None:
            break
    return "", [_demote(each) for each in blocks]


def _demote(block: Block) -> Block:
    return replace(block, level=1) if block.level == 0 else block


def _headings(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if block.level is not None]


def _with_headings(blocks: list[Block]) -> tuple[list[Block], bool]:
    """Believe the file's own headings; look for typed ones where there are none."""
    headings = _headings(blocks)
    if len(headings) < 2:
        typed = mark_typed_headings(blocks, above=0)
        return typed, len(_headings(typed)) > len(headings)
    levels = sorted({block.level for block in headings if block.level is not None})
    found: list[Block] = []
    is_typed = False
    for head, body in _runs(blocks):
        size = sum(len(block.plain.split()) for block in body)
        above = levels.index(head.level) + 1 if head and head.level is not None else 0
        if size > _LONG_SECTION and above < _DEEPEST:
            marked = mark_typed_headings(body, above=above)
            is_typed = is_typed or bool(_headings(marked))
            body = marked
        found += [*([replace(head, level=above)] if head else []), *body]
    return found, is_typed


def _runs(blocks: Sequence[Block]) -> list[tuple[Block | None, list[Block]]]:
    """Each heading with the blocks below it; the first pair may have none."""
    runs: list[tuple[Block | None, list[Block]]] = [(None, [])]
    for block in blocks:
        if block.level is not None:
            runs.append((block, []))
        else:
            runs[-1][1].append(block)
    return runs


def _title_from_only_heading(title: str, blocks: list[Block]) -> tuple[str, list[Block]]:
    """A single heading of the first level over several of the second is the course's title."""
    headings = _headings(blocks)
    tops = [block for block in headings if block.level == 1]
    if title or len(tops) != 1 or len(headings) < 3 or headings[0] is not tops[0]:
        return title, blocks
    if any(block.plain for block in blocks[: blocks.index(tops[0])]):
        return title, blocks
    rest = [block for block in blocks if block is not tops[0]]
    raised = [replace(b, level=b.level - 1) if b.level is not None else b for b in rest]
    return tops[0].plain, raised


def _parts(blocks: Sequence[Block], first_title: str) -> list[_Part]:
    parts: list[_Part] = []
    for block in blocks:
        if block.level is not None and block.level <= _DEEPEST and block.plain:
            parts.append(_Part(block.plain, block.level, block.ref, minutes=block.number))
        elif block.plain or block.kind == "rule":
            if not parts:
                parts.append(_Part(first_title, 1, block.ref))
            parts[-1].blocks.append(block)
    return [part for part in parts if part.blocks or part.title != first_title]


def _draft(part: _Part, footnotes: Mapping[str, str]) -> SectionDraft:
    title, minutes = guesses.minutes_of_title(part.title)
    minutes = part.minutes or minutes
    for block in part.blocks[:4]:
        minutes = minutes or guesses.minutes_of_label(block.plain)
    blocks = _number_typed_lists(_without_outer_rules(part.blocks))
    return SectionDraft(
        title=title[:300],
        level=part.level,
        kind=guesses.kind_of(title),
        minutes=minutes,
        source=with_notes(write_blocks(blocks), footnotes),
        ref=part.ref,
    )


def _without_outer_rules(blocks: Sequence[Block]) -> list[Block]:
    kept = list(blocks)
    while kept and kept[0].kind == "rule":
        kept.pop(0)
    while kept and kept[-1].kind == "rule":
        kept.pop()
    return kept


def _number_typed_lists(blocks: Sequence[Block]) -> list[Block]:
    """Paragraphs that begin with typed 1., 2., 3. in order are a list."""
    found = [_typed_number(block) for block in blocks]
    out = []
    for index, block in enumerate(blocks):
        number = found[index]
        before = found[index - 1] if index else None
        after = found[index + 1] if index + 1 < len(found) else None
        in_order = number is not None and (before == number - 1 or after == number + 1)
        out.append(_as_item(block, number) if in_order else block)
    return out


def _typed_number(block: Block) -> int | None:
    found = _TYPED_NUMBER.match(block.line.markdown) if block.kind == "paragraph" else None
    return int(found.group(1)) if found and block.level is None else None


def _as_item(block: Block, number: int | None) -> Block:
    line = Line(
        _TYPED_NUMBER.sub("", block.line.markdown), _TYPED_NUMBER.sub("", block.line.plain)
    )
    return replace(block, kind="item", number=number, line=line)


def _usable(title: str) -> str:
    """A title from the file's properties, unless it is a program's or a file's name."""
    words = " ".join(title.split())
    is_name = re.search(
        r"\.(docx?|pdf|rtf)\b|microsoft word|^untitled|^document\d*$", words, re.I
    )
    return "" if is_name or len(words) > 200 else words
