"""What a comparison of two revisions consists of, and how it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from feedback_app.curricula.layout import PLAIN, Box, Form, Layout, Mark
from feedback_app.curricula.runs import Op, Run

FORMAT = 2
FORMER = 1

__all__ = [
    "PLAIN",
    "Block",
    "Comparison",
    "Form",
    "Hunk",
    "Layout",
    "Op",
    "Run",
    "SectionChange",
    "SectionComparison",
    "SectionVersion",
    "WordChange",
    "from_json",
    "to_json",
]

_WEIGHTY = frozenset({"a", "em", "strong"})
"""A link that leads elsewhere, a word that is stressed now: more than the same letters."""


class SectionChange(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    MOVED = "moved"
    RETITLED = "retitled"
    SPLIT = "split"
    MERGED = "merged"


class WordChange(StrEnum):
    """What became of a paragraph, and of one numbered change inside it."""

    UNCHANGED = "unchanged"
    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class SectionVersion:
    """One section as it stands in one revision.

    `text` is canonical text: paragraphs, list items and table rows parted by a blank line,
    cells by a tab. `forms` names what each of those parts is; where it is empty, a part with
    a tab counts as a row and any other as a paragraph. `layouts` says how each part stands on
    the page; without it everything is a plain paragraph.
    """

    key: str
    title: str
    level: int
    position: int
    text: str
    forms: tuple[Form, ...] = ()
    layouts: tuple[Layout, ...] = ()

    def form(self, number: int, words: str) -> Form:
        """What part `number` is, whose words the caller holds."""
        if number < len(self.layouts):
            return self.layouts[number].form
        if number < len(self.forms):
            return self.forms[number]
        return Form.ROW if "\t" in words else Form.PARAGRAPH

    def weights(self, number: int, start: int) -> set[tuple[int, int, str, str]]:
        """What a part that begins at `start` says by more than its words: places in it with
        their emphasis, or where they lead.
        """
        return {
            (mark.start - start, mark.end - start, mark.tag, mark.href)
            for mark in self.layout(number).marks
            if mark.tag in _WEIGHTY
        }

    def layout(self, number: int) -> Layout:
        return self.layouts[number] if number < len(self.layouts) else PLAIN


class Hunk(NamedTuple):
    """One readable change of a section, by its number; spans as in `Run`.

    Text that moved has two hunks, one at each end: `moved_to` or `moved_from` names the other
    end's section, `partner` the other end's number there.
    """

    section_key: str
    number: int
    kind: WordChange
    old_start: int
    old_end: int
    new_start: int
    new_end: int
    moved_from: str | None = None
    moved_to: str | None = None
    partner: int | None = None
    is_reworded: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item or row, drawn at its place.

    `old_break` and `new_break` say whether a blank line stands before it in the old and in the
    new text: where a paragraph was divided, its second half has no old one.
    """

    kind: WordChange
    form: Form
    runs: tuple[Run, ...]
    old_break: bool = True
    new_break: bool = True
    moved_from: str | None = None
    moved_to: str | None = None
    old: Layout | None = None
    new: Layout | None = None

    @property
    def hunks(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(run.hunk for run in self.runs if run.hunk is not None))

    @property
    def keeps_words(self) -> bool:
        return any(run.op is Op.SAME for run in self.runs)

    @property
    def old_words(self) -> str:
        return "".join(run.text for run in self.runs if run.op is not Op.ADDED)

    @property
    def new_words(self) -> str:
        return "".join(run.text for run in self.runs if run.op is not Op.REMOVED)


