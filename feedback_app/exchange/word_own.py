"""Sections of a Word file that was exported from here, known by their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from feedback_app.exchange.blocks import Block, write_blocks
from feedback_app.exchange.document import (
    Document,
    ImportFacts,
    Note,
    SectionDraft,
    with_even_levels,
    with_notes,
)
from feedback_app.exchange.outline import first_title, name_of_file

_DEEPEST = 3


@dataclass
class _Part:
    title: str
    level: int
    key: str = ""
    ref: str = ""
    blocks: list[Block] = field(default_factory=list)


def build_own(
    blocks: Sequence[Block],
    *,
    filename: str,
    marks: Mapping[str, Any],
    footnotes: Mapping[str, str],
    notes: tuple[Note, ...],
    facts: ImportFacts,
) -> Document:
    """Every heading of the three upper ranks is a section; nothing is guessed.

    A heading that was written or copied in Word has no key, or one that was already met: the
    first keeps it.
    """
    language = str(marks.get("language") or "")
    title = ""
    parts: list[_Part] = []
    seen: set[str] = set()
    for block in blocks:
        if block.level == 0 and not title and not parts:
            title = block.plain
        elif block.level is not None and block.level <= _DEEPEST and block.plain:
            key = "" if block.key in seen else block.key
            seen.add(key)
            parts.append(_Part(block.plain, max(1, block.level), key, block.ref))
        elif block.plain or block.kind == "rule":
            if not parts:
                parts.append(_Part(first_title(language or "en"), 1, ref=block.ref))
            parts[-1].blocks.append(block)
    told = marks.get("sections")
    known: Mapping[str, Any] = told if isinstance(told, dict) else {}
    return Document(
        title=title or name_of_file(filename),
        sections=with_even_levels([_draft(part, known, footnotes) for part in parts]),
        language=language,
        summary=str(marks.get("summary") or ""),
        origin="word",
        notes=notes,
        facts=facts,
    )


def _draft(part: _Part, known: Mapping[str, Any], footnotes: Mapping[str, str]) -> SectionDraft:
    given = known.get(part.key)
    values = dict(given) if isinstance(given, dict) else {}
    try:
        draft = SectionDraft.from_json(values | {"title": part.title, "level": part.level})
    except (ValueError, TypeError, AttributeError):  # somebody changed the hidden part
        draft = SectionDraft(title=part.title[:300], level=part.level)
    source = with_notes(write_blocks(part.blocks), footnotes)
    return replace(draft, key=part.key, ref=part.ref, source=source)
