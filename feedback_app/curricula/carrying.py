"""Where words of one revision stand in the next, or stood in the one before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from feedback_app.curricula.redline import SectionComparison
from feedback_app.curricula.runs import Op


class Span(NamedTuple):
    """Code points [start, end) of a section's canonical text."""

    key: str
    start: int
    end: int


class _Link(NamedTuple):
    """Words that stand in both revisions."""

    old: Span
    new: Span


class Step:
    """One comparison of neighbors; sections that are not in it stayed as they were."""

    def __init__(self, sections: Iterable[SectionComparison]) -> None:
        self._sections = {section.key: section for section in sections}
        self._links = list(self._all_links())
        self._old_keys = {s.old_key for s in self._sections.values() if s.old_key}
        self._new_keys = {s.new_key for s in self._sections.values() if s.new_key}

    def forward(self, span: Span) -> Span | None:
        """`None` where none of the words are left."""
        if span.key not in self._old_keys:
            return span
        return _carried(span, [(link.old, link.new) for link in self._links])

    def backward(self, span: Span) -> Span | None:
        """`None` where none of the words stood there."""
        if span.key not in self._new_keys:
            return span
        return _carried(span, [(link.new, link.old) for link in self._links])

    def section(self, key: str) -> SectionComparison | None:
        return self._sections.get(key)

    def _all_links(self) -> Iterator[_Link]:
        for section in self._sections.values():
            for block in section.blocks:
                source = self._old_key(block.moved_from or section.key)
                if block.moved_to or source is None or section.new_key is None:
                    continue
                for run in block.runs:
                    if run.op is Op.SAME:
                        yield _Link(
                            Span(source, run.old_start, run.old_end),
                            Span(section.new_key, run.new_start, run.new_end),
                        )
            yield from self._moved_sentences(section)

    def _moved_sentences(self, section: SectionComparison) -> Iterator[_Link]:
        for hunk in section.moves.values():
            there = self._sections.get(hunk.moved_from or "")
            if there is None or hunk.partner is None or there.old_key is None:
                continue
            if section.new_key is not None:
                other = there.hunk(hunk.partner)
                yield _Link(
                    Span(there.old_key, other.old_start, other.old_end),
                    Span(section.new_key, hunk.new_start, hunk.new_end),
                )

    def _old_key(self, key: str) -> str | None:
        section = self._sections.get(key)
        return section.old_key if section else key


def _carried(span: Span, links: Iterable[tuple[Span, Span]]) -> Span | None:
    """The hull of what lives on, in the section where most of it lives."""
    found: dict[str, tuple[int, int, int]] = {}
    for here, there in links:
        if here.key != span.key:
            continue
        low, high = max(here.start, span.start), min(here.end, span.end)
        if low > high or (low == high and span.start < span.end):
            continue
        start = min(there.start + low - here.start, there.end)
        end = min(there.start + high - here.start, there.end)
        weight, first, last = found.get(there.key, (-1, start, end))
        found[there.key] = (weight + high - low, min(first, start), max(last, end))
    if not found:
        return None
    key = max(found, key=lambda each: found[each][0])
    return Span(key, *found[key][1:])
