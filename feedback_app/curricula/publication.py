"""What is sealed when a revision is published: its sections' commitments and its changes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback_app.curricula.comparison import (
    Comparison,
    Form,
    SectionChange,
    SectionVersion,
    compare,
    to_json,
)
from feedback_app.log.services import canonical, commitment

_TOKEN = re.compile(r"<(/?)([a-z0-9]+)(?:[^<>\"']|\"[^\"]*\")*>|[^<]+")
_BREAK = "\n\n"
_FORMS = {"li": Form.LIST_ITEM, "tr": Form.ROW, "p": Form.PARAGRAPH}
_PARTS = frozenset({"li", "tr", "p", "h3", "h4", "h5", "h6", "pre"})


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


def changes_words(kinds: Sequence[str]) -> bool:
    """Whether words came, went or changed, as against a section that only moved."""
    return any(kind != SectionChange.MOVED for kind in kinds)


def forms_of(html: str) -> tuple[Form, ...]:
    """What each part of the canonical text is, read from the stored HTML it belongs to."""
    forms: list[Form] = []
    opened: list[str] = []
    fresh = True
    for token in _TOKEN.finditer(html):
        name = token.group(2)
        if name in _PARTS:
            if token.group(1):
                opened = opened[: _last(opened, name)]
            else:
                opened.append(name)
        elif name is None:
            for n, words in enumerate(token.group().split(_BREAK)):
                fresh = fresh or n > 0
                if words and fresh:
                    forms.append(_form(opened))
                    fresh = False
    return tuple(forms)


def _last(opened: Sequence[str], name: str) -> int:
    return max((n for n, each in enumerate(opened) if each == name), default=len(opened))


def _form(opened: Sequence[str]) -> Form:
    if "tr" in opened:
        return Form.ROW
    if "li" in opened:
        return Form.LIST_ITEM
    return _FORMS.get(opened[-1], Form.OTHER) if opened else Form.OTHER