@dataclass(frozen=True, slots=True)
class SectionComparison:
    """One section against its earlier self; a removed one keeps its own key.

    `sources` are keys of other old sections whose words stand here now, `targets` keys of other
    new sections where words of this one stand now (of splits and merges only).
    """

    key: str
    old_key: str | None
    new_key: str | None
    kinds: frozenset[SectionChange]
    old_title: str | None
    new_title: str | None
    title: tuple[Run, ...]
    old_level: int | None
    new_level: int | None
    old_position: int | None
    new_position: int | None
    hunks: tuple[Hunk, ...]
    blocks: tuple[Block, ...]
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        return bool(self.kinds)

    def hunk(self, number: int) -> Hunk:
        """The change of that number; LookupError when there is none."""
        if not 1 <= number <= len(self.hunks):
            raise LookupError(number)
        return self.hunks[number - 1]

    @property
    def moves(self) -> dict[int, Hunk]:
        """The changes that are one end of a move, by number."""
        return {hunk.number: hunk for hunk in self.hunks if hunk.kind is WordChange.MOVED}

    @property
    def replaced(self) -> frozenset[int]:
        """Changes in which new words stand in the place of old ones."""
        return frozenset(h.number for h in self.hunks if h.kind is WordChange.REWORDED)

    def old_text(self) -> str:
        """The old canonical text, put together again from what is drawn."""
        return self._joined(Op.ADDED, "old_break")

    def new_text(self) -> str:
        """The new canonical text, put together again from what is drawn."""
        return self._joined(Op.REMOVED, "new_break")

    def _joined(self, hidden: Op, break_: str) -> str:
        elsewhere = "moved_from" if hidden is Op.ADDED else "moved_to"
        own = WordChange.ADDED if hidden is Op.ADDED else WordChange.REMOVED
        parts: list[str] = []
        for block in self.blocks:
            if block.kind is own or getattr(block, elsewhere) is not None:
                continue
            if parts and getattr(block, break_):
                parts.append("\n\n")
            parts.append("".join(run.text for run in block.runs if run.op is not hidden))
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All sections of both revisions in new order, removed ones after what they followed."""

    sections: tuple[SectionComparison, ...]

    def section(self, key: str) -> SectionComparison:
        """The section of that key, an old key too; LookupError when neither revision has it."""
        for section in self.sections:
            if section.key == key:
                return section
        for section in self.sections:
            if section.old_key == key:
                return section
        raise LookupError(key)

    @property
    def changed(self) -> tuple[SectionComparison, ...]:
        return tuple(section for section in self.sections if section.kinds)


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Plain dicts, lists, strings and integers, for storing; `from_json` reads them."""
    return {"v": FORMAT, "sections": [_section_out(s) for s in comparison.sections]}


def from_json(data: Mapping[str, Any]) -> Comparison:
    """What `to_json` gave; ValueError for another format."""
    if data.get("v") not in (FORMER, FORMAT):
        raise ValueError(f"unknown comparison format {data.get('v')!r}")
    return Comparison(tuple(_section_in(section) for section in data["sections"]))


def _section_out(section: SectionComparison) -> dict[str, Any]:
    return {
        "key": section.key,
        "old": [section.old_key, section.old_title, section.old_level, section.old_position],
        "new": [section.new_key, section.new_title, section.new_level, section.new_position],
        "kinds": sorted(section.kinds),
        "title": [list(run) for run in section.title],
        "hunks": [list(hunk[1:]) for hunk in section.hunks],
        "blocks": [_block_out(block) for block in section.blocks],
        "sources": list(section.sources),
        "targets": list(section.targets),
    }


def _block_out(block: Block) -> list[Any]:
    return [
        block.kind,
        block.form,
        [list(run) for run in block.runs],
        block.old_break,
        block.new_break,
        block.moved_from,
        block.moved_to,
        block.old,
        block.new,
    ]


def _section_in(data: Mapping[str, Any]) -> SectionComparison:
    old_key, old_title, old_level, old_position = data["old"]
    new_key, new_title, new_level, new_position = data["new"]
    return SectionComparison(
        key=data["key"],
        old_key=old_key,
        new_key=new_key,
        kinds=frozenset(map(SectionChange, data["kinds"])),
        old_title=old_title,
        new_title=new_title,
        title=_runs_in(data["title"]),
        old_level=old_level,
        new_level=new_level,
        old_position=old_position,
        new_position=new_position,
        hunks=tuple(
            Hunk(data["key"], number, WordChange(kind), *rest)
            for number, kind, *rest in data["hunks"]
        ),
        blocks=tuple(map(_block_in, data["blocks"])),
        sources=tuple(data["sources"]),
        targets=tuple(data["targets"]),
    )


def _block_in(data: Sequence[Any]) -> Block:
    kind, form, runs, old_break, new_break, moved_from, moved_to, *layouts = data
    old, new = layouts or (None, None)
    return Block(
        kind=WordChange(kind),
        form=Form(form),
        runs=_runs_in(runs),
        old_break=old_break,
        new_break=new_break,
        moved_from=moved_from,
        moved_to=moved_to,
        old=_layout_in(old),
        new=_layout_in(new),
    )


def _layout_in(data: Sequence[Any] | None) -> Layout | None:
    if data is None:
        return None
    path, leaf, marks = data
    return Layout(tuple(Box(*box) for box in path), leaf, tuple(Mark(*mark) for mark in marks))


def _runs_in(data: Sequence[Sequence[Any]]) -> tuple[Run, ...]:
    return tuple(Run(Op(op), *rest) for op, *rest in data)
