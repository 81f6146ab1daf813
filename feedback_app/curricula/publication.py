"""What is sealed when a revision is published: its sections' commitments and its changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback_app.curricula.comparison import (
    Comparison,
    SectionChange,
    SectionVersion,
    compare,
    to_json,
)
from feedback_app.log.services import canonical, commitment


@dataclass(frozen=True)
class PreparedChange:
    """What became of one section, ready to be stored as a `Change`.

    `position` counts from 1 in the order of the comparison, where a removed section stands
    after what it followed. `drawing` is a comparison of this one section (`from_json`).
    """

    section_key: str
    position: int
    kinds: tuple[str, ...]
    hunks: tuple[dict[str, Any], ...]
    drawing: dict[str, Any]


def section_commitment(salt: str, facts: Mapping[str, str | int | bool]) -> str:
    """SHA-256 over the section's salt and the canonical JSON of all that it says.

    A withheld section says its placeholder and the commitment of its passage.
    """
    return commitment(salt, canonical(dict(facts)))


def content_hash(commitments: Sequence[str]) -> str:
    """SHA-256 over the canonical JSON list of the sections' commitments, in their order."""
    return hashlib.sha256(canonical(list(commitments)).encode()).hexdigest()


def prepare_changes(
    base_sections: Sequence[SectionVersion], sections: Sequence[SectionVersion]
) -> list[PreparedChange]:
    """Every section that changed; slow on long texts, so it runs before the writing unit."""
    return changes_of(compare(base_sections, sections))


def changes_of(comparison: Comparison) -> list[PreparedChange]:
    return [
        PreparedChange(
            section_key=section.key,
            position=place,
            kinds=tuple(sorted(section.kinds)),
            hunks=tuple(
                {name: value for name, value in hunk._asdict().items() if value is not None}
                for hunk in section.hunks
            ),
            drawing=to_json(Comparison((section,))),
        )
        for place, section in enumerate(comparison.sections, start=1)
        if section.kinds
    ]


@dataclass(frozen=True)
class PreparedPair:
    """A draft against a published revision that is not its base, ready to be stored."""

    base_id: int
    drawing: dict[str, Any]


def prepare_pair(
    base_id: int, old: Sequence[SectionVersion], new: Sequence[SectionVersion]
) -> PreparedPair:
    """What differs, section by section, each with its place in the comparison."""
    changes = changes_of(compare(old, new))
    return PreparedPair(
        base_id, {"changes": [[change.position, change.drawing] for change in changes]}
    )


def changes_words(kinds: Sequence[str]) -> bool:
    """Whether words came, went or changed, as against a section that only moved."""
    return any(kind != SectionChange.MOVED for kind in kinds)
