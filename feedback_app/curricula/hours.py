"""Whether the sections' minutes add up to the course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback_app.curricula.numbering import subtree
from feedback_app.curricula.queries import SectionRow


@dataclass(frozen=True)
class Minutes:
    """`parts` are the top sections with the minutes of all below them; `unset` have none."""

    total: int
    wanted: int
    parts: Sequence[tuple[SectionRow, int]]
    unset: Sequence[SectionRow]

    @property
    def missing(self) -> int:
        """What the sections lack; below zero they are too long."""
        return self.wanted - self.total


def add_up(sections: Sequence[SectionRow], wanted: int) -> Minutes:
    """Every section counts its own minutes; one above others may have none of its own."""
    levels = [section.level for section in sections]
    parts: list[tuple[SectionRow, int]] = []
    unset: list[SectionRow] = []
    at = 0
    while at < len(sections):
        below = subtree(levels, at)
        parts.append((sections[at], sum(sections[n].minutes or 0 for n in below)))
        at = below.stop
    for n, section in enumerate(sections):
        below = subtree(levels, n)
        if section.minutes is None and all(sections[m].minutes is None for m in below):
            unset.append(section)
    total = sum(section.minutes or 0 for section in sections)
    return Minutes(total, wanted, parts, unset)
